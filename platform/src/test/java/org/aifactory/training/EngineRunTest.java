package org.aifactory.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.access.AllocationId;
import org.aifactory.identity.People;
import org.aifactory.identity.PersonId;
import org.aifactory.ledger.Ledger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** Our engine as runs: it learns, goes on from what it learned, and answers. Needs the engine built, as {@code ./aifactory up} does. */
@PlatformTest
class EngineRunTest {
    @Autowired
    private Client.Factory clients;

    @Autowired
    private JdbcClient sql;

    @Autowired
    private Ledger ledger;

    @Autowired
    private Runs runs;

    @Autowired
    private People people;

    private Lab lab;

    @BeforeEach
    void found() {
        lab = new Lab(clients.founder("Aino"), sql, ledger, 1_000_000);
    }

    private static byte[] text() {
        return IntStream.range(0, 3000)
                .mapToObj(number -> "The machine number " + number + " counts to " + number % 7 + " and rests.\n")
                .collect(Collectors.joining())
                .getBytes(UTF_8);
    }

    private Map<String, Object> wish(String recipe, String dataset) {
        return new HashMap<>(
                Map.of("allocation", lab.allocation, "recipe", recipe, "dataset", dataset, "steps", 4, "cores", 1));
    }

    @Test
    void a_start_up_trains_goes_on_from_what_came_of_it_and_talks_to_it() throws Exception {
        String data = lab.version(Map.of("machines.txt", text()));
        JsonNode trained = lab.awaitEnd(lab.start(wish("chatbot", data)));
        String run = trained.get("id").asString();
        assertThat(trained.get("state").asString()).as(lab.log(run)).isEqualTo("SUCCEEDED");
        assertThat(lab.client
                        .get("/api/runs/" + run + "/output")
                        .json(200)
                        .valueStream()
                        .map(file -> file.get("path").asString()))
                .contains("config.json", "model.safetensors", "tokenizer.json");
        JsonNode metrics = lab.client.get("/api/runs/" + run + "/metrics").json(200);
        assertThat(metrics.valueStream().map(metric -> metric.get("step").asLong()))
                .contains(4L);
        assertThat(lab.balance().spent())
                .isEqualTo(trained.get("charged").asLong())
                .isPositive();
        assertThat(lab.balance().held()).isZero();

        Map<String, byte[]> folder = new HashMap<>();
        for (String file : new String[] {
            "config.json", "generation_config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"
        }) {
            try (var in = runs.openOutput(new RunId(UUID.fromString(run)), file).orElseThrow()) {
                folder.put(file, in.readAllBytes());
            }
        }
        Map<String, Object> finetune = wish("finetune", data);
        finetune.put("base", lab.version(folder));
        JsonNode tuned = lab.awaitEnd(lab.start(finetune));
        assertThat(tuned.get("state").asString())
                .as(lab.log(tuned.get("id").asString()))
                .isEqualTo("SUCCEEDED");

        serve(modelOf(run), runs.folder(new RunId(UUID.fromString(run))).resolve("output"));
    }

    /** Registers it where that has not happened by itself yet. */
    private UUID modelOf(String run) {
        Client.Answer answer = lab.client.post("/api/models", Map.of("run", run));
        return UUID.fromString(answer.json(answer.status()).at("/model/id").asString());
    }

    private void serve(UUID model, Path folder) throws IOException, InterruptedException {
        var actor = people.actor(new PersonId(UUID.fromString(
                        lab.client.get("/api/me").json(200).get("person").asString())))
                .orElseThrow();
        Run serving = runs.submitServing(
                actor,
                new ServingRequest(
                        new AllocationId(UUID.fromString(lab.allocation)),
                        Optional.empty(),
                        "Chat",
                        model,
                        folder,
                        1,
                        1L << 30,
                        Duration.ofMinutes(5),
                        Map.of(),
                        Map.of("AIFACTORY_API_KEY", "only-for-us"),
                        Optional.empty()));
        lab.await(
                serving.id().toString(),
                view -> runs.servingAddress(serving.id()).isPresent());
        URI address = runs.servingAddress(serving.id()).orElseThrow();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest.Builder models = HttpRequest.newBuilder(address.resolve("/v1/models"));
            assertThat(http.send(models.build(), BodyHandlers.ofString()).statusCode())
                    .isEqualTo(401);
            models.header("Authorization", "Bearer only-for-us");
            assertThat(http.send(models.build(), BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
        }
        runs.cancel(actor, serving.id());
        assertThat(lab.awaitEnd(serving.id().toString()).get("state").asString())
                .isEqualTo("CANCELLED");
    }
}
