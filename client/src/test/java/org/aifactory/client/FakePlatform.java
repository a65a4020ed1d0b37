package org.aifactory.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/** A server that answers as it is told to, well or badly, and remembers what it was asked. */
public final class FakePlatform implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, Answer> answers = new LinkedHashMap<>();
    private final List<Asked> asked = Collections.synchronizedList(new ArrayList<>());

    /** What it does with a request. */
    public interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    /** A request as it came. */
    public record Asked(String method, String path, String authorization, String body) {}

    public FakePlatform() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public List<Asked> asked() {
        return List.copyOf(asked);
    }

    public List<Asked> asked(String method) {
        return asked().stream().filter(one -> one.method().equals(method)).toList();
    }

    /** Of several answers to a request such as {@code GET /api/me} the last counts; its query does not matter. */
    public FakePlatform when(String request, Answer answer) {
        answers.put(request, answer);
        return this;
    }

    public FakePlatform when(String request, int status, String json) {
        return when(request, exchange -> send(exchange, status, type(status), json));
    }

    public FakePlatform whenText(String request, int status, String type, String text) {
        return when(request, exchange -> send(exchange, status, type, text));
    }

    private static String type(int status) {
        return status < 400 ? "application/json" : "application/problem+json";
    }

    public static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Answer answer = answers.get(exchange.getRequestMethod() + " " + path);
        boolean reads = answer != null && !exchange.getRequestMethod().equals("PATCH");
        String body = reads ? new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8) : "";
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        asked.add(new Asked(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                authorization == null ? "" : authorization,
                body));
        if (answer == null) {
            send(
                    exchange,
                    404,
                    "application/problem+json",
                    "{\"title\":\"There is no such thing\",\"detail\":\"Not here.\"}");
        } else {
            answer.to(exchange);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
