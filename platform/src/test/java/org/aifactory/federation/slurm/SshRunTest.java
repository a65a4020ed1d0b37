package org.aifactory.federation.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.aifactory.Browser;
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
import org.springframework.boot.test.web.server.LocalServerPort;
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

    @LocalServerPort
    private int port;

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
    void an_operator_connects_from_the_page_by_a_pair_made_here_and_the_host_key_that_was_compared() throws Exception {
        String other = "ssh-" + UUID.randomUUID();
        operator.post(
                        "/api/factories/" + factories.factory(operator.organisation()) + "/machines",
                        Map.of("slug", other, "name", "Trial"))
                .json(201);
        Browser browser = new Browser("http://127.0.0.1:" + port + "/");
        browser.open("/sign-in");
        String email = operator.get("/api/me").json(200).get("email").asString();
        browser.submit("/sign-in", Map.of("email", email, "password", Client.PASSWORD));
        String page = "/machines/" + other + "/ssh";
        Map<String, String> form = new HashMap<>(Map.of(
                "host",
                "127.0.0.1",
                "port",
                cluster.get("SSH_PORT"),
                "person",
                cluster.get("USER"),
                "account",
                cluster.get("ACCOUNT"),
                "root",
                root + "-page",
                "names",
                "cpu"));
        assertThat(browser.submit(page, form).text()).contains("Make a pair of keys first");
        String key = line("ssh-ed25519 [A-Za-z0-9+/=]+ aifactory-" + other, browser.submit(page + "/key", Map.of()));

        String shown = line("ssh-ed25519 [A-Za-z0-9+/=]+(?=\")", browser.submit(page, form));
        assertThat(shown).isEqualTo(line("\\S+ \\S+", Files.readString(Path.of(cluster.get("SSH_HOST_KEY")))));
        form.put("hostKey", shown);
        assertThat(browser.submit(page, form).text()).contains("authorized_keys there");

        Path authorized = cluster.folder().resolve("ssh/authorized_keys");
        String before = Files.readString(authorized);
        Files.writeString(authorized, before + key + "\n");
        try {
            form.put("names", "none");
            assertThat(browser.submit(page, form).text()).contains("Slurm has no partition none");
            form.put("names", "cpu");
            assertThat(browser.submit(page, form).local()).isEqualTo("/machines/" + other + "/desk");
            JsonNode connection =
                    operator.get("/api/machines/" + other + "/connection").json(200);
            assertThat(connection.get("hostKey").asString()).startsWith("SHA256:");
            // The key that it is connected with stays where nobody gives another.
            assertThat(browser.open(page).text()).contains(key);
            assertThat(operator.delete("/api/machines/" + other + "/connection").status())
                    .isEqualTo(204);
        } finally {
            Files.writeString(authorized, before);
        }
    }

    private static String line(String pattern, Browser.Page page) {
        return line(pattern, page.text());
    }

    private static String line(String pattern, String text) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as(text).isTrue();
        return found.group();
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

    /** What stands in for Apptainer, which Debian 12 does not have: it says how it was called, and does what it was asked to. */
    private static final String APPTAINER = """
            #!/bin/bash
            [ "$1" = exec ] || exit 64
            shift
            while [[ $1 == --* ]]; do
              case $1 in
                --home|--pwd) [ -d "$2" ] || exit 65; declare "${1#--}=$2"; shift 2 ;;
                --bind) [ -e "${2%%:*}" ] && [[ $2 == *:ro ]] || exit 66; shift 2 ;;
                *) exit 67 ;;
              esac
            done
            [ -s "$1" ] || exit 68
            echo "in $(head -c 5 "$1") of ${1##*/}"
            shift
            cd "$pwd" && HOME=$home exec "$@"
            """;

    @Tag("long")
    @Test
    void a_program_runs_in_an_image_of_its_dataset_where_the_site_lets_it() throws Exception {
        Path programs = Files.createTempDirectory("programs");
        Path apptainer = Files.writeString(programs.resolve("apptainer"), APPTAINER);
        assertThat(apptainer.toFile().setExecutable(true)).isTrue();
        Map<String, Object> wish =
                new HashMap<>(lab.script("pwd; echo $HOME; cat $AIFACTORY_DATA/words; echo $AIFACTORY_IMAGE"));
        wish.put("environment", Map.of("PATH", programs + ":/usr/bin:/bin"));
        wish.put(
                "dataset",
                lab.version(Map.of(
                        "tools/small.sif", "image".getBytes(StandardCharsets.UTF_8),
                        "words", "words\n".getBytes(StandardCharsets.UTF_8))));
        wish.put("image", "tools/small.sif");
        assertThat(lab.submit(wish).body()).contains("runs no programs in images that users bring");
        wish.put("image", "tools/large.sif");
        assertThat(lab.submit(wish).problem()).isEqualTo("invalid-request");
        wish.put("image", "/appl/torch.sif");
        assertThat(lab.submit(wish).problem()).isEqualTo("against-rules");

        String images = "/api/machines/" + machine + "/images";
        operator.put(images, Map.of("fromDatasets", true, "allowed", List.of(apptainer.toString())))
                .json(200);
        assertThat(operator.put(images, Map.of("fromDatasets", true, "allowed", List.of("--bind")))
                        .problem())
                .isEqualTo("invalid-request");
        assertThat(lab.submit(wish).body()).contains("It has " + apptainer);
        wish.put("image", "tools/small.sif");
        JsonNode run = lab.awaitEnd(lab.start(wish));
        String folder = root + "/runs/" + id(run);
        assertThat(lab.log(id(run)))
                .isEqualTo("in image of small.sif\n" + folder + "\n" + folder + "\nwords\ntools/small.sif\n");
        wish.put("image", apptainer.toString());
        run = lab.awaitEnd(lab.start(wish));
        assertThat(lab.log(id(run))).startsWith("in #!/bi of apptainer\n");
        FileSystemUtils.deleteRecursively(programs);
    }

    @Tag("long")
    @Test
    void a_model_is_trained_by_the_engine_that_was_installed_there_and_answers_from_a_node() throws Exception {
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
        answersFromANode(run);
    }

    private JsonNode made(JsonNode run) {
        return operator.get("/api/runs/" + id(run) + "/model").json(200).path("model");
    }

    private void answersFromANode(JsonNode run) throws Exception {
        lab.await(id(run), any -> made(run).isObject());
        String chat = "/api/models/" + made(run).get("id").asString() + "/chat";
        String serving = operator.post(chat + "/start", Map.of("allocation", lab.allocation))
                .json(200)
                .get("run")
                .asString();
        Map<String, Object> question =
                Map.of("model", made(run).get("slug").asString(), "prompt", "The machine number", "max_tokens", 3);
        assertThat(operator.post("/v1/completions", question).json(200).at("/choices"))
                .hasSize(1);
        JsonNode served = lab.show(serving);
        assertThat(cluster.ask("squeue", "-h", "--states=R", "--name=" + nameAtSlurm(served)))
                .isNotBlank();

        // Also after the session was lost, and with it the way to the node.
        long sshd = Long.parseLong(
                Files.readString(cluster.folder().resolve("run/sshd.pid")).strip());
        ProcessHandle.of(sshd).orElseThrow().children().forEach(ProcessHandle::destroyForcibly);
        assertThat(operator.post("/v1/completions", question).json(200).at("/choices"))
                .hasSize(1);

        operator.post(chat + "/stop", Map.of()).json(200);
        assertThat(lab.awaitEnd(serving).get("charged").asLong())
                .isEqualTo(cluster.accounted(nameAtSlurm(served)).coreSeconds());
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
                        "LOGIN",
                        "PARTITION",
                        "LIMIT",
                        "GPU",
                        "ACCOUNT",
                        "ORGANISATIONS",
                        "FILES",
                        "JOB",
                        "FOLDER",
                        "SPACE",
                        "SCRATCH",
                        "JAVA",
                        "CLOCK",
                        "NETWORK",
                        "CONFINEMENT",
                        "IMAGES",
                        "SERVING");
        assertThat(checks).extracting(check -> check.get("outcome").asString()).doesNotContain("FAILED");
        assertThat(root.resolve("checks")).isEmptyDirectory();
    }

    @Tag("long")
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
                        "sacctmgr",
                        "-n",
                        "-P",
                        "show",
                        "assoc",
                        "account=" + account,
                        "user=root",
                        "format=GrpTRESMins"))
                .contains("cpu=2267");
    }

    @Tag("long")
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

    private JsonNode waiting(String run) {
        return operator.get("/api/runs/" + run + "/placement").json(200).path("waiting");
    }

    @Tag("long")
    @Test
    void a_run_that_waits_tells_its_place_in_the_queue_and_when_it_is_expected_to_begin() throws Exception {
        String blocker = cluster.ask(
                        "sbatch",
                        "--parsable",
                        "--nodes=2",
                        "--exclusive",
                        "--time=30",
                        "--output=/dev/null",
                        "--wrap=sleep 300")
                .strip();
        String run;
        try {
            while (cluster.ask("squeue", "-h", "--states=R", "--jobs=" + blocker)
                    .isBlank()) {
                Lab.pause();
            }
            run = lab.start(lab.script("true"));
            String waits = run;
            lab.await(waits, any -> waiting(waits).path("begin").isString());
            assertThat(waiting(waits).get("before").asInt()).isZero();
            // The other may go on for half an hour.
            assertThat(Instant.parse(waiting(waits).get("latest").asString()))
                    .isAfter(Instant.now().plusSeconds(600));
        } finally {
            cluster.ask("scancel", blocker);
        }
        assertThat(lab.awaitEnd(run).get("state").asString()).isEqualTo("SUCCEEDED");
    }
}
