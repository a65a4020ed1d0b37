package org.aifactory.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.aifactory.fuzz.Person.Place;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends calls, and says what is wrong with the answers. */
final class Judge {
    private static final JsonMapper JSON = new JsonMapper();
    /** A question waits for two minutes for a model that wakes up. */
    static final Duration PATIENCE = Duration.ofSeconds(150);

    private static final int MOST_BYTES = 8 << 20;
    /** What a refusal may not tell: where in the code it came about, or what was said to the database. */
    private static final Pattern INSIDE = Pattern.compile(
            "\\s+at [\\w.$/]+\\([\\w.]+:\\d+\\)|\\b(?:java|javax|jakarta|jdk|org\\.(?:springframework|postgresql|apache|aifactory)|tools\\.jackson)\\.\\w+"
                    + "|Exception\\b|\\bSQLSTATE\\b|\\b(?:insert into|select .{1,80} from|update \\w+\\.\\w+ set)\\b");

    private static final Pattern SECRET = Pattern.compile("geheim[0-9a-f]{16}");

    private final HttpClient http = HttpClient.newHttpClient();
    private final String platform;
    private final Map<String, Optional<String>> pages = new ConcurrentHashMap<>();

    Judge(String platform) {
        this.platform = platform;
    }

    /** @param fault in a sentence */
    record Verdict(int status, String body, Optional<String> fault) {
        boolean isGood() {
            return status < 400;
        }

        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (JacksonException other) {
                return JSON.nullNode();
            }
        }
    }

    Verdict judge(Call call) throws InterruptedException {
        HttpResponse<InputStream> response;
        String body;
        try {
            response = http.send(call.request(platform, PATIENCE), BodyHandlers.ofInputStream());
            body = body(call, response);
        } catch (HttpTimeoutException hang) {
            return new Verdict(0, "", Optional.of("no answer within " + PATIENCE.toSeconds() + " s"));
        } catch (IOException broken) {
            return new Verdict(0, "", Optional.of("the answer broke off: " + broken.getMessage()));
        }
        int status = response.statusCode();
        return new Verdict(status, body, fault(call, status, type(response), body));
    }

    private static String type(HttpResponse<?> response) {
        return response.headers().firstValue("Content-Type").orElse("");
    }

    /** Of a stream its beginning is enough. */
    private static String body(Call call, HttpResponse<InputStream> response) throws IOException {
        try (InputStream body = response.body()) {
            byte[] bytes = call.operation().isStream() && response.statusCode() == 200
                    ? body.readNBytes(10)
                    : body.readNBytes(MOST_BYTES);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private Optional<String> fault(Call call, int status, String type, String body) {
        return leak(call, body).or(() -> {
            if (status >= 500 && status != 503) {
                return Optional.of("an error of the server");
            }
            boolean hasBody = !call.operation().method().equals("HEAD");
            return status >= 400 && hasBody ? refusal(call, status, type, body) : Optional.empty();
        });
    }

    /** What members write is their organisation's alone; what staff are to read is another matter, and so are models. */
    private static Optional<String> leak(Call call, String body) {
        if (call.caller().place() == Place.STAFF) {
            return Optional.empty();
        }
        Matcher secrets = SECRET.matcher(body);
        while (secrets.find()) {
            if (!secrets.group().equals(call.caller().secret())) {
                return Optional.of("it tells what another organisation wrote");
            }
        }
        return Optional.empty();
    }

    private Optional<String> refusal(Call call, int status, String type, String body) {
        if (INSIDE.matcher(body).find()) {
            return Optional.of("it tells of the inside of the platform");
        }
        JsonNode said = new Verdict(status, body, Optional.empty()).json();
        if (call.operation().path().startsWith("/v1/")) {
            boolean isOpenAi = type.startsWith("application/json")
                    && said.at("/error/message").isString()
                    && said.at("/error/type").isString();
            return isOpenAi ? Optional.empty() : Optional.of("no error in OpenAI's form but " + type);
        }
        if (!type.startsWith("application/problem+json")) {
            return Optional.of("no problem details but “" + type + "”");
        }
        for (String field : List.of("type", "title", "detail")) {
            if (said.path(field).asString("").isBlank()) {
                return Optional.of("problem details without " + field);
            }
        }
        if (said.path("status").asInt() != status) {
            return Optional.of("problem details with another status");
        }
        return pages.computeIfAbsent(said.get("type").asString(), this::faultOfPage);
    }

    private Optional<String> faultOfPage(String type) {
        try {
            HttpRequest request = HttpRequest.newBuilder(
                            java.net.URI.create(platform).resolve(type))
                    .header("Accept", "text/html")
                    .build();
            int status = http.send(request, BodyHandlers.discarding()).statusCode();
            return status == 200
                    ? Optional.empty()
                    : Optional.of("the type " + type + " leads to no page but " + status);
        } catch (IOException broken) {
            return Optional.of("the type " + type + " leads nowhere: " + broken);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
