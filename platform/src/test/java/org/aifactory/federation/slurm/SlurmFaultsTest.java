package org.aifactory.federation.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
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

/** What goes wrong at a site is said so that people know what to do, and nothing is lost, doubled or charged wrongly by it. */
@PlatformTest
@Tag("slurm")
class SlurmFaultsTest {
    private static final String UNTIL_TOLD = "until [ -e \"$AIFACTORY_OUTPUT/../go\" ]; do sleep 0.2; done";

    private static TrialCluster cluster;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private TestPartitions factories;

    @Autowired
    private JdbcClient sql;

    @Autowired
    private Ledger ledger;

    private Client operator;
    private String machine;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        cluster = TrialCluster.start("faults", "--cores", "4");
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        cluster.close();
    }

    @BeforeEach
    void add() {
        operator = clients.founder("Olli");
        machine = "slurm-" + UUID.randomUUID();
        String factory = factories.factory(operator.organisation());
        operator.post("/api/factories/" + factory + "/machines", Map.of("slug", machine, "name", "Faults"))
                .json(201);
    }

    /** @param changes of what connects the cluster as it is */
    private void connect(String partition, Map<String, String> changes) {
        Map<String, Object> wish = new HashMap<>(cluster.connection(Map.of(partition, machine)));
        wish.putAll(changes);
        operator.put("/api/machines/" + machine + "/connection", wish).json(200);
    }

    private Lab lab() {
        return new Lab(operator, sql, ledger, 10_000, machine);
    }

    @Test
    void a_token_that_has_expired_is_named_and_a_new_one_loses_nothing() throws Exception {
        connect("cpu", Map.of());
        Lab lab = lab();
        String running = lab.start(lab.script(UNTIL_TOLD));
        lab.awaitRunning(running);
        connect("cpu", Map.of("token", token(8)));
        JsonNode unheard =
                lab.await(running, view -> view.get("words").asString().contains("expired"));
        assertThat(unheard.get("state").asString()).isEqualTo("RUNNING");
        Client.Answer refused = lab.submit(lab.script("true"));
        assertThat(refused.problem()).isEqualTo("unavailable");
        assertThat(refused.body()).contains("expired");

        connect("cpu", Map.of());
        tell(running);
        JsonNode ended = lab.awaitEnd(running);
        assertThat(ended.get("state").asString()).isEqualTo("SUCCEEDED");
        assertThat(ended.get("charged").asLong())
                .isEqualTo(cluster.accounted(nameAtSlurm(ended, 1)).coreSeconds());
    }

    /** @param seconds for which it can be used */
    private static String token(int seconds) throws IOException, InterruptedException {
        return cluster.ask("scontrol", "token", "username=root", "lifespan=" + seconds)
                .strip()
                .replaceFirst(".*=", "");
    }

    /** Ends a program that waits to be told so. */
    private static void tell(String run) throws IOException {
        Files.createFile(Path.of("target/test-home/runs", run, "go"));
    }

    private static String nameAtSlurm(JsonNode run, int attempt) {
        return "aif-" + run.at("/attempts/" + (attempt - 1) + "/job").asString();
    }

    @Test
    void an_account_that_slurm_does_not_know_is_named() {
        connect("cpu", Map.of("account", "nobodys"));
        Lab lab = lab();
        JsonNode ended = lab.awaitEnd(lab.start(lab.script("true")));
        assertThat(ended.get("state").asString()).isEqualTo("MACHINE_FAILED");
        assertThat(ended.get("words").asString()).contains("account nobodys", "root", "sacctmgr");
        assertThat(lab.balance().free()).isEqualTo(10_000);
    }

    @Test
    void a_partition_that_has_vanished_is_named() throws Exception {
        connect("gpu", Map.of());
        cluster.ask("scontrol", "delete", "partitionname=gpu");
        Lab lab = lab();
        Client.Answer refused = lab.submit(lab.script("true"));
        assertThat(refused.status()).as(refused.body()).isNotEqualTo(201);
        assertThat(refused.body()).contains("partition gpu is not there any more");
        assertThat(lab.balance().free()).isEqualTo(10_000);
    }

    @Test
    void nodes_that_are_drained_are_the_reason_of_waiting_and_what_waits_begins_when_they_are_back() throws Exception {
        connect("cpu", Map.of());
        Lab lab = lab();
        cluster.ask("scontrol", "update", "nodename=faults-n[1-2]", "state=drain", "reason=test");
        String run;
        try {
            run = lab.start(lab.script("true"));
            lab.await(run, view -> view.get("words").asString().contains("down, drained"));
        } finally {
            cluster.ask("scontrol", "update", "nodename=faults-n[1-2]", "state=resume");
        }
        assertThat(lab.awaitEnd(run).get("state").asString()).isEqualTo("SUCCEEDED");
    }

    @Test
    void a_run_whose_node_is_lost_goes_on_elsewhere_from_its_checkpoint_and_the_site_bears_what_was_lost()
            throws Exception {
        connect("cpu", Map.of());
        Lab lab = lab();
        Map<String, Object> wish = lab.script("""
                if [ -e "$AIFACTORY_CHECKPOINT/half" ]; then echo "attempt $AIFACTORY_ATTEMPT goes on"; sleep 1; exit 0; fi
                mkdir -p "$AIFACTORY_CHECKPOINT" && touch "$AIFACTORY_CHECKPOINT/half" && echo half way
                sleep 50
                """);
        wish.put("continue", true);
        String run = lab.start(wish);
        lab.await(run, view -> lab.log(run).contains("half way"));
        String name = nameAtSlurm(lab.awaitRunning(run), 1);
        String node = cluster.ask("squeue", "-h", "-o", "%N", "--name=" + name).strip();
        cluster.ask("scontrol", "update", "nodename=" + node, "state=down", "reason=test");
        JsonNode ended = lab.awaitEnd(run);
        // It may have come back by itself.
        cluster.ask("bash", "-c", "scontrol update nodename=" + node + " state=resume || true");
        assertThat(ended.get("state").asString()).as(ended.toString()).isEqualTo("SUCCEEDED");
        assertThat(lab.log(run)).isEqualTo("attempt 2 goes on\n");
        assertThat(ended.at("/attempts/0/charged").asLong()).isZero();
        assertThat(cluster.ask("squeue", "-h", "--name=" + name)).isBlank();

        // What Slurm itself had begun anew has a time of its own in the accounts.
        operator.post("/api/machines/" + machine + "/reconciliation", Map.of()).json(200);
        JsonNode reconciled = lab.show(run);
        assertThat(reconciled.at("/attempts/0/borneBySite").asLong())
                .isEqualTo(cluster.accounted(name).coreSeconds());
        assertThat(lab.balance().spent())
                .isEqualTo(reconciled.get("charged").asLong())
                .isEqualTo(cluster.accounted(nameAtSlurm(ended, 2)).coreSeconds());
    }

    @Test
    void a_run_that_takes_more_memory_than_it_asked_for_is_told_so_and_charged() throws Exception {
        connect("cpu", Map.of());
        Lab lab = lab();
        JsonNode ended =
                lab.awaitEnd(lab.start(lab.script("head -c 300000000 /dev/zero | tail -c 300000000 | sleep 30")));
        assertThat(ended.get("state").asString()).as(ended.toString()).isEqualTo("FAILED");
        assertThat(ended.get("words").asString()).contains("more memory than the 200 MiB");
        assertThat(ended.get("charged").asLong())
                .isPositive()
                .isEqualTo(cluster.accounted(nameAtSlurm(ended, 1)).coreSeconds());
    }

    @Test
    void while_slurmrestd_is_away_people_are_told_so_at_once_and_nothing_is_lost() throws Exception {
        connect("cpu", Map.of());
        Lab lab = lab();
        String run = lab.start(lab.script(UNTIL_TOLD));
        lab.awaitRunning(run);
        cluster.kill("slurmrestd");
        try {
            lab.await(run, view -> view.get("words").asString().contains("not been heard of since"));
            assertThat(lab.submit(lab.script("true")).problem()).isEqualTo("unavailable");
            assertThat(lab.client.get("/api/runs").status()).isEqualTo(200);
            assertThat(lab.show(run).get("state").asString()).isEqualTo("RUNNING");
        } finally {
            cluster.revive("slurmrestd");
        }
        tell(run);
        assertThat(lab.awaitEnd(run).get("state").asString()).isEqualTo("SUCCEEDED");
    }
}
