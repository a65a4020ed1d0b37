package org.aifactory.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.ledger.Ledger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** A run whose machine fails under it goes on by itself, for as often as is fair, and pays for what it got alone. */
@PlatformTest
class ContinuationTest {
    @Autowired
    private Client.Factory clients;

    @Autowired
    private JdbcClient sql;

    @Autowired
    private Ledger ledger;

    private Lab lab;

    @BeforeEach
    void found() {
        lab = new Lab(clients.founder("Aino"), sql, ledger, 300).operating();
    }

    @AfterEach
    void leave() {
        Lab.nobodyOperates(sql);
    }

    private Map<String, Object> failing(String script) {
        Map<String, Object> wish = lab.script(script);
        wish.put("continue", true);
        // As much as the allocation has, so that a second hold beside the first would be too much.
        wish.put("minutes", 5);
        return wish;
    }

    @Test
    void it_goes_on_from_its_checkpoint_within_its_hold() {
        String run = lab.start(failing("""
                if [ -e "$AIFACTORY_CHECKPOINT/half" ]; then echo "attempt $AIFACTORY_ATTEMPT goes on"; sleep 1; exit 0; fi
                mkdir -p "$AIFACTORY_CHECKPOINT" && touch "$AIFACTORY_CHECKPOINT/half" && echo half way
                sleep 60
                """));
        lab.await(run, view -> lab.log(run).contains("half way"));
        lab.breakMachineUnder(run, 1);
        JsonNode between = lab.await(run, view -> view.get("attempts").size() == 2);
        assertThat(between.get("ended").isNull()).isTrue();
        assertThat(lab.balance().held()).isEqualTo(300);
        JsonNode ended = lab.awaitEnd(run);
        assertThat(ended.get("state").asString()).as(lab.log(run)).isEqualTo("SUCCEEDED");
        assertThat(lab.log(run)).isEqualTo("attempt 2 goes on\n");
        JsonNode lost = ended.at("/attempts/0");
        assertThat(lost.get("state").asString()).isEqualTo("MACHINE_FAILED");
        assertThat(lost.get("byItself").asBoolean()).isFalse();
        assertThat(lost.get("charged").asLong()).isZero();
        assertThat(lost.get("borneBySite").asLong()).isPositive();
        assertThat(ended.at("/attempts/1/byItself").asBoolean()).isTrue();
        assertThat(lab.balance().spent())
                .isEqualTo(ended.get("charged").asLong())
                .isEqualTo(ended.at("/attempts/1/charged").asLong())
                .isPositive();
        assertThat(lab.balance().held()).isZero();
    }

    @Test
    void one_whose_machine_fails_again_and_again_ends_and_has_cost_nothing() {
        String run = lab.start(failing("sleep 60"));
        lab.breakMachineUnder(run, 1);
        JsonNode waiting = lab.await(
                run,
                view -> view.get("attempts").size() == 2
                        && view.get("state").asString().equals("WAITING"));
        assertThat(waiting.get("words").asString()).contains("by itself as attempt 2");
        for (int attempt = 2; attempt <= 4; attempt++) {
            lab.breakMachineUnder(run, attempt);
        }
        JsonNode ended = lab.awaitEnd(run);
        assertThat(ended.get("state").asString()).isEqualTo("MACHINE_FAILED");
        assertThat(ended.get("attempts")).hasSize(4);
        assertThat(ended.get("charged").asLong()).isZero();
        assertThat(lab.balance().free()).isEqualTo(300);
        assertThat(ledger.audit()).isEmpty();
    }

    @Test
    void one_that_is_cancelled_before_it_goes_on_ends() {
        String run = lab.start(failing("sleep 60"));
        lab.breakMachineUnder(run, 1);
        lab.await(run, view -> view.get("attempts").size() == 2);
        lab.client.post("/api/runs/" + run + "/cancel", Map.of()).json(202);
        assertThat(lab.awaitEnd(run).get("state").asString()).isEqualTo("CANCELLED");
        assertThat(lab.balance().held()).isZero();
    }

    @Test
    void whoever_did_not_ask_for_it_is_told_that_the_machine_failed() {
        String run = lab.start(lab.script("sleep 60"));
        lab.breakMachineUnder(run, 1);
        JsonNode ended = lab.awaitEnd(run);
        assertThat(ended.get("state").asString()).isEqualTo("MACHINE_FAILED");
        assertThat(ended.get("continues").asBoolean()).isFalse();
        assertThat(ended.get("attempts")).hasSize(1);
    }

    @Test
    void an_allocation_that_has_ended_pays_for_no_more_attempts() {
        String run = lab.start(failing("sleep 60"));
        lab.awaitRunning(run);
        sql.sql("update access.allocation set until = now() where id = :id::uuid")
                .param("id", lab.allocation)
                .update();
        lab.breakMachineUnder(run, 1);
        JsonNode ended = lab.awaitEnd(run);
        assertThat(ended.get("state").asString()).isEqualTo("MACHINE_FAILED");
        assertThat(ended.get("attempts")).hasSize(1);
    }

    /** They are kept nowhere once it runs. */
    @Test
    void one_that_is_told_secrets_cannot_go_on_by_itself() {
        Map<String, Object> wish = failing("true");
        wish.put("secrets", Map.of("TOKEN", "s3cret"));
        assertThat(lab.submit(wish).problem()).isEqualTo("invalid-request");
    }
}
