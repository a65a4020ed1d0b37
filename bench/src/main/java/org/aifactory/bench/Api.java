package org.aifactory.bench;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The platform's public API, as one person uses it, or nobody. May be shared by many clients. */
final class Api implements AutoCloseable {
    private static final int FIRST_ERROR = 400;
    private static final Duration ANSWERS_WITHIN = Duration.ofMinutes(2);

    private final HttpClient client = HttpClient.newBuilder()
            .version(Version.HTTP_1_1)
            .followRedirects(Redirect.NORMAL)
            .build();
    private final URI address;
    private final String token;

    /** @param token empty for nobody's */
    Api(URI address, String token) {
        this.address = address;
        this.token = token;
    }

    /** Whether a page comes; false while nothing listens yet. */
    boolean answers(String path) {
        try {
            return send(request(path).GET().build()).statusCode() < FIRST_ERROR;
        } catch (ConnectException notYet) {
            return false;
        } catch (IOException failure) {
            return false;
        }
    }

    JsonNode get(String path) {
        return json(request(path).GET().build());
    }

    String text(String path) {
        return new String(body(request(path).GET().build()), StandardCharsets.UTF_8);
    }

    JsonNode post(String path, Object body) {
        return json(posting(path, body));
    }

    HttpRequest posting(String path, Object body) {
        return request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(JsonMapper.shared().writeValueAsBytes(body)))
                .build();
    }

    HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address.resolve(path)).timeout(ANSWERS_WITHIN);
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    /** Whether the request is answered well. */
    boolean succeeds(HttpRequest request) {
        try {
            return send(request).statusCode() < FIRST_ERROR;
        } catch (IOException failure) {
            return false;
        }
    }

    JsonNode put(String path, Object body) {
        return json(request(path)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofByteArray(JsonMapper.shared().writeValueAsBytes(body)))
                .build());
    }

    JsonNode json(HttpRequest request) {
        return JsonMapper.shared().readTree(body(request));
    }

    private byte[] body(HttpRequest request) {
        try {
            HttpResponse<byte[]> answer = send(request);
            if (answer.statusCode() >= FIRST_ERROR) {
                throw new EngineException(
                        Kind.RESOURCE,
                        request.method() + " " + request.uri().getPath() + " was answered with " + answer.statusCode()
                                + ": " + new String(answer.body(), StandardCharsets.UTF_8));
            }
            return answer.body();
        } catch (IOException failure) {
            throw new EngineException(
                    Kind.RESOURCE, request.uri() + " does not answer: " + failure.getMessage() + ".", failure);
        }
    }

    private HttpResponse<byte[]> send(HttpRequest request) throws IOException {
        try {
            return client.send(request, BodyHandlers.ofByteArray());
        } catch (InterruptedException interruption) {
            throw Child.interrupted(interruption);
        }
    }

    /**
     * Applies for time on this computer's cores and is granted it.
     *
     * @return the allocation
     */
    JsonNode allocation(double coreHours) {
        return allocation("local-cpu", coreHours);
    }

    /** Likewise on any partition, by its slug. */
    JsonNode allocation(String partition, double coreHours) {
        String organisation = organisation();
        JsonNode application = post(
                "/api/applications",
                Map.of(
                        "organisation",
                        organisation,
                        "partition",
                        partition,
                        "hours",
                        coreHours,
                        "project",
                        Map.of("title", "Measuring", "purpose", "To measure the platform."),
                        "profile",
                        Map.of("staff", 5, "turnover", 0, "field", "Software"),
                        "commercial",
                        false));
        if (!application.hasNonNull("allocation")) {
            throw new EngineException(
                    Kind.RESOURCE, "The policy grants " + coreHours + " core-hours to nobody at once: " + application);
        }
        return get("/api/allocations/" + application.get("allocation").asString());
    }

    String organisation() {
        return get("/api/me").get("memberships").get(0).get("organisation").asString();
    }

    /**
     * Uploads a text as a dataset.
     *
     * @return the name of its version
     */
    String dataset(Path text) {
        String organisation = organisation();
        try {
            byte[] content = Files.readAllBytes(text);
            String name = Base64.getEncoder()
                    .encodeToString(text.getFileName().toString().getBytes(StandardCharsets.UTF_8));
            String upload = json(request("/api/uploads?organisation=" + organisation)
                            .header("Tus-Resumable", "1.0.0")
                            .header("Upload-Length", Integer.toString(content.length))
                            .header("Upload-Metadata", "filename " + name)
                            .POST(BodyPublishers.noBody())
                            .build())
                    .get("id")
                    .asString();
            body(request("/api/uploads/" + upload)
                    .header("Tus-Resumable", "1.0.0")
                    .header("Upload-Offset", "0")
                    .header("Content-Type", "application/offset+octet-stream")
                    .method("PATCH", BodyPublishers.ofByteArray(content))
                    .build());
            JsonNode dataset = post(
                    "/api/datasets",
                    Map.of("organisation", organisation, "name", "measuring", "licence", "LicenseRef-internal"));
            return post(
                            "/api/datasets/" + dataset.get("id").asString() + "/versions",
                            Map.of("uploads", List.of(upload)))
                    .get("id")
                    .asString();
        } catch (IOException failure) {
            throw new EngineException(Kind.RESOURCE, text + " cannot be read: " + failure.getMessage() + ".", failure);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }
}
