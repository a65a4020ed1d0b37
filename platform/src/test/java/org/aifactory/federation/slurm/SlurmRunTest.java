package org.aifactory.federation.slurm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.federation.TestPartitions;
import org.aifactory.ledger.Ledger;
import org.aifactory.training.Lab;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** A start-up's runs on a machine that a real Slurm drives. */
@PlatformTest
@Tag("slurm")
class SlurmRunTest {
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
    private String partition;
    private Lab lab;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        cluster = TrialCluster.shared();
    }

    @BeforeEach
    void connect() {
        operator = clients.founder("Olli");
        machine = "slurm-" + UUID.randomUUID();
        partition = machine + "-cpu";
        String factory = factories.factory(operator.organisation());
        operator.post("/api/factories/" + factory + "/machines", Map.of("slug", machine, "name", "Trial"))
                .json(201);
        operator.put("/api/machines/" + machine + "/connection", cluster.connection(Map.of("cpu", partition)))
                .json(200);
        lab = new Lab(operator, sql, ledger, 10_000, partition);
    }

    private JsonNode run(String script) {
        return lab.awaitEnd(lab.start(lab.script(script)));
    }

    private static String nameAtSlurm(JsonNode run) {
        return "aif-" + run.at("/attempts/0/job").asString();
    }

    @Test
    void a_connected_machine_has_the_shape_that_slurm_tells() {
        JsonNode shown = clients.nobody().get("/api/partitions/" + partition).json(200);
        assertThat(shown.get("nodes").asInt()).isEqualTo(2);
        assertThat(shown.get("coresPerNode").asInt())
                .isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(shown.get("usable").asBoolean()).isTrue();
        assertThat(shown.at("/now/freeCores").asInt())
                .isLessThanOrEqualTo(shown.at("/now/cores").asInt());
        JsonNode connection =
                operator.get("/api/machines/" + machine + "/connection").json(200);
        assertThat(connection.at("/slurm/version").asString()).startsWith("2");
        assertThat(connection.toString()).doesNotContain(cluster.get("TOKEN"));
        assertThat(sql.sql("select token from federation.slurm_site")
                        .query((row, number) -> row.getString(1))
                        .list())
                .isNotEmpty()
                .doesNotContain(cluster.get("TOKEN"));
    }

    @Test
    void an_examination_says_of_each_thing_whether_it_is_well_and_what_to_do() throws Exception {
        String path = "/api/machines/" + machine + "/check";
        JsonNode well = operator.post(path, Map.of()).json(200);
        assertThat(well)
                .extracting(check -> check.get("subject").asString())
                .containsExactly(
                        "REACH",
                        "PARTITION",
                        "LIMIT",
                        "GPU",
                        "ACCOUNT",
                        "JOB",
                        "FOLDER",
                        "SPACE",
                        "SCRATCH",
                        "JAVA",
                        "CLOCK",
                        "NETWORK",
                        "CONFINEMENT",
                        "IMAGES");
        assertThat(well).extracting(check -> check.get("outcome").asString()).doesNotContain("FAILED");
        assertThat(well.toString())
                .contains(
                        "trial-n", "in cpu for 48:00 hours", "a100", "root may use the account startups. QoS: normal");

        cluster.ask("scontrol", "update", "partitionname=cpu", "state=down");
        try {
            assertThat(operator.post(path, Map.of()).json(200).toString()).contains("sinfo");
        } finally {
            cluster.ask("scontrol", "update", "partitionname=cpu", "state=up");
        }
    }

    /** @param changes of what connects the cluster as it is */
    private void connectAgain(Map<String, Object> changes) {
        Map<String, Object> wish = new HashMap<>(cluster.connection(Map.of("cpu", partition)));
        wish.putAll(changes);
        operator.put("/api/machines/" + machine + "/connection", wish).json(200);
    }

    @Test
    void where_a_site_wants_organisations_apart_each_has_an_account_with_a_limit_a_little_above_its_grant()
            throws Exception {
        connectAgain(Map.of("accounts", "PER_ORGANISATION"));
        JsonNode run = run("sleep 1");
        assertThat(run.get("state").asString()).as(run.toString()).isEqualTo("SUCCEEDED");
        String account = "startups-" + operator.organisation().replace("-", "").substring(0, 12);
        assertThat(cluster.accounted(nameAtSlurm(run)).jobs()).isOne();
        assertThat(cluster.ask("sacct", "-n", "-X", "-P", "--name=" + nameAtSlurm(run), "--format=Account"))
                .isEqualTo(account + "\n");
        // 10,000 core-seconds were granted: 167 minutes, and ten hours more.
        assertThat(cluster.ask(
                        "sacctmgr",
                        "-n",
                        "-P",
                        "show",
                        "assoc",
                        "account=" + account,
                        "user=root",
                        "format=GrpTRESMins"))
                .contains("cpu=767");
        JsonNode checks =
                operator.post("/api/machines/" + machine + "/check", Map.of()).json(200);
        assertThat(checks.toString()).contains("an account under startups for each organisation; 1 are open");
        assertThat(operator.get("/api/machines/" + machine + "/connection")
                        .json(200)
                        .get("accounts")
                        .asString())
                .isEqualTo("PER_ORGANISATION");
    }

    @Test
    void where_a_site_opens_accounts_itself_it_is_told_what_to_type() throws Exception {
        cluster.ask("sacctmgr", "-i", "add", "user", "nobody", "account=startups");
        String token = cluster.ask("scontrol", "token", "username=nobody", "lifespan=600")
                .strip()
                .replaceFirst(".*=", "");
        connectAgain(Map.of("person", "nobody", "token", token, "accounts", "PER_ORGANISATION"));
        JsonNode refused = run("true");
        assertThat(refused.get("state").asString()).isEqualTo("MACHINE_FAILED");
        assertThat(refused.get("words").asString())
                .contains(
                        "sacctmgr add account startups-",
                        "parent=startups; sacctmgr add user nobody account=startups-");
        assertThat(lab.balance().free()).isEqualTo(10_000);
    }

    @Test
    void a_run_is_a_job_of_slurms_and_costs_what_slurm_accounts() throws Exception {
        JsonNode run = run("""
                echo "from $SLURM_CLUSTER_NAME with $GREETING"
                echo made > "$AIFACTORY_OUTPUT/made.txt"
                sleep 2
                """.replace("$GREETING", "greetings"));
        String id = run.get("id").asString();
        assertThat(run.get("state").asString()).as(lab.log(id)).isEqualTo("SUCCEEDED");
        assertThat(lab.log(id)).isEqualTo("from trial with greetings\n");
        assertThat(lab.balance().spent())
                .isEqualTo(run.get("charged").asLong())
                .isEqualTo(cluster.accounted(nameAtSlurm(run)).coreSeconds())
                .isGreaterThanOrEqualTo(2);
        assertThat(lab.balance().held()).isZero();
    }

    @Test
    void a_run_on_two_nodes_begins_on_both_and_costs_the_cores_of_both() throws Exception {
        Map<String, Object> wish = new HashMap<>(lab.script("""
                echo "$AIFACTORY_NODE_RANK of $AIFACTORY_NODES on $SLURMD_NODENAME, $SECRET"
                if [ "$AIFACTORY_NODE_RANK" = 1 ]; then
                  until (echo hello > "/dev/tcp/${AIFACTORY_MASTER/://}") 2> /dev/null; do sleep 0.1; done
                  exit
                fi
                exec python3 -c '
                import os, socket
                host, port = os.environ["AIFACTORY_MASTER"].rsplit(":", 1)
                with socket.create_server((host, int(port))) as server:
                    print("heard", server.accept()[0].recv(10).decode(), flush=True)'
                """));
        wish.put("nodes", 2);
        wish.put("secrets", Map.of("SECRET", "a secret of\ntwo lines"));
        String id = lab.start(wish);
        assertThat(lab.balance().held()).isEqualTo(2 * 60);
        JsonNode run = lab.awaitEnd(id);
        assertThat(run.get("state").asString()).as(lab.log(id)).isEqualTo("SUCCEEDED");
        assertThat(lab.log(id))
                .contains("0 of 2 on trial-n1, a secret of\ntwo lines", "1 of 2 on trial-n2", "heard hello");
        assertThat(run.at("/resources/nodes").asInt()).isEqualTo(2);
        assertThat(run.at("/attempts/0/cores").asInt()).isEqualTo(2);
        TrialCluster.Accounted accounted = cluster.accounted(nameAtSlurm(run));
        assertThat(accounted.jobs()).isOne();
        assertThat(lab.balance().spent()).isEqualTo(accounted.coreSeconds());
        assertThat(cluster.ask("sacct", "-n", "--name=" + nameAtSlurm(run), "--format=SubmitLine%500"))
                .doesNotContain("secret");
    }

    /** By a torchrun of the tests' own, which is Python's alone; by PyTorch's where the environment names it. */
    @Test
    void the_example_begins_torchrun_on_every_node() throws Exception {
        Path examples = Path.of("../examples/torchrun").toAbsolutePath().normalize();
        String torchrun = Optional.ofNullable(System.getenv("AIFACTORY_TEST_TORCHRUN"))
                .orElse(Path.of("target/test-classes/torchrun/torchrun")
                        .toAbsolutePath()
                        .toString());
        Files.setPosixFilePermissions(Path.of(torchrun).toRealPath(), PosixFilePermissions.fromString("rwxr-xr-x"));
        Map<String, Object> wish = new HashMap<>(lab.script(Files.readString(examples.resolve("train.sh"))));
        wish.put("nodes", 2);
        wish.put("minutes", 5);
        wish.put("memoryBytes", 2L << 30);
        wish.put("environment", Map.of("TORCHRUN", torchrun, "STEPS", "25"));
        wish.put(
                "dataset",
                lab.version(Map.of(
                        "train.py", Files.readAllBytes(examples.resolve("train.py")),
                        "text.txt",
                                "To be, or not to be, that is the question. "
                                        .repeat(100)
                                        .getBytes(UTF_8))));
        JsonNode run = lab.awaitEnd(lab.start(wish));
        String id = run.get("id").asString();
        assertThat(run.get("state").asString()).as(lab.log(id)).isEqualTo("SUCCEEDED");
        assertThat(lab.client
                        .get("/api/runs/" + id + "/output/file?path=world.txt")
                        .body())
                .isEqualTo("2\n");
    }

    @Test
    void a_chatbot_learns_on_two_nodes_and_is_served_by_the_platforms_own_machine() throws Exception {
        byte[] text = IntStream.range(0, 3000)
                .mapToObj(number -> "The machine number " + number + " counts to " + number % 7 + " and rests.\n")
                .collect(Collectors.joining())
                .getBytes(UTF_8);
        Map<String, Object> wish = new HashMap<>(
                Map.of("allocation", lab.allocation, "recipe", "chatbot", "steps", 4, "cores", 1, "nodes", 2));
        wish.put("dataset", lab.version(Map.of("machines.txt", text)));
        JsonNode run = lab.awaitEnd(lab.start(wish));
        String id = run.get("id").asString();
        assertThat(run.get("state").asString()).as(lab.log(id)).isEqualTo("SUCCEEDED");
        assertThat(lab.log(id)).contains("2 processes");
        assertThat(run.get("charged").asLong())
                .isEqualTo(cluster.accounted(nameAtSlurm(run)).coreSeconds());
        Client.Answer registered = lab.client.post("/api/models", Map.of("run", id));
        String chat = "/api/models/"
                + registered.json(registered.status()).at("/model/id").asString() + "/chat";

        Client.Answer refused = lab.client.post(chat + "/start", Map.of("allocation", lab.allocation));
        assertThat(refused.problem()).isEqualTo("against-rules");
        assertThat(refused.body()).contains("let nobody in");

        Lab here = new Lab(operator, sql, ledger, 100_000);
        JsonNode started = lab.client
                .post(chat + "/start", Map.of("allocation", lab.allocation))
                .json(200);
        assertThat(started.get("paidBy").asString()).isEqualTo(here.allocation);
        lab.client.post(chat + "/stop", Map.of()).json(200);
    }

    @Test
    void a_node_that_fails_ends_the_run_on_all() {
        Map<String, Object> wish =
                new HashMap<>(lab.script("[ \"$AIFACTORY_NODE_RANK\" = 1 ] && exit 3; exec sleep 50"));
        wish.put("nodes", 2);
        JsonNode run = lab.awaitEnd(lab.start(wish));
        assertThat(run.get("state").asString()).isEqualTo("FAILED");
        assertThat(run.get("charged").asLong()).isLessThan(2 * 40);
    }

    @Test
    void what_runs_out_of_time_is_asked_to_end_on_every_node() {
        Map<String, Object> wish = new HashMap<>(lab.script("""
                trap 'echo "asked, $AIFACTORY_NODE_RANK"; exit 0' TERM
                sleep 60 &
                wait
                """));
        wish.put("nodes", 2);
        wish.put("minutes", 0.1);
        JsonNode run = lab.awaitEnd(lab.start(wish));
        String id = run.get("id").asString();
        assertThat(lab.log(id)).contains("asked, 0", "asked, 1");
        assertThat(run.get("state").asString()).isEqualTo("TIMED_OUT");
    }

    @Test
    void more_nodes_than_there_are_are_refused_before_anything_is_held() {
        Map<String, Object> wish = new HashMap<>(lab.script("true"));
        wish.put("nodes", 3);
        assertThat(lab.submit(wish).problem()).isEqualTo("invalid-request");
        assertThat(lab.balance().held()).isZero();
    }

    @Test
    void what_a_program_is_told_stands_in_nothing_that_slurm_shows() throws Exception {
        Map<String, Object> wish = new HashMap<>(lab.script("""
                [ "$PASSWORD" = "it's a \\"secret\\"" ] && echo known
                sleep 3
                """));
        wish.put("secrets", Map.of("PASSWORD", "it's a \"secret\""));
        String run = lab.start(wish);
        lab.awaitRunning(run);
        String shown = cluster.ask("scontrol", "show", "job", "--details")
                + cluster.ask("scontrol", "write", "batch_script", numberOf(lab.show(run)), "-");
        assertThat(shown).contains("aif-").doesNotContain("secret", "PASSWORD");
        JsonNode ended = lab.awaitEnd(run);
        assertThat(lab.log(run)).isEqualTo("known\n");
        assertThat(ended.get("state").asString()).isEqualTo("SUCCEEDED");
    }

    private String numberOf(JsonNode run) throws IOException, InterruptedException {
        return cluster.ask("squeue", "-h", "-o", "%i", "--name=" + nameAtSlurm(run))
                .strip();
    }

    @Test
    void a_program_that_fails_is_told_apart_from_a_machine_that_does() throws Exception {
        JsonNode failed = run("exit 3");
        assertThat(failed.get("state").asString()).isEqualTo("FAILED");
        assertThat(failed.get("words").asString()).contains("exit status 3");

        String run = lab.start(lab.script("sleep 60"));
        lab.awaitRunning(run);
        cluster.ask("scancel", numberOf(lab.show(run)));
        JsonNode ended = lab.awaitEnd(run);
        assertThat(ended.get("state").asString()).isEqualTo("MACHINE_FAILED");
        assertThat(ended.get("words").asString()).contains("somebody at the site");
        assertThat(ended.get("charged").asLong()).isZero();
    }

    @Test
    void cancelling_a_run_cancels_its_job() throws Exception {
        String run = lab.start(lab.script("sleep 60"));
        lab.awaitRunning(run);
        lab.client.post("/api/runs/" + run + "/cancel", Map.of()).json(202);
        JsonNode ended = lab.awaitEnd(run);
        assertThat(ended.get("state").asString()).isEqualTo("CANCELLED");
        assertThat(ended.get("charged").asLong())
                .isEqualTo(cluster.accounted(nameAtSlurm(ended)).coreSeconds());
        assertThat(cluster.ask("squeue", "-h", "--name=" + nameAtSlurm(ended))).isBlank();
    }

    @Test
    void only_whoever_operates_the_factory_connects_its_machines_and_nothing_half_done_stays() {
        Client stranger = clients.founder("Eve");
        String path = "/api/machines/" + machine + "/connection";
        Map<String, Object> right = cluster.connection(Map.of("cpu", partition));
        assertThat(stranger.put(path, right).problem()).isEqualTo("not-allowed");
        assertThat(stranger.get(path).problem()).isEqualTo("not-allowed");

        Map<String, Object> wrong = new HashMap<>(right);
        wrong.put("token", "wrong");
        assertThat(operator.put(path, wrong).problem()).isEqualTo("unavailable");
        assertThat(operator.put(path, cluster.connection(Map.of("no-such", partition)))
                        .problem())
                .isEqualTo("invalid-request");
        assertThat(run("echo still").get("state").asString()).isEqualTo("SUCCEEDED");

        assertThat(operator.delete(path).status()).isEqualTo(204);
        assertThat(lab.submit(lab.script("echo never")).problem()).isEqualTo("not-now");
    }

    @Test
    void what_slurms_accounts_have_otherwise_is_corrected_once_and_told_to_the_operator() throws Exception {
        JsonNode run = run("sleep 1");
        cluster.accounted(nameAtSlurm(run));
        long charged = run.get("charged").asLong();
        assertThat(reconcile().at("/last/compared").asInt()).isOne();
        assertThat(lab.balance().spent()).isEqualTo(charged);

        cluster.prolong(nameAtSlurm(run), 5);
        JsonNode corrected = reconcile();
        assertThat(corrected.at("/last/corrected").asInt()).isOne();
        assertThat(corrected.at("/corrections/0/charged").asLong())
                .isEqualTo(charged + 5)
                .isEqualTo(cluster.accounted(nameAtSlurm(run)).coreSeconds())
                .isEqualTo(lab.balance().spent())
                .isEqualTo(lab.show(run.get("id").asString()).get("charged").asLong());
        assertThat(reconcile().at("/last/corrected").asInt()).isZero();
        assertThat(lab.balance().spent()).isEqualTo(charged + 5);
        Lab.await(() -> operator.get("/api/notices").body().contains("accounts of Trial differed"));
    }

    private JsonNode reconcile() {
        return operator.post("/api/machines/" + machine + "/reconciliation", Map.of())
                .json(200);
    }

    @Test
    void many_runs_are_one_job_each() throws Exception {
        List<String> runs = java.util.stream.IntStream.range(0, 12)
                .mapToObj(number -> lab.start(lab.script("echo " + number)))
                .toList();
        long spent = 0;
        for (String run : runs) {
            JsonNode ended = lab.awaitEnd(run);
            assertThat(ended.get("state").asString()).as(lab.log(run)).isEqualTo("SUCCEEDED");
            TrialCluster.Accounted accounted = cluster.accounted(nameAtSlurm(ended));
            assertThat(accounted.jobs()).isOne();
            spent += accounted.coreSeconds();
        }
        assertThat(lab.balance().spent()).isEqualTo(spent);
    }
}
