package org.aifactory.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.federation.Booking;
import org.aifactory.federation.Machine;
import org.aifactory.federation.Machines;
import org.aifactory.ledger.Ledger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** Where the books of a machine differ from what was settled, the difference is booked beside it, once. */
@PlatformTest
class CorrectionsTest {
    private static final long GRANTED = 200;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private JdbcClient sql;

    @Autowired
    private Ledger ledger;

    @Autowired
    private Corrections corrections;

    @Autowired
    private AttemptTable attempts;

    @Autowired
    private Machines machines;

    private Lab lab;
    private Machine machine;

    @BeforeEach
    void found() {
        lab = new Lab(clients.founder("Aino"), sql, ledger, GRANTED).operating();
        machine = machines.require("local");
    }

    @AfterEach
    void leave() {
        Lab.nobodyOperates(sql);
    }

    /** A run on one core that was charged some seconds. */
    private String ended(String script) {
        String run = lab.start(lab.script(script));
        lab.awaitEnd(run);
        return run;
    }

    private boolean correct(String run, Booking... books) {
        Attempt attempt = attempts.find(new RunId(UUID.fromString(run)), 1).orElseThrow();
        return corrections.correct(machine, attempt, List.of(books));
    }

    private static Booking seconds(long seconds) {
        return new Booking(seconds, 1, 0, true);
    }

    private void require(String run, long charged, long site) {
        JsonNode view = lab.show(run);
        assertThat(view.get("charged").asLong()).isEqualTo(charged);
        assertThat(view.at("/attempts/0/charged").asLong()).isEqualTo(charged);
        assertThat(view.at("/attempts/0/borneBySite").asLong()).isEqualTo(site);
        assertThat(lab.balance().spent()).isEqualTo(charged);
        assertThat(lab.balance().free()).isEqualTo(GRANTED - charged);
        assertThat(ledger.audit()).isEmpty();
    }

    private List<JsonNode> lines() {
        List<JsonNode> lines = new ArrayList<>();
        lab.client
                .get("/api/allocations/" + lab.allocation + "/statement")
                .json(200)
                .get("lines")
                .forEach(lines::add);
        return lines;
    }

    @Test
    void books_that_agree_change_nothing() {
        String run = ended("sleep 1");
        long charged = lab.show(run).get("charged").asLong();
        assertThat(correct(run, seconds(charged))).isFalse();
        require(run, charged, 0);
    }

    @Test
    void what_was_charged_too_little_is_charged_once_and_named_on_the_statement() {
        String run = ended("true");
        assertThat(correct(run, seconds(7))).isTrue();
        assertThat(correct(run, seconds(7))).isFalse();
        require(run, 7, 0);
        JsonNode line = lines().getLast();
        assertThat(line.get("amount").asLong()).isEqualTo(-6);
        assertThat(line.get("run").asString()).isEqualTo(run);
        assertThat(line.get("text").asString()).contains("Correction", "took 7 seconds", "1 had been counted");
    }

    @Test
    void what_was_charged_too_much_is_given_back() {
        String run = ended("sleep 2");
        assertThat(correct(run, seconds(1))).isTrue();
        require(run, 1, 0);
        assertThat(lines().getLast().get("amount").asLong()).isPositive();
    }

    @Test
    void books_that_are_changed_several_times_are_followed_every_time() {
        String run = ended("sleep 1");
        for (long seconds : List.of(9L, 4L, 0L, 30L, 2L)) {
            assertThat(correct(run, seconds(seconds))).isTrue();
            require(run, seconds, 0);
        }
    }

    @Test
    void nobody_is_charged_more_than_was_held() {
        String run = ended("true");
        assertThat(correct(run, seconds(100))).isTrue();
        require(run, 60, 40);
    }

    @Test
    void what_an_allocation_has_no_more_the_site_bears() {
        String run = ended("true");
        sql.sql("update access.allocation set state = 'RETURNED', ended_at = now() where id = :id::uuid")
                .param("id", lab.allocation)
                .update();
        assertThat(correct(run, seconds(5))).isTrue();
        JsonNode view = lab.show(run);
        assertThat(view.get("charged").asLong()).isEqualTo(1);
        assertThat(view.at("/attempts/0/borneBySite").asLong()).isEqualTo(4);
    }

    @Test
    void what_slurm_began_anew_is_borne_by_the_site_but_for_the_last() {
        String run = ended("true");
        assertThat(correct(run, seconds(20), seconds(3))).isTrue();
        require(run, 3, 20);
        assertThat(correct(run, seconds(3))).isTrue();
        require(run, 3, 0);
    }

    @Test
    void what_the_machine_broke_is_never_charged() {
        String run = lab.start(lab.script("sleep 60"));
        lab.breakMachineUnder(run, 1);
        lab.awaitEnd(run);
        assertThat(lab.show(run).get("state").asString()).isEqualTo("MACHINE_FAILED");
        assertThat(correct(run, seconds(50))).isTrue();
        require(run, 0, 50);
    }
}
