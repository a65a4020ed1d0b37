package org.aifactory.federation.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.federation.TestPartitions;
import org.aifactory.ledger.Ledger;
import org.aifactory.training.Lab;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

/** A start-up's runs at a site that is reached by SSH alone, and that sees nothing of the platform's files. */
@PlatformTest
@Tag("slurm")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SshRunTest {
    @Autowired
    private Client.Factory clients;

    @Autowired
    private TestPartitions factories;

    @Autowired
    private JdbcClient sql;

    @Autowired
    private Ledger ledger;

    private TrialCluster cluster;
    private Path root;
    private Client operator;
    private String machine;
    private String partition;
    private Lab lab;

    /** One site for all, since an engine is installed there once. */
    @BeforeAll
    void connect() throws IOException, InterruptedException {
        cluster = TrialCluster.shared();
        root = Files.createTempDirectory("site").resolve("aifactory");
        operator = clients.founder("Olli");
        machine = "ssh-" + UUID.randomUUID();
        partition = machine + "-cpu";
        String factory = factories.factory(operator.organisation());
        operator.post("/api/factories/" + factory + "/machines", Map.of("slug", machine, "name", "Trial"))
                .json(201);
        operator.put(path(), wish()).json(200);
        lab = new Lab(operator, sql, ledger, 100_000, partition);
    }

    @AfterAll
    void remove() throws IOException {
        FileSystemUtils.deleteRecursively(root.getParent());
    }

    private String path() {
        return "/api/machines/" + machine + "/connection";
    }

    private Map<String, Object> wish() throws IOException {
        return cluster.connectionBySsh(root.toString(), Map.of("cpu", partition));
    }

    private static String nameAtSlurm(JsonNode run) {
        return "aif-" + run.at("/attempts/0/job").asString();
    }

    private static String id(JsonNode run) {
        return run.get("id").asString();
    }

    @Test
    void a_connection_tells_its_host_key_and_keeps_its_own_key_to_itself() throws Exception {
        JsonNode shown = operator.get(path()).json(200);
        assertThat(shown.get("kind").asString()).isEqualTo("SLURM_SSH");
        assertThat(shown.get("hostKey").asString()).startsWith("SHA256:");
        assertThat(shown.get("root").asString()).isEqualTo(root.toString());
        assertThat(shown.at("/slurm/version").asString()).startsWith("2");
        String secret = Files.readAllLines(Path.of(cluster.get("SSH_KEY"))).get(2);
        assertThat(shown.toString()).doesNotContain(secret);
        assertThat(sql.sql("select token from federation.slurm_site")
                        .query((row, number) -> row.getString(1))
                        .list())
                .isNotEmpty()
                .noneMatch(kept -> kept.contains(secret));
    }

    @Test
    void a_connection_that_cannot_work_is_refused_and_the_one_before_stays() throws Exception {
        Map<String, Object> wrong = new HashMap<>(wish());
        wrong.put("key", Files.readString(cluster.folder().resolve("ssh/host")));
        assertThat(operator.put(path(), wrong).body()).contains("authorized_keys");
        wrong.put("key", "no key");
        assertThat(operator.put(path(), wrong).problem()).isEqualTo("invalid-request");

        Map<String, Object> other = new HashMap<>(wish());
        other.put("hostKey", Files.readString(Path.of(cluster.get("SSH_KEY") + ".pub")));
        assertThat(operator.put(path(), other).body()).contains("SHA256:");

        Map<String, Object> nowhere = new HashMap<>(wish());
        nowhere.put("root", "/proc/nowhere");
        assertThat(operator.put(path(), nowhere).problem()).isEqualTo("unavailable");
        nowhere.put("root", "/tmp/../etc");
        assertThat(operator.put(path(), nowhere).problem()).isEqualTo("invalid-request");
        assertThat(clients.founder("Eve").put(path(), wish()).problem()).isEqualTo("not-allowed");
        assertThat(operator.get(path()).json(200).get("root").asString()).isEqualTo(root.toString());
    }

    @Test
    void a_program_of_ones_own_gets_its_data_there_and_leaves_what_it_made_here() throws Exception {
        Map<String, Object> wish = new HashMap<>(lab.script("""
                [ "$PASSWORD" = "it's a \\"secret\\"" ] && echo "at $SLURM_CLUSTER_NAME, in $PWD"
                cat "$AIFACTORY_DATA/deep/words.txt"
                mkdir -p "$AIFACTORY_OUTPUT/a b"
                wc -c < "$AIFACTORY_DATA/deep/words.txt" > "$AIFACTORY_OUTPUT/a b/size"
                ln -s /etc/passwd "$AIFACTORY_OUTPUT/passwd"
                echo '{"step": 1, "loss": 2.5}' >> "$AIFACTORY_METRICS"
                sleep 2
                """));
        wish.put("secrets", Map.of("PASSWORD", "it's a \"secret\""));
        wish.put("dataset", lab.version(Map.of("deep/words.txt", "words\n".getBytes(StandardCharsets.UTF_8))));
        JsonNode run = lab.awaitEnd(lab.start(wish));
        assertThat(run.get("state").asString()).as(lab.log(id(run))).isEqualTo("SUCCEEDED");
        assertThat(lab.log(id(run))).isEqualTo("at trial, in " + root + "/runs/" + id(run) + "\nwords\n");
        assertThat(output(run, "a%20b/size")).isEqualTo("6\n");
        assertThat(operator.get("/api/runs/" + id(run) + "/output").body()).doesNotContain("passwd");
        assertThat(operator.get("/api/runs/" + id(run) + "/metrics")
                        .json(200)
                        .get(0)
                        .toString())
                .contains("2.5");
        assertThat(run.get("charged").asLong())
                .isEqualTo(cluster.accounted(nameAtSlurm(run)).coreSeconds())
                .isGreaterThanOrEqualTo(2);
        // Nothing of it stays there, but the data for others who ask for the same.
        assertThat(root.resolve("runs/" + id(run))).doesNotExist();
        assertThat(root.resolve("inputs/" + id(run))).doesNotExist();
        assertThat(root.resolve("jobs/" + run.at("/attempts/0/job").asString())).doesNotExist();
    }

    private String output(JsonNode run, String path) {
        return operator.get("/api/runs/" + id(run) + "/output/file?path=" + path)
                .body();
    }

    @Test
    void a_model_is_trained_by_the_engine_that_was_installed_there() throws Exception {
        byte[] text = IntStream.range(0, 3000)
                .mapToObj(number -> "The machine number " + number + " counts to " + number % 7 + " and rests.\n")
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.UTF_8);
        JsonNode run = awaitSlowEnd(lab.start(Map.of(
                "allocation",
                lab.allocation,
                "recipe",
                "chatbot",
                "dataset",
                lab.version(Map.of("machines.txt", text)),
                "steps",
                4,
                "cores",
                1)));
        assertThat(run.get("state").asString()).as(lab.log(id(run))).isEqualTo("SUCCEEDED");
        assertThat(operator.get("/api/runs/" + id(run) + "/output").body())
                .contains("config.json", "model.safetensors", "tokenizer.json");
        assertThat(operator.get("/api/runs/" + id(run) + "/metrics").json(200))
                .extracting(metric -> metric.get("step").asLong())
                .contains(4L);
        assertThat(run.get("charged").asLong())
                .isEqualTo(cluster.accounted(nameAtSlurm(run)).coreSeconds());
        try (var engines = Files.list(root.resolve("engine"))) {
            assertThat(engines.toList())
                    .singleElement()
                    .satisfies(engine ->
                            assertThat(engine.resolve("java/bin/java")).isExecutable());
        }
    }

    /** On a busy computer an engine that begins for the first time takes minutes. */
    private JsonNode awaitSlowEnd(String run) {
        for (int more = 0; more < 4; more++) {
            try {
                return lab.awaitEnd(run);
            } catch (AssertionError still) {
                assertThat(lab.show(run).get("state").asString()).isEqualTo("RUNNING");
            }
        }
        return lab.awaitEnd(run);
    }

    private void wantOrganisationsApart() throws IOException {
        Map<String, Object> wish = new HashMap<>(wish());
        wish.put("accounts", "PER_ORGANISATION");
        operator.put(path(), wish).json(200);
    }

    @Test
    void an_examination_installs_the_engine_and_looks_around_on_a_node() throws IOException {
        wantOrganisationsApart();
        JsonNode checks =
                operator.post("/api/machines/" + machine + "/check", Map.of()).json(200);
        assertThat(checks)
                .extracting(check -> check.get("subject").asString())
                .containsExactly(
                        "LOGIN", "PARTITION", "LIMIT", "GPU", "ACCOUNT", "ORGANISATIONS", "FILES", "JOB", "FOLDER", "SPACE", "SCRATCH",
                        "JAVA", "CLOCK", "NETWORK", "CONFINEMENT");
        assertThat(checks).extracting(check -> check.get("outcome").asString()).doesNotContain("FAILED");
        assertThat(root.resolve("checks")).isEmptyDirectory();
    }

    @Test
    void each_organisation_has_an_account_of_its_own_where_the_site_wants_them_apart() throws Exception {
        wantOrganisationsApart();
        JsonNode run = lab.awaitEnd(lab.start(lab.script("true")));
        assertThat(run.get("state").asString()).as(run.toString()).isEqualTo("SUCCEEDED");
        String account = "startups-" + operator.organisation().replace("-", "").substring(0, 12);
        assertThat(cluster.accounted(nameAtSlurm(run)).jobs()).isOne();
        assertThat(cluster.ask("sacct", "-n", "-X", "-P", "--name=" + nameAtSlurm(run), "--format=Account"))
                .isEqualTo(account + "\n");
        // 100,000 core-seconds were granted: 1667 minutes, and ten hours more.
        assertThat(cluster.ask(
                        "sacctmgr", "-n", "-P", "show", "assoc", "account=" + account, "user=root", "format=GrpTRESMins"))
                .contains("cpu=2267");
    }

    @Test
    void a_program_that_fails_leaves_its_log_and_one_that_is_cancelled_ends() throws Exception {
        JsonNode failed = lab.awaitEnd(lab.start(lab.script("echo wrong; exit 3")));
        assertThat(failed.get("state").asString()).isEqualTo("FAILED");
        assertThat(failed.get("words").asString()).contains("exit status 3");
        assertThat(lab.log(id(failed))).isEqualTo("wrong\n");

        String run = lab.start(lab.script("echo begun; sleep 60"));
        lab.awaitRunning(run);
        lab.await(run, view -> lab.log(run).equals("begun\n"));
        operator.post("/api/runs/" + run + "/cancel", Map.of()).json(202);
        JsonNode ended = lab.awaitEnd(run);
        assertThat(ended.get("state").asString()).isEqualTo("CANCELLED");
        assertThat(ended.get("charged").asLong())
                .isEqualTo(cluster.accounted(nameAtSlurm(ended)).coreSeconds());
        assertThat(cluster.ask("squeue", "-h", "--name=" + nameAtSlurm(ended))).isBlank();
    }
}
