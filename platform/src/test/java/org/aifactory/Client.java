package org.aifactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.core.env.Environment;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A program that uses the platform's API as one person, or as nobody. */
public final class Client {
    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    public static final String PASSWORD = "correct horse battery";

    private final URI address;
    private final @Nullable String token;

    private Client(URI address, @Nullable String token) {
        this.address = address;
        this.token = token;
    }

    /** Nobody yet, of the platform at this address. */
    public static Client at(String address) {
        return new Client(URI.create(address), null);
    }

    /** Makes clients of the platform under test. */
    @TestComponent
    public static class Factory {
        private final Environment environment;

        Factory(Environment environment) {
            this.environment = environment;
        }

        public Client nobody() {
            return new Client(URI.create("http://127.0.0.1:" + environment.getProperty("local.server.port")), null);
        }

        /** Somebody who signed up just now, with an organisation of their own. */
        public Client founder(String name) {
            return nobody().signUp(name);
        }

        /** Somebody who signed up before, and signs in anew. */
        public Client again(String email) {
            return nobody().with(nobody().post("/api/sign-in", Map.of("email", email, "password", PASSWORD))
                    .json(200)
                    .get("token")
                    .asString());
        }
    }

    /** Somebody who signs up now, with an organisation of their own. */
    public Client signUp(String name) {
        JsonNode answer = post(
                        "/api/sign-up",
                        Map.of(
                                "email",
                                name.toLowerCase(Locale.ROOT) + "-" + UUID.randomUUID() + "@example.org",
                                "name",
                                name,
                                "password",
                                PASSWORD,
                                "organisation",
                                Map.of("name", name + " and friends", "kind", "COMPANY", "country", "FI")))
                .json(201);
        return with(answer.get("token").asString());
    }

    /** What came back. */
    public record Answer(int status, String contentType, String body) {

        /** The body, where the status is this. */
        public JsonNode json(int expected) {
            if (status != expected) {
                throw new AssertionError("Expected " + expected + " and got " + status + ": " + body);
            }
            return body.isEmpty() ? JSON.nullNode() : JSON.readTree(body);
        }

        /** The slug of the problem's type. */
        public String problem() {
            if (!contentType.equals("application/problem+json")) {
                throw new AssertionError("No problem but " + status + " " + contentType + ": " + body);
            }
            return json(status).get("type").asString().replace("/docs/problems/", "");
        }
    }

    /** What the client sends to say who it is. */
    public String token() {
        return java.util.Objects.requireNonNull(token);
    }

    public Client with(String otherToken) {
        return new Client(address, otherToken);
    }

    /** The organisation that the person founded when they signed up. */
    public String organisation() {
        return get("/api/me").json(200).at("/memberships/0/organisation").asString();
    }

    public Answer get(String path) {
        return send(request(path).GET());
    }

    public Answer post(String path, Object body) {
        return send(json(path).POST(BodyPublishers.ofString(JSON.writeValueAsString(body))));
    }

    public Answer put(String path, Object body) {
        return send(json(path).PUT(BodyPublishers.ofString(JSON.writeValueAsString(body))));
    }

    public Answer delete(String path) {
        return send(request(path).DELETE());
    }

    /** For requests of other forms. */
    public HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address.resolve(path));
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    public Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
            return new Answer(
                    response.statusCode(),
                    response.headers().firstValue("Content-Type").orElse(""),
                    response.body());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private HttpRequest.Builder json(String path) {
        return request(path).header("Content-Type", "application/json");
    }
}
