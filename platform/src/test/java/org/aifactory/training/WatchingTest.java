package org.aifactory.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.ledger.Ledger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs as they go, and the account of what they took. */
@PlatformTest
class WatchingTest {
    private static final JsonMapper JSON = new JsonMapper();

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

    private record Event(String id, String name, JsonNode data) {}

    /** Reads events until one is enough, or the stream ends. */
    private List<Event> follow(String run, String lastSeen, Predicate<Event> enough) throws Exception {
        List<Event> events = new ArrayList<>();
        try (HttpClient http = HttpClient.newHttpClient();
                BufferedReader lines = new BufferedReader(new InputStreamReader(
                        http.send(
                                        lab.client
                                                .request("/api/runs/" + run + "/events")
                                                .header("Last-Event-ID", lastSeen)
                                                .build(),
                                        BodyHandlers.ofInputStream())
                                .body(),
                        StandardCharsets.UTF_8))) {
            String id = "";
            String name = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id:")) {
                    id = line.substring(3);
                } else if (line.startsWith("event:")) {
                    name = line.substring(6);
                } else if (line.startsWith("data:")) {
                    events.add(new Event(id, name, JSON.readTree(line.substring(5))));
                    if (enough.test(events.getLast())) {
                        http.shutdownNow();
                        return events;
                    }
                }
            }
        }
        return events;
    }

    @Test
    void who_follows_a_run_hears_all_of_it_once_also_after_being_cut_off() throws Exception {
        String run = lab.start(lab.script("""
                cd "$HOME"
                say() { echo "{\\"step\\": $1, \\"loss\\": $1.5}" >> "$AIFACTORY_METRICS"; echo "line $1"; }
                say 1; say 2
                echo '{"step": 2, "prompt": "Who?", "text": "Me."}' >> "$AIFACTORY_SAMPLES"
                while [ ! -e "$AIFACTORY_CHECKPOINT/../go" ]; do sleep 0.1; done
                say 3; say 4
                """));
        List<Event> before = follow(run, "", event -> event.name().equals("sample"));
        java.nio.file.Files.createFile(java.nio.file.Path.of("target/test-home/runs", run, "go"));
        List<Event> after = follow(run, before.getLast().id(), event -> false);

        List<Event> all = new ArrayList<>(before);
        all.addAll(after);
        assertThat(all.stream()
                        .filter(event -> event.name().equals("metric"))
                        .map(event -> event.data().get("step").asLong()))
                .containsExactly(1L, 2L, 3L, 4L);
        assertThat(all.stream().filter(event -> event.name().equals("sample"))).hasSize(1);
        assertThat(all.stream()
                        .filter(event -> event.name().equals("log"))
                        .map(event -> event.data().get("text").asString())
                        .reduce("", String::concat))
                .isEqualTo("line 1\nline 2\nline 3\nline 4\n");
        assertThat(all.stream().map(Event::name)).contains("state");
        assertThat(all.getLast().name()).isEqualTo("end");
        assertThat(all.getLast().data().get("state").asString()).isEqualTo("SUCCEEDED");
    }

    /** Streams stay open until the test lets go of them; a place is free again once it was noticed that its reader has gone. */
    @Test
    void one_person_has_their_share_of_the_places_to_watch_and_leaves_the_others_theirs() throws Exception {
        Client colleague = clients.founder("Bo");
        String code = lab.client
                .post(
                        "/api/organisations/" + lab.organisation + "/invitations",
                        Map.of("email", "bo@example.org", "role", "VIEWER"))
                .json(201)
                .get("code")
                .asString();
        colleague.post("/api/invitations/accept", Map.of("code", code)).json(200);
        String run = lab.start(lab.script("sleep 600"));
        String events = "/api/runs/" + run + "/events";
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (int place = 0; place < 8; place++) {
                assertThat(open(http, lab.client, events)).isEqualTo(200);
            }
            Client.Answer ninth = lab.client.get(events);
            assertThat(ninth.problem()).isEqualTo("too-many-attempts");
            assertThat(ninth.json(429).get("detail").asString()).contains("8 places", "/api/runs/" + run);
            assertThat(open(http, colleague, events)).isEqualTo(200);
            http.shutdownNow();
        }
        try (HttpClient http = HttpClient.newHttpClient()) {
            Instant patience = Instant.now().plusSeconds(60);
            while (open(http, lab.client, events) != 200) {
                assertThat(Instant.now()).isBefore(patience);
                Lab.pause();
            }
            http.shutdownNow();
        }
        lab.client.post("/api/runs/" + run + "/cancel", Map.of()).json(202);
        lab.awaitEnd(run);
    }

    /** The status alone: the stream goes on. */
    private static int open(HttpClient http, Client reader, String events) throws Exception {
        return http.send(reader.request(events).build(), BodyHandlers.ofInputStream())
                .statusCode();
    }

    @Test
    void lines_that_are_no_numbers_are_passed_over() {
        String run = lab.start(lab.script("""
                { echo 'nonsense'; echo '[1]'; echo '{"step": -1, "loss": 1}'; printf '\\000\\377\\n'
                  echo '{"step": 7, "loss": 1e999, "name": "a\\u0000b", "deep": {"a": 1}, "fine": 2, "huge": '$(printf %0400d 0 | tr 0 9)'}'
                  head -c 200000 /dev/zero | tr '\\0' x; echo; echo '{"step": 8, "loss": 3}'
                  printf '{"step": 9, "loss": 4}'; } >> "$AIFACTORY_METRICS"
                """));
        assertThat(lab.awaitEnd(run).get("state").asString()).isEqualTo("SUCCEEDED");
        JsonNode metrics = lab.client.get("/api/runs/" + run + "/metrics").json(200);
        assertThat(metrics.valueStream().map(metric -> metric.get("step").asLong() + " " + metric.get("values")))
                .containsExactly(
                        "3 {\"loss\":1,\"step\":-1}", "7 {\"fine\":2,\"step\":7}", "8 {\"loss\":3,\"step\":8}");
    }

    @Test
    void a_flood_of_samples_is_cut_off_and_holds_up_nobody() {
        String run = lab.start(lab.script("yes '{\"text\": \"a\"}' | head -n 400000 > \"$AIFACTORY_SAMPLES\""));
        assertThat(lab.awaitEnd(run).get("state").asString()).isEqualTo("SUCCEEDED");
        assertThat(lab.client.get("/api/runs/" + run + "/samples?most=1000").json(200))
                .hasSize(1000);
    }

    @Test
    void the_statement_has_every_run_to_the_second_and_adds_up_to_the_ledger() {
        String good = lab.start(lab.script("sleep 1"));
        lab.awaitEnd(good);
        String bad = lab.start(lab.script("exit 1"));
        lab.awaitEnd(bad);
        Map<String, Object> far = lab.script("sleep 600");
        String open = lab.start(far);
        lab.await(open, view -> view.get("state").asString().equals("RUNNING"));

        JsonNode statement = lab.client
                .get("/api/allocations/" + lab.allocation + "/statement")
                .json(200);
        assertThat(statement.get("lines")).hasSize(3);
        assertThat(statement.at("/holds/0/run").asString()).isEqualTo(open);
        long sum = statement
                .get("lines")
                .valueStream()
                .mapToLong(line -> line.get("amount").asLong())
                .sum();
        assertThat(sum)
                .isEqualTo(statement.get("granted").asLong()
                        - statement.get("spent").asLong());
        assertThat(statement.get("held").asLong()).isEqualTo(60);
        JsonNode line = statement.at("/lines/1");
        assertThat(line.get("run").asString()).isEqualTo(good);
        assertThat(-line.get("amount").asLong())
                .isEqualTo(line.get("seconds").asLong() * line.get("units").asLong());
        assertThat(lab.balance().spent()).isEqualTo(statement.get("spent").asLong());
        String csv = lab.client
                .get("/api/allocations/" + lab.allocation + "/statement.csv")
                .body();
        assertThat(csv.split("\r\n", -1)).hasSize(5);
        assertThat(csv).contains(good, bad);
        assertThat(clients.founder("Eve")
                        .get("/api/allocations/" + lab.allocation + "/statement")
                        .problem())
                .isEqualTo("not-found");
        lab.client.post("/api/runs/" + open + "/cancel", Map.of()).json(202);
        lab.awaitEnd(open);
    }
}
