package org.aifactory.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.Browser;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.access.Awards;
import org.aifactory.federation.JobReport;
import org.aifactory.federation.JobState;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.federation.Reason;
import org.aifactory.federation.TestPartitions;
import org.aifactory.ledger.Ledger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** Runs in commercial use: what they cost is booked with their seconds, and shown wherever the seconds are. */
@PlatformTest
class CommercialRunTest {
    /** So that a second costs ten. */
    private static final int CENTS_AN_HOUR = 36_000;

    private static final int CENTS_A_SECOND = 10;

    @LocalServerPort
    private int port;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private JdbcClient sql;

    @Autowired
    private Ledger ledger;

    @Autowired
    private Partitions partitions;

    @Autowired
    private TestPartitions pools;

    @Autowired
    private AttemptTable attempts;

    @Autowired
    private Endings endings;

    private Lab lab;
    private String allocation;

    @BeforeEach
    void payForAnHour() {
        lab = new Lab(clients.founder("Aino"), sql, ledger, 1_000).operating();
        Partition here = partitions.named("local-cpu").orElseThrow();
        pools.fill(here, 10);
        price(CENTS_AN_HOUR);
        try {
            Map<String, Object> application = Awards.application(lab.client, here, 1);
            application.put("commercial", true);
            allocation = lab.client
                    .post("/api/applications", application)
                    .json(201)
                    .get("allocation")
                    .asString();
        } finally {
            price(CENTS_AN_HOUR * 100);
        }
    }

    @AfterEach
    void leave() {
        sql.sql("update federation.partition set price_cents = null where slug = 'local-cpu'")
                .update();
        Lab.nobodyOperates(sql);
    }

    private void price(int cents) {
        sql.sql("update federation.partition set price_cents = :cents where slug = 'local-cpu'")
                .param("cents", cents)
                .update();
    }

    private Map<String, Object> paid(String script) {
        Map<String, Object> wish = new HashMap<>(lab.script(script));
        wish.put("allocation", allocation);
        return wish;
    }

    private JsonNode statement() {
        return lab.client.get("/api/allocations/" + allocation + "/statement").json(200);
    }

    @Test
    void a_run_costs_its_seconds_at_the_price_of_the_grant() {
        String id = lab.start(paid("sleep 1"));
        JsonNode run = lab.awaitEnd(id);
        long cents = run.get("charged").asLong() * CENTS_A_SECOND;
        assertThat(cents).isPositive();
        assertThat(run.at("/budget/cents").asLong()).isEqualTo(cents);

        JsonNode statement = statement();
        assertThat(statement.get("spentCents").asLong()).isEqualTo(cents);
        assertThat(statement.get("cost").toString())
                .isEqualTo("{\"centsPerHour\":36000,\"granted\":36000,\"held\":0,\"owed\":%d,\"free\":%d}"
                        .formatted(cents, CENTS_AN_HOUR - cents));
        assertThat(statement.at("/lines/1/run").asString()).isEqualTo(id);
        assertThat(statement.at("/lines/1/cents").asLong()).isEqualTo(cents);
        assertThat(lab.client
                        .get("/api/allocations/" + allocation + "/statement.csv")
                        .body())
                .endsWith(",\"" + cents + "\"\r\n");
        assertThat(lab.client
                        .get("/api/allocations/" + allocation)
                        .json(200)
                        .at("/cost/balance/spent")
                        .asLong())
                .isEqualTo(cents);
        Browser browser = new Browser("http://127.0.0.1:" + port);
        browser.open("/sign-in");
        String email = lab.client.get("/api/me").json(200).get("email").asString();
        browser.submit("/sign-in", Map.of("email", email, "password", Client.PASSWORD));
        String euro = "€ " + cents / 100 + "." + "%02d".formatted(cents % 100);
        assertThat(browser.open("/allocations/" + allocation + "/statement").text())
                .contains("May cost at most", "€ 360.00 an hour", euro);
        assertThat(browser.open("/allocations/" + allocation).text()).contains("Owed", euro);
    }

    @Test
    void while_it_runs_the_most_that_it_may_cost_is_kept_back() {
        String run = lab.start(paid("sleep 600"));
        lab.awaitRunning(run);
        assertThat(statement().at("/cost/held").asLong())
                .isEqualTo(statement().get("held").asLong() * CENTS_A_SECOND)
                .isPositive();
        lab.client.post("/api/runs/" + run + "/cancel", Map.of()).json(202);
        JsonNode ended = lab.awaitEnd(run);
        assertThat(statement().at("/cost/held").asLong()).isZero();
        assertThat(statement().get("spentCents").asLong())
                .isEqualTo(ended.get("charged").asLong() * CENTS_A_SECOND);
    }

    @Test
    void what_the_machine_broke_costs_nothing() {
        String id = lab.start(paid("sleep 3"));
        lab.awaitRunning(id);
        Attempt attempt = attempts.last(new RunId(UUID.fromString(id))).orElseThrow();
        Instant began = attempt.started().orElseThrow();
        endings.ended(attempt, broken(attempt, began));
        JsonNode run = lab.show(id);
        assertThat(run.get("state").asString()).isEqualTo("MACHINE_FAILED");
        assertThat(run.at("/attempts/0/borneBySite").asLong()).isEqualTo(100);
        assertThat(run.at("/budget/cents").asLong()).isZero();
        assertThat(statement().get("spentCents").asLong()).isZero();
        assertThat(statement().at("/cost/held").asLong()).isZero();
        assertThat(statement().at("/lines/1/cents").asLong()).isZero();
    }

    private static JobReport broken(Attempt attempt, Instant began) {
        return new JobReport(
                attempt.job(),
                JobState.MACHINE_FAILED,
                began,
                Optional.of(began),
                Optional.of(began.plusSeconds(100)),
                Optional.empty(),
                1,
                0,
                Reason.of(Reason.Kind.LOST));
    }

    @Test
    void what_was_granted_without_commercial_use_costs_nothing_whatever_the_price() {
        JsonNode run = lab.awaitEnd(lab.start(lab.script("sleep 1")));
        assertThat(run.at("/budget/cents").asLong()).isZero();
        JsonNode statement = lab.client
                .get("/api/allocations/" + lab.allocation + "/statement")
                .json(200);
        assertThat(statement.get("spentCents").asLong()).isZero();
        assertThat(statement.get("cost").isNull()).isTrue();
        assertThat(statement.at("/lines/1/cents").asLong()).isZero();
    }
}
