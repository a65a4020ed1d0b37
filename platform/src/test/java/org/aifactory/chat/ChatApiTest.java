package org.aifactory.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A model that the engine has trained and serves, asked as any program of the world would. */
@PlatformTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChatApiTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private Ledger ledger;

    private Talker talker;
    private String lastKey = "";

    @BeforeAll
    void train() {
        talker = new Talker(clients, jdbc, ledger);
    }

    @AfterAll
    void stop() {
        talker.stop();
    }

    @Test
    void a_person_asks_by_their_token_and_the_answer_is_counted() {
        long before = talker.used("person ");
        JsonNode answer =
                Talker.ask(talker.lab.client, talker.question("max_tokens", 8)).json(200);
        assertThat(answer.get("object").asString()).isEqualTo("chat.completion");
        assertThat(answer.get("model").asString()).isEqualTo(talker.slug);
        assertThat(answer.at("/choices/0/message/role").asString()).isEqualTo("assistant");
        assertThat(answer.at("/usage/completion_tokens").asLong()).isBetween(1L, 8L);
        talker.awaitUse("person ", before + answer.at("/usage/total_tokens").asLong());
        // Its id is as good a name as its slug.
        Map<String, Object> byId = talker.question("max_tokens", 1);
        byId.put("model", talker.model);
        Talker.ask(talker.lab.client, byId).json(200);
        assertThat(talker.lab
                        .client
                        .post("/v1/completions", Map.of("model", talker.slug, "prompt", "to be", "max_tokens", 3))
                        .json(200)
                        .get("object")
                        .asString())
                .isEqualTo("text_completion");
        assertThat(talker.lab.client.get("/v1/models").json(200).get("data"))
                .extracting(each -> each.get("id").asString())
                .contains(talker.slug);
        assertThat(talker.lab
                        .client
                        .get("/v1/models/" + talker.slug)
                        .json(200)
                        .get("max_model_len")
                        .asInt())
                .isEqualTo(256);
    }

    @Test
    void a_stream_comes_piece_by_piece_and_tells_only_what_was_asked_for() {
        long before = talker.used("person ");
        List<String> events = talker.stream(talker.lab.client, talker.question("max_tokens", 30));
        assertThat(events).hasSizeGreaterThan(3).last().isEqualTo("[DONE]");
        assertThat(events.subList(0, events.size() - 1))
                .allSatisfy(
                        event -> assertThat(JSON.readTree(event).has("usage")).isFalse());
        talker.awaitUse("person ", before + 1);

        Map<String, Object> curious = talker.question("max_tokens", 5);
        curious.put("stream_options", Map.of("include_usage", true));
        List<String> told = talker.stream(talker.lab.client, curious);
        assertThat(JSON.readTree(told.get(told.size() - 2))
                        .at("/usage/completion_tokens")
                        .asInt())
                .isBetween(1, 5);
    }

    @Test
    void whoever_leaves_a_stream_stops_it_and_pays_for_what_was_written() throws Exception {
        long before = talker.used("person ");
        HttpResponse<InputStream> answer = HTTP.send(
                talker.lab
                        .client
                        .request(Talker.CHAT)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(
                                JSON.writeValueAsString(Talker.streaming(talker.question("temperature", 1)))))
                        .build(),
                BodyHandlers.ofInputStream());
        assertThat(answer.body().read()).isPositive();
        answer.body().close();
        talker.awaitUse("person ", before + 1);
    }

    @Test
    void a_key_opens_the_chat_and_nothing_else_until_it_is_revoked() {
        JsonNode key = talker.lab
                .client
                .post(
                        "/api/chat/keys",
                        Map.of(
                                "organisation",
                                talker.lab.organisation,
                                "name",
                                "website",
                                "models",
                                List.of(talker.model)))
                .json(201);
        Client program = clients.nobody().with(key.get("secret").asString());
        assertThat(key.get("secret").asString()).startsWith("aik_");
        Talker.ask(program, talker.question("max_tokens", 2)).json(200);
        assertThat(program.get("/v1/models").json(200).get("data")).hasSize(1);
        for (String closed : List.of("/api/me", "/api/models", "/api/chat/keys", "/actuator/prometheus")) {
            assertThat(program.get(closed).status()).as(closed).isEqualTo(401);
        }
        assertThat(talker.lab.client.get("/api/chat/keys").json(200))
                .allSatisfy(each -> assertThat(each.get("secret").isNull()).isTrue());
        assertThat(jdbc.sql("select count(*) from chat.key where position(:secret::bytea in secret_hash) > 0")
                        .param("secret", key.get("secret").asString().getBytes(UTF_8))
                        .query(Integer.class)
                        .single())
                .isZero();

        assertThat(clients.founder("Eve")
                        .delete("/api/chat/keys/" + key.get("id").asString())
                        .problem())
                .isEqualTo("not-found");
        talker.lab.client.delete("/api/chat/keys/" + key.get("id").asString()).json(204);
        assertThat(Talker.code(Talker.ask(program, talker.question()), 401)).isEqualTo("invalid_api_key");
        assertThat(Talker.code(Talker.ask(clients.nobody().with("aik_wrong"), talker.question()), 401))
                .isEqualTo("invalid_api_key");
        assertThat(Talker.code(Talker.ask(clients.nobody(), talker.question()), 401))
                .isEqualTo("invalid_api_key");
    }

    @Test
    void a_key_for_another_model_does_not_know_this_one() {
        JsonNode key = talker.lab
                .client
                .post(
                        "/api/chat/keys",
                        Map.of(
                                "organisation",
                                talker.lab.organisation,
                                "name",
                                "other",
                                "models",
                                List.of(talker.model)))
                .json(201);
        jdbc.sql("update chat.key set models = array[:other] where id = :id")
                .param("other", UUID.randomUUID())
                .param("id", UUID.fromString(key.get("id").asString()))
                .update();
        Client program = clients.nobody().with(key.get("secret").asString());
        assertThat(Talker.code(Talker.ask(program, talker.question()), 404)).isEqualTo("model_not_found");
        assertThat(program.get("/v1/models").json(200).get("data")).isEmpty();
    }

    @Test
    void a_keys_requests_a_minute_hold_however_many_come_at_once() throws Exception {
        Client program = program(Map.of("requestsPerMinute", 2));
        List<Integer> statuses = together(
                8, () -> Talker.ask(program, talker.question("max_tokens", 1)).status());
        // The minute may turn meanwhile.
        assertThat(statuses.stream().filter(status -> status == 200).count()).isBetween(2L, 4L);
        assertThat(statuses).containsOnly(200, 429);
    }

    @Test
    void a_keys_tokens_a_day_hold_however_many_come_at_once() throws Exception {
        Client program = program(Map.of("tokensPerDay", 400));
        List<Integer> statuses = together(
                8, () -> Talker.ask(program, talker.question("max_tokens", 60)).status());
        assertThat(statuses).containsOnly(200, 429).contains(200, 429);
        long spent = talker.lab
                .client
                .get("/api/chat/usage")
                .json(200)
                .valueStream()
                .filter(use -> use.get("holder").asString().equals("key " + lastKey))
                .mapToLong(use -> use.get("promptTokens").asLong()
                        + use.get("completionTokens").asLong())
                .sum();
        assertThat(spent).isBetween(1L, 400L);
        awaitNothingReserved();
        // What is left is enough for no question of that length, and the refusal is one that clients know.
        assertThat(Talker.code(Talker.ask(program, talker.question("max_tokens", 400)), 429))
                .isEqualTo("insufficient_quota");
    }

    /** What is kept back for a question is free again a moment after its answer has left. */
    private void awaitNothingReserved() {
        Instant patience = Instant.now().plusSeconds(20);
        while (reserved() > 0) {
            assertThat(Instant.now()).isBefore(patience);
            Lab.pause();
        }
    }

    private int reserved() {
        return jdbc.sql("select count(*) from chat.reservation where key = :key")
                .param("key", UUID.fromString(lastKey))
                .query(Integer.class)
                .single();
    }

    @Test
    void what_is_wrong_is_said_in_openais_form() throws Exception {
        assertThat(Talker.code(talker.send("[]"), 400)).isEqualTo("invalid_json");
        assertThat(Talker.code(talker.send("{}"), 400)).isEqualTo("invalid_value");
        assertThat(Talker.code(talker.send("{\"model\": \"" + "x".repeat(5 << 20) + "\"}"), 413))
                .isEqualTo("request_too_large");
        assertThat(talker.lab
                        .client
                        .get("/v1/no-such-thing")
                        .json(404)
                        .at("/error/message")
                        .asString())
                .isNotEmpty();
        assertThat(talker.lab.client.get(Talker.CHAT).json(405).has("error")).isTrue();
        Map<String, Object> wrong = talker.question("temperature", 7);
        assertThat(Talker.ask(talker.lab.client, wrong)
                        .json(400)
                        .at("/error/param")
                        .asString())
                .isEqualTo("temperature");
    }

    /** The only test that fetches something: the client of the day, from its registry. */
    @Test
    @Tag("openai")
    void the_official_client_talks_and_streams_unchanged() throws Exception {
        Path library = Path.of("target", "openai-client").toAbsolutePath();
        boolean installed = Files.isDirectory(library.resolve("openai"))
                || ended(Map.of(), "pip3", "install", "--quiet", "--target", library.toString(), "openai")
                                .status()
                        == 0;
        assumeTrue(installed || "true".equals(System.getenv("CI")), "OpenAI's client cannot be fetched here.");
        Client program = program(Map.of("tokensPerDay", 100_000));
        String key = program.request("/v1/models")
                .build()
                .headers()
                .firstValue("Authorization")
                .orElseThrow()
                .replace("Bearer ", "");
        Ended client = ended(
                Map.of(
                        "PYTHONPATH",
                        library.toString(),
                        "PYTHONDONTWRITEBYTECODE",
                        "1",
                        "OPENAI_BASE_URL",
                        "http://127.0.0.1:" + port + "/v1",
                        "OPENAI_API_KEY",
                        key),
                "python3",
                Path.of("..", "test", "openai-client", "chat.py").toString(),
                talker.slug);
        assertThat(client.status()).as(client.words()).isZero();
    }

    private record Ended(int status, String words) {}

    private static Ended ended(Map<String, String> environment, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String words = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Ended(process.waitFor(), words);
    }

    private Client program(Map<String, Object> limits) {
        Map<String, Object> wish = new HashMap<>(limits);
        wish.put("organisation", talker.lab.organisation);
        wish.put("name", "limited");
        JsonNode key = talker.lab.client.post("/api/chat/keys", wish).json(201);
        lastKey = key.get("id").asString();
        return clients.nobody().with(key.get("secret").asString());
    }

    private static <T> List<T> together(int count, Callable<T> work) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<T> results = new ArrayList<>();
            for (Future<T> each : threads.invokeAll(Collections.nCopies(count, work))) {
                results.add(each.get());
            }
            return results;
        }
    }
}
