package org.aifactory.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.aifactory.Client;
import org.aifactory.Client.Answer;
import org.aifactory.ledger.Ledger;
import org.aifactory.models.TinyRuns;
import org.aifactory.training.Lab;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** A small model that the engine has trained and serves for whoever has made it. */
final class Talker {
    static final String CHAT = "/v1/chat/completions";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    final Lab lab;
    final String model;
    final String slug;

    Talker(Client.Factory clients, JdbcClient jdbc, Ledger ledger) {
        lab = new Lab(clients.founder("Aino"), jdbc, ledger, 1_000_000);
        JsonNode trained = TinyRuns.train(lab, "Talker");
        model = trained.get("id").asString();
        slug = trained.get("slug").asString();
        assertThat(state()).isEqualTo("STOPPED");
        assertThat(code(ask(lab.client, question()), 409)).isEqualTo("model_not_started");
        lab.client.post(path("/start"), Map.of("allocation", lab.allocation)).json(200);
    }

    /** What serves takes a core of this computer from the tests that follow. */
    void stop() {
        String last = run();
        lab.client.post(path("/stop"), Map.of()).json(200);
        assertThat(state()).isEqualTo("STOPPED");
        lab.awaitEnd(last);
        // Nobody else keeps it, also not who asked in vain for a chat with it.
        assertThat(lab.client.delete("/api/models/" + model + "?confirm=Talker").status())
                .isEqualTo(204);
    }

    Map<String, Object> question() {
        return new HashMap<>(
                Map.of("model", slug, "messages", List.of(Map.of("role", "user", "content", "to be or not?"))));
    }

    Map<String, Object> question(String parameter, Object value) {
        Map<String, Object> question = question();
        question.put(parameter, value);
        return question;
    }

    static Map<String, Object> streaming(Map<String, Object> question) {
        question.put("stream", true);
        return question;
    }

    static Answer ask(Client client, Map<String, Object> question) {
        return client.post(CHAT, question);
    }

    Answer send(String body) {
        return lab.client.send(lab.client
                .request(CHAT)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    List<String> stream(Client client, Map<String, Object> question) {
        Answer answer = ask(client, streaming(question));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.contentType()).startsWith("text/event-stream");
        return new BufferedReader(new InputStreamReader(
                        new ByteArrayInputStream(answer.body().getBytes(UTF_8)), UTF_8))
                .lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring(6))
                .toList();
    }

    static String code(Answer answer, int status) {
        return answer.json(status).at("/error/code").asString();
    }

    String path(String rest) {
        return "/api/models/" + model + "/chat" + rest;
    }

    String state() {
        return lab.client.get(path("")).json(200).get("state").asString();
    }

    String run() {
        return lab.client.get(path("")).json(200).get("run").asString();
    }

    long used(String holder) {
        return lab.client
                .get("/api/chat/usage")
                .json(200)
                .valueStream()
                .filter(use -> use.get("holder").asString().startsWith(holder))
                .mapToLong(use -> use.get("promptTokens").asLong()
                        + use.get("completionTokens").asLong())
                .sum();
    }

    /** What was asked for is counted when its answer has been sent, so a moment after it has come. */
    void awaitUse(String holder, long least) {
        Instant patience = Instant.now().plus(PATIENCE);
        while (used(holder) < least) {
            assertThat(Instant.now()).isBefore(patience);
            Lab.pause();
        }
    }
}
