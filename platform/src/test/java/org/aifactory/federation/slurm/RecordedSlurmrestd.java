package org.aifactory.federation.slurm;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/**
 * Answers as slurmrestd of one version was recorded to, by the files in {@code slurmrestd/VERSION}, each called by what was asked and the
 * status of the answer. What it does not speak it knows nothing of, in slurmrestd's own plain words.
 */
final class RecordedSlurmrestd implements AutoCloseable {
    private static final List<Integer> STATUSES = List.of(200, 500, 502, 511);
    private static final int NOT_FOUND = 404;

    private volatile String version;
    private final HttpServer server;
    /** What is answered instead of the usual, by what is asked. */
    private final Map<String, String> instead = new ConcurrentHashMap<>();

    /** What it was asked, and what was sent with it. */
    record Asked(String method, String address, String body, String person) {}

    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    RecordedSlurmrestd(String version) throws IOException {
        this.version = version;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** @param question such as {@code jobs} or {@code submit} */
    void answerInstead(String question, String file) {
        instead.put(question, file);
    }

    /** As after a site got another Slurm. */
    void speak(String other) {
        version = other;
    }

    List<Asked> asked() {
        return asked;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        asked.add(new Asked(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                body,
                String.valueOf(exchange.getRequestHeaders().getFirst("X-SLURM-USER-NAME"))));
        String path = exchange.getRequestURI().getPath();
        Optional<String> question = question(exchange.getRequestMethod(), path);
        if (question.isEmpty()) {
            send(
                    exchange,
                    NOT_FOUND,
                    "text/plain",
                    "Unable find requested URL. Please view /openapi/v3 for API reference."
                            .getBytes(StandardCharsets.UTF_8));
            return;
        }
        String file = instead.getOrDefault(question.get(), question.get());
        for (int status : STATUSES) {
            try (InputStream recorded = RecordedSlurmrestd.class.getResourceAsStream(
                    "/slurmrestd/" + version + "/" + file + "." + status + ".json")) {
                if (recorded != null) {
                    send(exchange, status, "application/json", recorded.readAllBytes());
                    return;
                }
            }
        }
        throw new IllegalStateException("Nothing was recorded of " + file + " in " + version);
    }

    private Optional<String> question(String method, String path) {
        String part = path.replaceFirst("^/(slurm|slurmdb)/v[0-9.]+/", "$1/");
        if (!path.contains("/" + version + "/")) {
            return Optional.empty();
        }
        return Optional.of(
                switch (part) {
                    case "slurm/ping" -> "ping";
                    case "slurm/jobs" -> "jobs";
                    case "slurm/nodes" -> "nodes";
                    case "slurm/partitions" -> "partitions";
                    case "slurm/job/submit" -> "submit";
                    case "slurmdb/jobs" -> "accounted";
                    case "slurmdb/associations" -> method.equals("GET") ? "associations" : "associations-set";
                    case "slurmdb/accounts" -> "accounts-set";
                    default ->
                        part.startsWith("slurm/job/") ? "cancel" : part.startsWith("slurmdb/user/") ? "user" : "?";
                });
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
