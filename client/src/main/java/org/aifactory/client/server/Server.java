package org.aifactory.client.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The platform at one address, asked as one person. What only reads, and what carries a key by which the server knows a repeat, is asked
 * again where a connection breaks; all else is asked once.
 */
public final class Server {
    private static final int PIECE = 1000;
    private static final JsonMapper JSON = new JsonMapper();
    private static final JsonMapper INDENTED =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final Duration CONNECTING = Duration.ofSeconds(10);
    private static final Duration ANSWERING = Duration.ofSeconds(60);
    /** Some answers are worked for: a version of a large dataset is read through first. */
    private static final Duration WORKING = Duration.ofMinutes(30);

    private static final int ATTEMPTS = 4;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final int MOST_OF_A_REFUSAL = 1 << 16;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECTING)
            .build();
    private final URI address;
    private final Optional<String> token;
    private final boolean tokenOfVariable;

    /** @param address without a slash at the end */
    public Server(URI address, Optional<String> token) {
        this(address, token, false);
    }

    /** @param tokenOfVariable whether the token comes from the environment, which a person has to know where it is refused */
    public Server(URI address, Optional<String> token, boolean tokenOfVariable) {
        this.address = address;
        this.token = token;
        this.tokenOfVariable = tokenOfVariable;
    }

    public URI address() {
        return address;
    }

    public Optional<String> token() {
        return token;
    }

    /** The same server, asked as whom the token names. */
    public Server with(String otherToken) {
        return new Server(address, Optional.of(otherToken));
    }

    public Reply get(String path) {
        return reply(sendAgain(request(path).GET(), BodyHandlers.ofInputStream()));
    }

    public Reply post(String path, Object body) {
        return reply(sendOnce(json(path).POST(publisher(body)).timeout(WORKING), BodyHandlers.ofInputStream()));
    }

    /** @param body holds a key by which the server knows a repeat, or changes nothing there */
    public Reply postKeyed(String path, Object body) {
        return reply(sendAgain(json(path).POST(publisher(body)), BodyHandlers.ofInputStream()));
    }

    public Reply put(String path, Object body) {
        return reply(sendAgain(json(path).PUT(publisher(body)), BodyHandlers.ofInputStream()));
    }

    /** All of a list that comes in pieces, each asked for after the last thing of the one before. */
    public List<Reply> all(String path) {
        String asked = path + (path.contains("?") ? "&" : "?") + "most=" + PIECE;
        List<Reply> all = new ArrayList<>();
        List<Reply> piece;
        do {
            String after =
                    all.isEmpty() ? "" : "&after=" + encoded(all.getLast().raw("id"));
            piece = get(asked + after).list();
            all.addAll(piece);
        } while (piece.size() == PIECE);
        return all;
    }

    public void delete(String path) {
        reply(sendOnce(request(path).DELETE(), BodyHandlers.ofInputStream()));
    }

    /** A body of any kind with what stands over it; the caller closes it. */
    public Body body(String path) {
        HttpResponse<InputStream> response =
                sendAgain(request(path).GET().timeout(WORKING), BodyHandlers.ofInputStream());
        requireGood(response);
        return new Body(response.headers(), response.body());
    }

    public record Body(HttpHeaders headers, InputStream stream) implements AutoCloseable {
        public long length() {
            return headers.firstValueAsLong("Content-Length").orElse(-1);
        }

        public byte[] bytes() throws IOException {
            return stream.readAllBytes();
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }

    /** @param lastSeen the id of the last event that was read, empty to begin */
    public EventStream events(String path, String lastSeen) {
        HttpRequest.Builder request =
                request(path).GET().header("Accept", "text/event-stream").timeout(WORKING);
        if (!lastSeen.isEmpty()) {
            request.header("Last-Event-ID", lastSeen);
        }
        HttpResponse<InputStream> response = sendOnce(request, BodyHandlers.ofInputStream());
        requireGood(response);
        return new EventStream(response.body());
    }

    public EventStream postForEvents(String path, Object body) {
        HttpResponse<InputStream> response =
                sendOnce(json(path).POST(publisher(body)).timeout(WORKING), BodyHandlers.ofInputStream());
        requireGood(response);
        return new EventStream(response.body());
    }

    /** For protocols of their own: one attempt, whatever comes of it. */
    public HttpResponse<InputStream> send(HttpRequest.Builder request) throws IOException {
        try {
            return http.send(request.build(), BodyHandlers.ofInputStream());
        } catch (InterruptedException stopped) {
            throw interrupted(stopped);
        }
    }

    public HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path))
                .timeout(ANSWERING)
                .header("Accept-Language", "en")
                .header("User-Agent", "aifactory-client");
        token.ifPresent(word -> request.header("Authorization", "Bearer " + word));
        return request;
    }

    public ClientException refusal(HttpResponse<InputStream> response) {
        HttpRequest request = response.request();
        return Refusal.of(
                address,
                request.method() + " " + request.uri().getPath(),
                response.statusCode(),
                response.headers().firstValue("Content-Type").orElse(""),
                some(response.body()),
                JSON,
                tokenOfVariable);
    }

    /** That nothing came of talking with the server, and what to do about it. */
    public ClientException unreachable(IOException failure) {
        String why = switch (failure) {
            case HttpConnectTimeoutException _ -> "it does not answer";
            case HttpTimeoutException _ -> "it took too long";
            case ConnectException _ -> "no connection";
            default ->
                Optional.ofNullable(failure.getMessage())
                        .orElse(failure.getClass().getSimpleName());
        };
        return new ClientException(
                ExitStatus.UNREACHABLE,
                "The platform at " + address + " cannot be reached: " + why
                        + ". Start one on this machine with ./aifactory up, or name another with --server.",
                failure);
    }

    /** JSON as people read it. */
    public static String pretty(Object value) {
        return INDENTED.writeValueAsString(value instanceof Reply reply ? reply.node() : value);
    }

    public static Reply parse(String json) {
        return new Reply(JSON.readTree(json));
    }

    /** A word as part of a path or query. */
    public static String encoded(String word) {
        return URLEncoder.encode(word, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private HttpRequest.Builder json(String path) {
        return request(path).header("Content-Type", "application/json");
    }

    private static HttpRequest.BodyPublisher publisher(Object body) {
        return BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
    }

    private <T> HttpResponse<T> sendOnce(HttpRequest.Builder request, BodyHandler<T> handler) {
        try {
            return http.send(request.build(), handler);
        } catch (IOException failure) {
            throw unreachable(failure);
        } catch (InterruptedException stopped) {
            throw interrupted(stopped);
        }
    }

    private <T> HttpResponse<T> sendAgain(HttpRequest.Builder request, BodyHandler<T> handler) {
        Duration pause = FIRST_PAUSE;
        for (int attempt = 1; ; attempt++) {
            try {
                return http.send(request.build(), handler);
            } catch (ConnectException | HttpTimeoutException away) {
                throw unreachable(away);
            } catch (IOException broken) {
                if (attempt == ATTEMPTS) {
                    throw unreachable(broken);
                }
                pause(pause);
                pause = pause.multipliedBy(2);
            } catch (InterruptedException stopped) {
                throw interrupted(stopped);
            }
        }
    }

    public static void pause(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException stopped) {
            throw interrupted(stopped);
        }
    }

    private static ClientException interrupted(InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return new ClientException(ExitStatus.STOPPED, "Stopped.", stopped);
    }

    private Reply reply(HttpResponse<InputStream> response) {
        requireGood(response);
        try (InputStream body = response.body()) {
            byte[] bytes = body.readAllBytes();
            String type = response.headers().firstValue("Content-Type").orElse("");
            if (bytes.length == 0) {
                return Reply.NOTHING;
            }
            if (!type.contains("json")) {
                throw new ClientException(
                        ExitStatus.SERVER_FAILED,
                        address + " answered with " + (type.isEmpty() ? "something unnamed" : type)
                                + " where JSON was expected; is this the address of an AI Factory?");
            }
            return new Reply(JSON.readTree(bytes));
        } catch (IOException broken) {
            throw unreachable(broken);
        } catch (tools.jackson.core.JacksonException damaged) {
            throw new ClientException(
                    ExitStatus.SERVER_FAILED, address + " answered with JSON that is damaged; try again.", damaged);
        }
    }

    /** A redirection is not followed: it would carry the token to whom it names. */
    private void requireGood(HttpResponse<InputStream> response) {
        if (response.statusCode() < 200 || response.statusCode() > 299) {
            throw refusal(response);
        }
    }

    private static byte[] some(InputStream body) {
        try (body) {
            return body.readNBytes(MOST_OF_A_REFUSAL);
        } catch (IOException broken) {
            return new byte[0];
        }
    }
}
