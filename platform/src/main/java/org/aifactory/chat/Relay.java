package org.aifactory.chat;

import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Brings questions to a model's server and the answers back, piece by piece as they come. When whoever asked goes away, the connection to
 * the server is closed, and the server stops to write.
 */
@Component
class Relay implements AutoCloseable {
    private static final Duration CONNECTS = Duration.ofSeconds(5);
    private static final Duration HEALTH = Duration.ofSeconds(2);
    private static final Duration BEAT = Duration.ofMillis(500);
    private static final String DATA = "data: ";
    private static final String DONE = "[DONE]";
    private static final String USAGE = "usage";

    private final JsonMapper json;
    private final ChatSettings settings;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECTS)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();

    Relay(JsonMapper json, ChatSettings settings) {
        this.json = json;
        this.settings = settings;
    }

    /** Is told, while an answer is being written, that it still is. */
    interface Pulse {
        void beat();
    }

    /** The server was not there, and nothing of an answer has gone out: it can be asked again. */
    static final class ServerGone extends IOException {
        ServerGone(IOException cause) {
            super(cause);
        }
    }

    boolean isHealthy(Endpoint endpoint) {
        try {
            HttpRequest request = HttpRequest.newBuilder(endpoint.address().resolve("/health"))
                    .timeout(HEALTH)
                    .build();
            return http.send(request, BodyHandlers.discarding()).statusCode() == HttpStatus.OK.value();
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Asks, and answers whoever asked.
     *
     * @return what it took; of a stream that whoever asked has left, what was written until then
     * @throws ServerGone when the server did not answer
     */
    Tokens ask(
            Question question,
            String slug,
            OptionalLong mostTokens,
            Endpoint endpoint,
            HttpServletResponse response,
            Pulse pulse)
            throws IOException {
        HttpRequest request = HttpRequest.newBuilder(endpoint.address().resolve(question.kind().path))
                .timeout(settings.answerLasts())
                .header(HttpHeaders.AUTHORIZATION, "Bearer " + endpoint.secret())
                .header(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE)
                .POST(HttpRequest.BodyPublishers.ofByteArray(question.toServer(slug, mostTokens)))
                .build();
        HttpResponse<InputStream> answer = send(request, pulse);
        try (InputStream body = answer.body()) {
            if (question.isStream() && answer.statusCode() == HttpStatus.OK.value()) {
                return stream(question, body, response, pulse);
            }
            return whole(answer, body, response);
        }
    }

    /** A server that writes an answer as a whole is silent until then, and the question is under way all the same. */
    private HttpResponse<InputStream> send(HttpRequest request, Pulse pulse) throws IOException {
        CompletableFuture<HttpResponse<InputStream>> answer = http.sendAsync(request, BodyHandlers.ofInputStream());
        try {
            while (true) {
                try {
                    return answer.get(BEAT.toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException notYet) {
                    pulse.beat();
                }
            }
        } catch (ExecutionException failure) {
            throw failure(failure);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw OpenAiException.unavailable("chat.refused.stopping");
        } finally {
            // Nothing where it is there.
            answer.cancel(true);
        }
    }

    private static IOException failure(ExecutionException failure) {
        return switch (failure.getCause()) {
            case HttpTimeoutException slow ->
                throw OpenAiException.of(504, "server_error", "timeout", "chat.refused.slow");
            case IOException gone -> new ServerGone(gone);
            case null, default -> new IOException(failure);
        };
    }

    private Tokens whole(HttpResponse<InputStream> answer, InputStream body, HttpServletResponse response)
            throws IOException {
        byte[] bytes = body.readAllBytes();
        if (answer.statusCode() == HttpStatus.UNAUTHORIZED.value()) {
            throw OpenAiException.unavailable("chat.refused.other-server");
        }
        Tokens tokens = answer.statusCode() == HttpStatus.OK.value() ? tokens(bytes) : Tokens.NONE;
        response.setStatus(answer.statusCode());
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        answer.headers()
                .firstValue(HttpHeaders.RETRY_AFTER)
                .ifPresent(after -> response.setHeader(HttpHeaders.RETRY_AFTER, after));
        response.setContentLength(bytes.length);
        try {
            response.getOutputStream().write(bytes);
            response.flushBuffer();
        } catch (IOException left) {
            // It was written all the same, and so it counts.
        }
        return tokens;
    }

    private Tokens tokens(byte[] answer) {
        try {
            return tokens(json.readTree(answer).path(USAGE));
        } catch (JacksonException malformed) {
            return Tokens.NONE;
        }
    }

    private static Tokens tokens(JsonNode usage) {
        return new Tokens(
                Math.max(0, usage.path("prompt_tokens").asLong(0)),
                Math.max(0, usage.path("completion_tokens").asLong(0)));
    }

    private Tokens stream(Question question, InputStream body, HttpServletResponse response, Pulse pulse)
            throws IOException {
        response.setStatus(HttpStatus.OK.value());
        response.setContentType("text/event-stream;charset=UTF-8");
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
        // Asks the proxy nginx not to gather a stream before it passes it on.
        response.setHeader("X-Accel-Buffering", "no");
        return new Stream(question, response.getOutputStream(), pulse).relay(body);
    }

    /** One answer on its way. */
    private final class Stream {
        private final Question question;
        private final OutputStream out;
        private final Pulse pulse;
        private Tokens total = Tokens.NONE;
        private boolean totalKnown;
        private long pieces;

        Stream(Question question, OutputStream out, Pulse pulse) {
            this.question = question;
            this.out = out;
            this.pulse = pulse;
        }

        Tokens relay(InputStream body) {
            BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
            while (true) {
                String line;
                try {
                    line = lines.readLine();
                } catch (IOException broken) {
                    line = null;
                    breakOff();
                }
                if (line == null || !pass(line)) {
                    return counted();
                }
                pulse.beat();
            }
        }

        /** False when whoever asked is gone. */
        private boolean pass(String line) {
            try {
                if (line.startsWith(DATA)) {
                    String event = event(line.substring(DATA.length()));
                    if (!event.isEmpty()) {
                        out.write((DATA + event + "\n\n").getBytes(StandardCharsets.UTF_8));
                        out.flush();
                    }
                } else if (line.startsWith(":")) {
                    out.write((line + "\n\n").getBytes(StandardCharsets.UTF_8));
                    out.flush();
                }
                return true;
            } catch (IOException left) {
                return false;
            }
        }

        /** The event as it goes out; empty where it is for us alone. */
        private String event(String data) {
            if (data.equals(DONE) || !(json.readTree(data) instanceof ObjectNode chunk)) {
                return data;
            }
            JsonNode usage = chunk.path(USAGE);
            if (usage.isObject()) {
                total = tokens(usage);
                totalKnown = true;
            }
            boolean empty = chunk.path("choices").isEmpty() && !chunk.has("error");
            if (!empty && isPiece(chunk)) {
                pieces++;
            }
            if (question.wantsUsage()) {
                return data;
            }
            if (empty) {
                return "";
            }
            chunk.remove(USAGE);
            return json.writeValueAsString(chunk);
        }

        private static boolean isPiece(ObjectNode chunk) {
            JsonNode choice = chunk.path("choices").path(0);
            return !choice.path("delta").path("content").asString("").isEmpty()
                    || !choice.path("text").asString("").isEmpty();
        }

        private void breakOff() {
            OpenAiException failure = OpenAiException.unavailable("chat.refused.broken-off");
            pass(DATA + json.writeValueAsString(new OpenAiError.Body(failure.error())));
        }

        /** Where the stream broke off, each piece was a token at least, and the question is counted at four bytes a token. */
        private Tokens counted() {
            return totalKnown ? total : new Tokens(Math.ceilDiv(question.promptBound(), 4), pieces);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
