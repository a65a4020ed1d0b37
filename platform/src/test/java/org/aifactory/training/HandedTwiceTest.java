package org.aifactory.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.ledger.Ledger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** A platform that was killed between two steps does the first again: nothing runs twice, and nothing is charged twice. */
@PlatformTest
class HandedTwiceTest {
    @Autowired
    private Client.Factory clients;

    @Autowired
    private JdbcClient sql;

    @Autowired
    private Ledger ledger;

    @Autowired
    private Endings endings;

    @Autowired
    private AttemptTable attempts;

    private Lab lab;

    @BeforeEach
    void found() {
        lab = new Lab(clients.founder("Aino"), sql, ledger, 10_000).operating();
    }

    @AfterEach
    void leave() {
        Lab.nobodyOperates(sql);
    }

    @Test
    void a_run_whose_submission_was_not_noted_is_handed_over_again_and_runs_once() throws Exception {
        String run = lab.start(lab.script("""
                echo once >> "$AIFACTORY_OUTPUT/runs"
                while [ ! -e "$AIFACTORY_OUTPUT/../go" ]; do sleep 0.1; done
                """));
        lab.await(run, view -> view.get("state").asString().equals("RUNNING"));
        // As if the platform had died between telling the machine and writing that down.
        sql.sql(
                        "update training.attempt set stage = 'SUBMITTING', submitted_at = null, started_at = null where run = :run::uuid")
                .param("run", run)
                .update();
        sql.sql("update training.run set state = 'WAITING', started_at = null where id = :run::uuid")
                .param("run", run)
                .update();
        lab.await(run, view -> view.get("state").asString().equals("RUNNING"));
        Files.createFile(Path.of("target/test-home/runs", run, "go"));
        JsonNode ended = lab.awaitEnd(run);
        assertThat(ended.get("state").asString()).as(lab.log(run)).isEqualTo("SUCCEEDED");
        assertThat(lab.output(run, "runs")).isEqualTo("once\n");
        assertThat(lab.balance().held()).isZero();
        assertThat(lab.balance().spent()).isEqualTo(ended.get("charged").asLong());
    }

    @Test
    void an_end_that_is_told_twice_is_settled_once() {
        String run = lab.start(lab.script("true"));
        JsonNode ended = lab.awaitEnd(run);
        Attempt attempt = attempts.last(new RunId(UUID.fromString(run))).orElseThrow();
        endings.neverStarted(
                attempt,
                RunState.CANCELLED,
                org.aifactory.federation.Reason.of(org.aifactory.federation.Reason.Kind.CANCELLED));
        assertThat(lab.show(run)).isEqualTo(ended);
        assertThat(lab.balance().spent()).isEqualTo(ended.get("charged").asLong());
        assertThat(ledger.audit()).isEmpty();
    }

    @Test
    void the_example_of_the_handbook_counts_and_goes_on() throws Exception {
        Map<String, Object> wish = lab.script(Files.readString(Path.of("../examples/command/train.sh")));
        wish.put("dataset", lab.version(Map.of("a.txt", "Aab\n".getBytes(UTF_8), "b.txt", "bc\n".getBytes(UTF_8))));
        String run = lab.start(wish);
        assertThat(lab.awaitEnd(run).get("state").asString()).as(lab.log(run)).isEqualTo("SUCCEEDED");
        assertThat(lab.output(run, "letters.txt")).isEqualTo("a 2\nb 2\nc 1\n");
        assertThat(lab.client.get("/api/runs/" + run + "/metrics").json(200)).hasSize(2);
    }
}
