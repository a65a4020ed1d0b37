package org.aifactory.fuzz;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.aifactory.Client;
import tools.jackson.databind.JsonNode;

/**
 * What a company has when it begins to call: time, data, a key, a run, and a model that it has trained and may talk with. As far as it can
 * be had: what others did to the platform may stand in the way.
 */
final class Belongings {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int CONVERSATIONS = 40;

    private final Client client;
    private final String organisation;
    private final String secret;

    /** @param secret a word that nobody else may ever be told */
    Belongings(Client client, String organisation, String secret) {
        this.client = client;
        this.organisation = organisation;
        this.secret = secret;
    }

    void gather() {
        String allocation = allocation();
        String version = version("Fuzz", secret, text(secret));
        client.post("/api/chat/keys", Map.of("organisation", organisation, "name", secret));
        if (!allocation.isEmpty()) {
            // What a model has read it may say to the world, once somebody has made it public.
            train(allocation, version("Words", "", text("nobody"), talk()));
            client.post("/api/runs", command(allocation, version));
        }
    }

    private String allocation() {
        Map<String, Object> application = Map.of(
                "organisation",
                organisation,
                "partition",
                "local-cpu",
                "hours",
                4,
                "project",
                Map.of("title", "Handbook", "purpose", "To try " + secret),
                "profile",
                Map.of("staff", 4, "turnover", 0));
        return json(client.post("/api/applications", application))
                .path("allocation")
                .asString("");
    }

    private String version(String name, String description, String... uploads) {
        Map<String, Object> wish =
                Map.of("organisation", organisation, "name", name, "description", description, "licence", "CC0-1.0");
        String dataset = json(client.post("/api/datasets", wish)).path("id").asString("");
        return json(client.post("/api/datasets/" + dataset + "/versions", Map.of("uploads", List.of(uploads))))
                .path("id")
                .asString("");
    }

    /** text.txt */
    private String text(String who) {
        return upload("dGV4dC50eHQ=", ("To be or not to be, says " + who + ". ").repeat(500));
    }

    /** talk.jsonl */
    private String talk() {
        return upload(
                "dGFsay5qc29ubA==",
                IntStream.range(0, CONVERSATIONS)
                        .mapToObj(i -> """
                        {"messages": [{"role": "user", "content": "%d?"}, {"role": "assistant", "content": "To be %d."}]}
                        """.formatted(i, i))
                        .collect(Collectors.joining()));
    }

    /** @param name in Base64 */
    private String upload(String name, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        String upload = json(client.send(client.request("/api/uploads?organisation=" + organisation)
                        .header("Upload-Length", Integer.toString(bytes.length))
                        .header("Upload-Metadata", "filename " + name)
                        .POST(BodyPublishers.noBody())))
                .path("id")
                .asString(UUID.randomUUID().toString());
        client.send(client.request("/api/uploads/" + upload)
                .header("Upload-Offset", "0")
                .header("Content-Type", "application/offset+octet-stream")
                .method("PATCH", BodyPublishers.ofByteArray(bytes)));
        return upload;
    }

    private Map<String, Object> command(String allocation, String version) {
        Map<String, Object> wish = run(allocation, version, "command", 100_000_000);
        wish.put("minutes", 0.1);
        wish.put("command", "echo " + secret + " | tee \"$AIFACTORY_OUTPUT/made.txt\"");
        return wish;
    }

    private Map<String, Object> run(String allocation, String version, String recipe, long memoryBytes) {
        return new HashMap<>(Map.of(
                "allocation",
                allocation,
                "recipe",
                recipe,
                "dataset",
                version,
                "name",
                secret,
                "cores",
                1,
                "memoryBytes",
                memoryBytes));
    }

    /** Two steps make a model that says nothing sensible, and is one. */
    private void train(String allocation, String version) {
        Map<String, Object> wish = run(allocation, version, "chatbot", 3L << 29);
        wish.put("steps", 2);
        wish.put("name", "Model");
        String run = json(client.post("/api/runs", wish)).path("id").asString("");
        Instant patience = Instant.now().plus(PATIENCE);
        while (!run.isEmpty() && Instant.now().isBefore(patience)) {
            JsonNode made = json(client.get("/api/runs/" + run + "/model"));
            if (made.path("model").isObject()) {
                String model = made.at("/model/id").asString();
                client.post("/api/models/" + model + "/chat/start", Map.of("allocation", allocation));
                return;
            }
            String state = json(client.get("/api/runs/" + run)).path("state").asString("");
            if (List.of("FAILED", "CANCELLED", "TIMED_OUT", "MACHINE_FAILED").contains(state)) {
                System.out.println("No model was made: "
                        + json(client.get("/api/runs/" + run)).path("words"));
                return;
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(200);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private static JsonNode json(Client.Answer answer) {
        return answer.json(answer.status());
    }
}
