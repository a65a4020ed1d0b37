package org.aifactory.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.aifactory.Browser;
import org.aifactory.Client;
import org.aifactory.Client.Answer;
import org.aifactory.PlatformTest;
import org.aifactory.access.Allocations;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.OrganisationId;
import org.aifactory.ledger.Ledger;
import org.aifactory.models.Model;
import org.aifactory.models.ModelId;
import org.aifactory.models.Models;
import org.aifactory.models.TinyRuns;
import org.aifactory.training.Lab;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A model that the engine has trained and serves, asked as any program of the world would. */
@PlatformTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChatApiTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String CHAT = "/v1/chat/completions";

    @LocalServerPort
    private int port;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private Ledger ledger;

    @Autowired
    private Models models;

    @Autowired
    private Allocations allocations;

    @Autowired
    private ServingRuns runs;

    @Autowired
    private Relay relay;

    @Autowired
    private AuditTrail audit;

    @Autowired
    private InstantSource clock;

    @Autowired
    private ChatSettings settings;

    @Autowired
    private TransactionTemplate transaction;

    private Lab lab;
    private String model;
    private String slug;

    @BeforeAll
    void train() {
        lab = new Lab(clients.founder("Aino"), jdbc, ledger, 1_000_000);
        JsonNode trained = TinyRuns.train(lab, "Talker");
        model = trained.get("id").asString();
        slug = trained.get("slug").asString();
        assertThat(state()).isEqualTo("STOPPED");
        assertThat(code(ask(lab.client, question()), 409)).isEqualTo("model_not_started");
        lab.client.post(path("/start"), Map.of("allocation", lab.allocation)).json(200);
    }

    /** What serves takes a core of this computer from the tests that follow. */
    @AfterAll
    void stop() {
        String last = run();
        lab.client.post(path("/stop"), Map.of()).json(200);
        assertThat(state()).isEqualTo("STOPPED");
        lab.awaitEnd(last);
        // Nobody else keeps it, also not who asked in vain for a chat with it.
        assertThat(lab.client.delete("/api/models/" + model + "?confirm=Talker").status())
                .isEqualTo(204);
    }

    @Test
    void a_person_asks_by_their_token_and_the_answer_is_counted() {
        long before = used("person ");
        JsonNode answer = ask(lab.client, question("max_tokens", 8)).json(200);
        assertThat(answer.get("object").asString()).isEqualTo("chat.completion");
        assertThat(answer.get("model").asString()).isEqualTo(slug);
        assertThat(answer.at("/choices/0/message/role").asString()).isEqualTo("assistant");
        assertThat(answer.at("/usage/completion_tokens").asLong()).isBetween(1L, 8L);
        awaitUse("person ", before + answer.at("/usage/total_tokens").asLong());
        // Its id is as good a name as its slug.
        Map<String, Object> byId = question("max_tokens", 1);
        byId.put("model", model);
        ask(lab.client, byId).json(200);
        assertThat(lab.client
                        .post("/v1/completions", Map.of("model", slug, "prompt", "to be", "max_tokens", 3))
                        .json(200)
                        .get("object")
                        .asString())
                .isEqualTo("text_completion");
        assertThat(lab.client.get("/v1/models").json(200).get("data"))
                .extracting(each -> each.get("id").asString())
                .contains(slug);
        assertThat(lab.client
                        .get("/v1/models/" + slug)
                        .json(200)
                        .get("max_model_len")
                        .asInt())
                .isEqualTo(256);
    }

    @Test
    void a_stream_comes_piece_by_piece_and_tells_only_what_was_asked_for() {
        long before = used("person ");
        List<String> events = stream(lab.client, question("max_tokens", 30));
        assertThat(events).hasSizeGreaterThan(3).last().isEqualTo("[DONE]");
        assertThat(events.subList(0, events.size() - 1))
                .allSatisfy(
                        event -> assertThat(JSON.readTree(event).has("usage")).isFalse());
        awaitUse("person ", before + 1);

        Map<String, Object> curious = question("max_tokens", 5);
        curious.put("stream_options", Map.of("include_usage", true));
        List<String> told = stream(lab.client, curious);
        assertThat(JSON.readTree(told.get(told.size() - 2))
                        .at("/usage/completion_tokens")
                        .asInt())
                .isBetween(1, 5);
    }

    @Test
    void whoever_leaves_a_stream_stops_it_and_pays_for_what_was_written() throws Exception {
        long before = used("person ");
        HttpResponse<InputStream> answer = HTTP.send(
                lab.client
                        .request(CHAT)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(JSON.writeValueAsString(streaming(question("temperature", 1)))))
                        .build(),
                BodyHandlers.ofInputStream());
        assertThat(answer.body().read()).isPositive();
        answer.body().close();
        awaitUse("person ", before + 1);
    }

    /** What was asked for is counted when its answer has been sent, so a moment after it has come. */
    private void awaitUse(String holder, long least) {
        Instant patience = Instant.now().plus(PATIENCE);
        while (used(holder) < least) {
            assertThat(Instant.now()).isBefore(patience);
            Lab.pause();
        }
    }

    @Test
    void a_key_opens_the_chat_and_nothing_else_until_it_is_revoked() {
        JsonNode key = lab.client
                .post(
                        "/api/chat/keys",
                        Map.of("organisation", lab.organisation, "name", "website", "models", List.of(model)))
                .json(201);
        Client program = clients.nobody().with(key.get("secret").asString());
        assertThat(key.get("secret").asString()).startsWith("aik_");
        ask(program, question("max_tokens", 2)).json(200);
        assertThat(program.get("/v1/models").json(200).get("data")).hasSize(1);
        for (String closed : List.of("/api/me", "/api/models", "/api/chat/keys", "/actuator/prometheus")) {
            assertThat(program.get(closed).status()).as(closed).isEqualTo(401);
        }
        assertThat(lab.client.get("/api/chat/keys").json(200))
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
        lab.client.delete("/api/chat/keys/" + key.get("id").asString()).json(204);
        assertThat(code(ask(program, question()), 401)).isEqualTo("invalid_api_key");
        assertThat(code(ask(clients.nobody().with("aik_wrong"), question()), 401))
                .isEqualTo("invalid_api_key");
        assertThat(code(ask(clients.nobody(), question()), 401)).isEqualTo("invalid_api_key");
    }

    @Test
    void a_key_for_another_model_does_not_know_this_one() {
        JsonNode key = lab.client
                .post(
                        "/api/chat/keys",
                        Map.of("organisation", lab.organisation, "name", "other", "models", List.of(model)))
                .json(201);
        jdbc.sql("update chat.key set models = array[:other] where id = :id")
                .param("other", UUID.randomUUID())
                .param("id", UUID.fromString(key.get("id").asString()))
                .update();
        Client program = clients.nobody().with(key.get("secret").asString());
        assertThat(code(ask(program, question()), 404)).isEqualTo("model_not_found");
        assertThat(program.get("/v1/models").json(200).get("data")).isEmpty();
    }

    @Test
    void a_keys_requests_a_minute_hold_however_many_come_at_once() throws Exception {
        Client program = program(Map.of("requestsPerMinute", 2));
        List<Integer> statuses =
                together(8, () -> ask(program, question("max_tokens", 1)).status());
        // The minute may turn meanwhile.
        assertThat(statuses.stream().filter(status -> status == 200).count()).isBetween(2L, 4L);
        assertThat(statuses).containsOnly(200, 429);
    }

    @Test
    void a_keys_tokens_a_day_hold_however_many_come_at_once() throws Exception {
        Client program = program(Map.of("tokensPerDay", 400));
        List<Integer> statuses =
                together(8, () -> ask(program, question("max_tokens", 60)).status());
        assertThat(statuses).containsOnly(200, 429).contains(200, 429);
        long spent = lab.client
                .get("/api/chat/usage")
                .json(200)
                .valueStream()
                .filter(use -> use.get("holder").asString().equals("key " + lastKey))
                .mapToLong(use -> use.get("promptTokens").asLong()
                        + use.get("completionTokens").asLong())
                .sum();
        assertThat(spent).isBetween(1L, 400L);
        assertThat(jdbc.sql("select count(*) from chat.reservation where key = :key")
                        .param("key", UUID.fromString(lastKey))
                        .query(Integer.class)
                        .single())
                .isZero();
        // What is left is enough for no question of that length, and the refusal is one that clients know.
        assertThat(code(ask(program, question("max_tokens", 400)), 429)).isEqualTo("insufficient_quota");
    }

    @Test
    void others_neither_see_the_model_nor_talk_at_its_makers_cost() {
        Lab eve = new Lab(clients.founder("Eve"), jdbc, ledger, 30);
        assertThat(code(ask(eve.client, question()), 404)).isEqualTo("model_not_found");
        assertThat(eve.client.get(path("")).problem()).isEqualTo("not-found");
        assertThat(eve.client
                        .post(path("/start"), Map.of("allocation", eve.allocation))
                        .problem())
                .isEqualTo("not-found");
        assertThat(eve.client.post(path("/stop"), Map.of()).problem()).isEqualTo("not-found");
        assertThat(lab.client
                        .post(path("/start"), Map.of("allocation", eve.allocation))
                        .problem())
                .isEqualTo("not-found");
        assertThat(eve.client
                        .post("/api/chat/keys", Map.of("organisation", lab.organisation, "name", "theirs"))
                        .problem())
                .isEqualTo("not-found");

        visibility("PUBLIC");
        assertThat(code(ask(eve.client, question()), 409)).isEqualTo("model_not_started");
        assertThat(eve.client
                        .post(path("/start"), Map.of("allocation", eve.allocation))
                        .problem())
                .isEqualTo("not-enough-left");
        visibility("ORGANISATION");
    }

    @Test
    void it_sleeps_when_nobody_asks_and_the_next_question_wakes_it() {
        ask(lab.client, question("max_tokens", 1)).json(200);
        String first = run();
        // Another instance of the platform, or this one started anew, finds the same server.
        ChatServers other =
                new ChatServers(jdbc, models, allocations, runs, relay, audit, clock, settings, transaction);
        Model found = models.require(new ModelId(UUID.fromString(model)));
        OrganisationId payer = new OrganisationId(UUID.fromString(lab.organisation));
        assertThat(other.ready(found, payer, () -> {}).run()).hasToString(first);

        jdbc.sql("update chat.server set used_at = used_at - interval '1 hour' where model = :model")
                .param("model", UUID.fromString(model))
                .update();
        other.sweep();
        assertThat(state()).isEqualTo("ASLEEP");
        assertThat(lab.awaitEnd(first).get("state").asString()).isEqualTo("CANCELLED");

        ask(lab.client, question("max_tokens", 1)).json(200);
        assertThat(state()).isEqualTo("READY");
        assertThat(run()).isNotEqualTo(first);
        // While it runs, the model stays.
        assertThat(lab.client.delete("/api/models/" + model + "?confirm=Talker").problem())
                .isEqualTo("not-now");
    }

    @Test
    void a_server_that_was_killed_is_started_anew_by_the_next_question() {
        ask(lab.client, question("max_tokens", 1)).json(200);
        String first = run();
        lab.client.post("/api/runs/" + first + "/cancel", Map.of());
        lab.awaitEnd(first);
        ask(lab.client, question("max_tokens", 1)).json(200);
        assertThat(run()).isNotEqualTo(first);
    }

    @Test
    void what_is_wrong_is_said_in_openais_form() throws Exception {
        assertThat(code(send("[]"), 400)).isEqualTo("invalid_json");
        assertThat(code(send("{}"), 400)).isEqualTo("invalid_value");
        assertThat(code(send("{\"model\": \"" + "x".repeat(5 << 20) + "\"}"), 413))
                .isEqualTo("request_too_large");
        assertThat(lab.client
                        .get("/v1/no-such-thing")
                        .json(404)
                        .at("/error/message")
                        .asString())
                .isNotEmpty();
        assertThat(lab.client.get(CHAT).json(405).has("error")).isTrue();
        Map<String, Object> wrong = question("temperature", 7);
        assertThat(ask(lab.client, wrong).json(400).at("/error/param").asString())
                .isEqualTo("temperature");
    }

    @Test
    void pages_show_the_models_and_let_people_talk_and_make_keys() throws Exception {
        Browser browser = new Browser("http://127.0.0.1:" + port + "/");
        browser.open("/sign-in");
        browser.submit(
                "/sign-in",
                Map.of(
                        "email",
                        lab.client.get("/api/me").json(200).get("email").asString(),
                        "password",
                        Client.PASSWORD));
        for (String language : List.of("en", "ko")) {
            assertThat(browser.open("/models?lang=" + language).text()).contains("Talker");
            assertThat(browser.open("/models/" + slug).text())
                    .contains("model.safetensors")
                    .doesNotContain("??");
            assertThat(browser.open("/chat?model=" + slug).text())
                    .contains("data-model=\"" + slug + "\"")
                    .doesNotContain("??");
            assertThat(browser.open("/chat/keys").text()).doesNotContain("??");
        }
        Browser.Page made = browser.submit(
                "/chat/keys", Map.of("name", "From a page", "organisation", lab.organisation, "days", "7"));
        assertThat(made.text()).contains("aik_").contains("From a page");
        assertThat(browser.submit("/chat/keys", Map.of("name", "", "organisation", lab.organisation))
                        .status())
                .isEqualTo(422);
        browser.open("/models/" + slug);
        Browser.Page said = browser.submit(
                "/models/" + model,
                Map.of("name", "Talker", "licence", "MIT", "visibility", "ORGANISATION", "description", "Talks."));
        assertThat(said.status()).isEqualTo(200);
        assertThat(said.text()).contains("Talks.");
        assertThat(browser.submit("/models/" + model, Map.of("name", "Talker", "licence", "no licence at all!"))
                        .status())
                .isEqualTo(422);
        // Another site knows nothing of what hides in the page.
        assertThat(browser.send(CHAT, Map.of("model", slug)).status()).isEqualTo(403);
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
                slug);
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

    private String lastKey = "";

    private Client program(Map<String, Object> limits) {
        Map<String, Object> wish = new HashMap<>(limits);
        wish.put("organisation", lab.organisation);
        wish.put("name", "limited");
        JsonNode key = lab.client.post("/api/chat/keys", wish).json(201);
        lastKey = key.get("id").asString();
        return clients.nobody().with(key.get("secret").asString());
    }

    private static <T> List<T> together(int count, java.util.concurrent.Callable<T> work) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<T> results = new ArrayList<>();
            for (Future<T> each : threads.invokeAll(java.util.Collections.nCopies(count, work))) {
                results.add(each.get());
            }
            return results;
        }
    }

    private void visibility(String value) {
        lab.client
                .put("/api/models/" + model, Map.of("name", "Talker", "licence", "MIT", "visibility", value))
                .json(200);
    }

    private Map<String, Object> question() {
        return new HashMap<>(
                Map.of("model", slug, "messages", List.of(Map.of("role", "user", "content", "to be or not?"))));
    }

    private Map<String, Object> question(String parameter, Object value) {
        Map<String, Object> question = question();
        question.put(parameter, value);
        return question;
    }

    private static Map<String, Object> streaming(Map<String, Object> question) {
        question.put("stream", true);
        return question;
    }

    private static Answer ask(Client client, Map<String, Object> question) {
        return client.post(CHAT, question);
    }

    private Answer send(String body) {
        return lab.client.send(lab.client
                .request(CHAT)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private List<String> stream(Client client, Map<String, Object> question) {
        Answer answer = ask(client, streaming(question));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.contentType()).startsWith("text/event-stream");
        return new BufferedReader(new InputStreamReader(
                        new java.io.ByteArrayInputStream(answer.body().getBytes(UTF_8)), UTF_8))
                .lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring(6))
                .toList();
    }

    private static String code(Answer answer, int status) {
        return answer.json(status).at("/error/code").asString();
    }

    private String path(String rest) {
        return "/api/models/" + model + "/chat" + rest;
    }

    private String state() {
        return lab.client.get(path("")).json(200).get("state").asString();
    }

    private String run() {
        return lab.client.get(path("")).json(200).get("run").asString();
    }

    private long used(String holder) {
        return lab.client
                .get("/api/chat/usage")
                .json(200)
                .valueStream()
                .filter(use -> use.get("holder").asString().startsWith(holder))
                .mapToLong(use -> use.get("promptTokens").asLong()
                        + use.get("completionTokens").asLong())
                .sum();
    }
}
