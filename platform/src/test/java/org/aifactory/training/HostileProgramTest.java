package org.aifactory.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.aifactory.Browser;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.ledger.Ledger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Programs that print without end, print what is no text, and leave in their output what is no file. */
@PlatformTest
class HostileProgramTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String LONGEST_NAME = "n".repeat(255);
    private static final long FEW_MEGABYTES = 20L << 20;

    @LocalServerPort
    private int port;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private JdbcClient sql;

    @Autowired
    private Ledger ledger;

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
    void a_program_that_prints_without_end_is_ended_in_time_and_takes_a_few_megabytes_of_disk() throws IOException {
        Map<String, Object> wish = lab.script("echo first; exec cat /dev/zero");
        wish.put("minutes", 0.04);
        String run = lab.start(wish);
        JsonNode ended = lab.awaitEnd(run);
        assertThat(ended.get("state").asString()).isEqualTo("TIMED_OUT");
        assertThat(bytesOf(job(run))).isLessThan(FEW_MEGABYTES);

        HttpResponse<byte[]> log = log(run, "?from=0&most=6");
        assertThat(log.body()).asString().isEqualTo("first\n");
        long printed = header(log, "X-Log-Size");
        assertThat(printed).isGreaterThan(FEW_MEGABYTES);
        assertThat(header(log, "X-Log-Left-Out")).isBetween(printed - FEW_MEGABYTES, printed);
        assertThat(page(run)).contains("The log is very long.").contains("were left out");
    }

    @Test
    void what_is_no_text_stays_as_it_is_in_the_log_and_harms_no_page_and_no_stream() throws Exception {
        String run = lab.start(lab.script("""
                for code in {0..255}; do printf "\\\\x$(printf %02x $code)"; done
                printf '\\xed\\xa0\\x80 \\xf4\\x90\\x80\\x80 \\xc3'; head -c 100000 /dev/urandom; printf '</pre><script>alert(1)</script>'
                """));
        assertThat(lab.awaitEnd(run).get("state").asString()).isEqualTo("SUCCEEDED");
        byte[] first = log(run, "?from=0&most=256").body();
        for (int code = 0; code < 256; code++) {
            assertThat(first[code]).isEqualTo((byte) code);
        }
        for (String page : List.of(page(run), page(run + "/live"))) {
            assertThat(page).contains("&lt;script&gt;alert(1)").doesNotContain("<script>alert(1)");
            assertThat(page.chars().filter(character -> character < ' ' && character != '\n' && character != '\t'))
                    .isEmpty();
        }
        List<String> events = new ArrayList<>();
        try (Stream<String> lines = HttpClient.newHttpClient()
                .send(lab.client.request("/api/runs/" + run + "/events").build(), BodyHandlers.ofLines())
                .body()) {
            lines.filter(line -> line.startsWith("data:")).forEach(events::add);
        }
        assertThat(events)
                .isNotEmpty()
                .allSatisfy(event ->
                        assertThat(JSON.readTree(event.substring(5)).isObject()).isTrue());
    }

    @Test
    void what_is_no_file_is_no_output_and_strange_names_can_be_had() {
        String run = lab.start(lab.script("""
                cd "$AIFACTORY_OUTPUT"
                mkfifo pipe; mkfifo "$AIFACTORY_METRICS" "$AIFACTORY_SAMPLES"
                perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => "socket", Listen => 1) or die'
                ln -s /etc/passwd link; ln -s / root; mknod device c 1 3 2> /dev/null || true
                echo long > %s; echo latin > $'caf\\xe9'; echo line > $'two\\nlines'; echo quote > "it's & <b>"
                mkdir closed; echo no > closed/file; chmod 000 closed; echo unread > unread; chmod 000 unread
                """.formatted(LONGEST_NAME)));
        JsonNode ended = lab.awaitEnd(run);
        assertThat(ended.get("state").asString()).as(lab.log(run)).isEqualTo("SUCCEEDED");
        List<String> names = names(run);
        assertThat(names).contains(LONGEST_NAME, "caf\uFFFD", "two\nlines", "it's & <b>");
        assertThat(names)
                .doesNotContain("pipe", "socket", "link", "device")
                .noneMatch(name -> name.startsWith("root/"));
        assertThat(output(run, LONGEST_NAME)).isEqualTo("long\n");
        assertThat(output(run, "caf\uFFFD")).isEqualTo("latin\n");
        assertThat(output(run, "two\nlines")).isEqualTo("line\n");
        assertThat(output(run, "it's & <b>")).isEqualTo("quote\n");
        for (String path : List.of("pipe", "socket", "link", "root/etc/passwd", "device", "n".repeat(256), "closed")) {
            assertThat(lab.client
                            .get("/api/runs/" + run + "/output/file?path=" + path)
                            .problem())
                    .as(path)
                    .isEqualTo("not-found");
        }
        assertThat(lab.client.get("/api/runs/" + run + "/metrics").json(200)).isEmpty();
        assertThat(page(run)).contains("it&#39;s &amp; &lt;b&gt;").contains(LONGEST_NAME);
    }

    /** Who reads must not wait for a pipe that takes the place of a file between the look and the opening. */
    @Test
    void a_program_that_changes_files_for_pipes_holds_up_nobody() {
        Map<String, Object> wish = lab.script("""
                mkdir "$AIFACTORY_OUTPUT/x"; cd "$AIFACTORY_OUTPUT/x"
                echo '{"step": 1, "loss": 1}' > file; mkfifo pipe; touch ../ready
                exec perl -e 'while (1) { link("file", "n"); rename("n", "../file"); link("pipe", "n"); rename("n", "../file"); }'
                """);
        wish.put("minutes", 2);
        String run = lab.start(wish);
        lab.await(run, view -> names(run).contains("ready"));
        for (int i = 0; i < 300; i++) {
            // Without an end to its patience this would wait for ever, as the platform would.
            Client.Answer answer = lab.client.send(lab.client
                    .request("/api/runs/" + run + "/output/file?path=file")
                    .timeout(Duration.ofMinutes(1)));
            assertThat(answer.status()).as(answer.body()).isIn(200, 404);
        }
        lab.client.post("/api/runs/" + run + "/cancel", Map.of()).json(202);
        lab.awaitEnd(run);
    }

    private List<String> names(String run) {
        return lab.client
                .get("/api/runs/" + run + "/output")
                .json(200)
                .valueStream()
                .map(file -> file.get("path").asString())
                .toList();
    }

    private String output(String run, String path) {
        return lab.output(run, URLEncoder.encode(path, UTF_8));
    }

    private HttpResponse<byte[]> log(String run, String how) {
        try {
            return HttpClient.newHttpClient()
                    .send(lab.client.request("/api/runs/" + run + "/log" + how).build(), BodyHandlers.ofByteArray());
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static long header(HttpResponse<byte[]> answer, String name) {
        return answer.headers().firstValueAsLong(name).orElseThrow();
    }

    private String page(String path) {
        Browser browser = new Browser("http://127.0.0.1:" + port);
        browser.open("/sign-in");
        String email = lab.client.get("/api/me").json(200).get("email").asString();
        browser.submit("/sign-in", Map.of("email", email, "password", Client.PASSWORD));
        Browser.Page page = browser.open("/runs/" + path);
        assertThat(page.status()).isEqualTo(200);
        return page.text();
    }

    private Path job(String run) {
        return Path.of(
                "target/test-home/local-machine/jobs",
                sql.sql("select job::text from training.attempt where run = :run::uuid")
                        .param("run", run)
                        .query(String.class)
                        .single());
    }

    private static long bytesOf(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }
}
