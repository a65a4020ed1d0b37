package org.aifactory.federation.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.federation.TestPartitions;
import org.aifactory.ledger.Ledger;
import org.aifactory.training.Lab;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** One start-up with time on two machines, each driven by a real Slurm: a run goes to the one where it ends first. */
@PlatformTest
@Tag("slurm")
class SlurmPlacementTest {
    private static TrialCluster near;
    private static TrialCluster far;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private TestPartitions factories;

    @Autowired
    private JdbcClient sql;

    @Autowired
    private Ledger ledger;

    private Client operator;
    private Lab there;
    private Lab away;
    private String farMachine;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        CompletableFuture<TrialCluster> other = CompletableFuture.supplyAsync(() -> started("far"));
        near = started("near");
        far = other.join();
    }

    private static TrialCluster started(String name) {
        try {
            return TrialCluster.start(name);
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        try {
            near.close();
        } finally {
            far.close();
        }
    }

    @BeforeEach
    void connect() {
        operator = clients.founder("Olli");
        there = connected(near, "near-" + UUID.randomUUID());
        farMachine = "far-" + UUID.randomUUID();
        away = connected(far, farMachine);
    }

    private Lab connected(TrialCluster cluster, String machine) {
        String factory = factories.factory(operator.organisation());
        operator.post("/api/factories/" + factory + "/machines", Map.of("slug", machine, "name", machine))
                .json(201);
        operator.put("/api/machines/" + machine + "/connection", cluster.connection(Map.of("cpu", machine + "-cpu")))
                .json(200);
        return new Lab(operator, sql, ledger, 100_000, machine + "-cpu");
    }

    private Map<String, Object> anywhere(String script) {
        Map<String, Object> wish = there.script(script);
        wish.put("allocation", "any");
        return wish;
    }

    private JsonNode placement(String run) {
        return operator.get("/api/runs/" + run + "/placement").json(200);
    }

    @Test
    void a_run_goes_where_it_begins_first_and_one_that_waits_says_where_it_would_begin_sooner() throws Exception {
        near.ask(
                "sbatch",
                "--parsable",
                "--nodes=2",
                "--exclusive",
                "--time=30",
                "--output=/dev/null",
                "--wrap=sleep 300");
        while (!near.ask("squeue", "-h", "-t", "R").lines().findAny().isPresent()) {
            Lab.pause();
        }
        // Whoever asked a moment ago is told what was found then.
        Thread.sleep(5100);
        String run = there.start(anywhere("echo \"on $SLURM_CLUSTER_NAME\""));
        JsonNode ended = there.awaitEnd(run);
        assertThat(there.log(run)).isEqualTo("on far\n");
        assertThat(ended.get("allocation").asString()).isEqualTo(away.allocation);
        JsonNode decided = placement(run).get("decided");
        assertThat(decided.at("/candidates/1/begin").asString())
                .isGreaterThan(decided.at("/candidates/0/begin").asString());
        assertThat(decided.get("why").asString()).contains("end first");

        String stubborn = there.start(there.script("true"));
        JsonNode queued = there.await(
                stubborn,
                view -> view.get("state").asString().equals("QUEUED")
                        && placement(stubborn).at("/waiting/begin").isString());
        JsonNode outlook = placement(stubborn);
        assertThat(outlook.at("/waiting/before").asInt()).isZero();
        assertThat(outlook.at("/sooner/0/allocation").asString()).isEqualTo(away.allocation);
        near.ask("scancel", "--user=root");
        assertThat(there.awaitEnd(queued.get("id").asString()).get("attempts")).hasSize(1);
    }

    @Test
    void a_drained_machine_and_one_that_does_not_answer_are_named_and_not_chosen() throws Exception {
        far.ask("scontrol", "update", "nodename=ALL", "state=drain", "reason=test");
        try {
            String run = there.start(anywhere("echo \"on $SLURM_CLUSTER_NAME\""));
            there.awaitEnd(run);
            assertThat(there.log(run)).isEqualTo("on near\n");
            assertThat(placement(run).at("/decided/candidates/1/words").asString())
                    .contains("Nobody can say");
        } finally {
            far.ask("scontrol", "update", "nodename=ALL", "state=resume");
        }
        sql.sql("""
                update federation.slurm_site set address = 'http://127.0.0.1:9'
                 where machine = (select id from federation.machine where slug = :slug)
                """).param("slug", farMachine).update();
        String run = there.start(anywhere("true"));
        assertThat(there.awaitEnd(run).get("allocation").asString()).isEqualTo(there.allocation);
        assertThat(placement(run).at("/decided/candidates/1/words").asString()).contains("does not answer");
    }
}
