package org.aifactory.engine.server;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.aifactory.engine.generation.LanguageModel;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's API: what there is under which path, and who may use it. */
final class Api {
    /** What a path and a method stand for: understands the body. */
    interface Endpoint {
        Reply read(byte[] body);
    }

    /** An answer to what was understood. */
    interface Reply {
        void sendTo(Exchange exchange);
    }

    private static final String VERSION = "/v1/";
    private static final String MODELS = "/v1/models";
    private static final String GET = "GET";
    private static final String POST = "POST";

    private static final Pattern LOOPBACK_ORIGIN =
            Pattern.compile("https?://(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d+)?", Pattern.CASE_INSENSITIVE);
    /** A stream that is silent for longer may be cut by what lies between server and client. */
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

    private final LanguageModel model;
    private final String name;
    private final Optional<ApiKey> key;
    private final Batcher batcher;
    private final AskReader reader;
    private final long started = Instant.now().getEpochSecond();

    Api(LanguageModel model, String name, Optional<ApiKey> key, Batcher batcher, Limits limits) {
        this.model = model;
        this.name = name;
        this.key = key;
        this.batcher = batcher;
        this.reader = new AskReader(model, name, limits);
    }

    /**
     * What a request means by its first lines.
     *
     * @throws ApiError where there is nothing of the kind, or not for this client
     */
    Endpoint route(String method, String path, @Nullable String authorization, @Nullable String origin) {
        if (path.equals("/health")) {
            requireMethod(GET, method, path);
            return _ -> this::health;
        }
        if (!path.startsWith(VERSION)) {
            throw ApiError.unknownPath(path);
        }
        admit(authorization, origin);
        return switch (path) {
            case MODELS -> {
                requireMethod(GET, method, path);
                yield _ -> this::models;
            }
            case "/v1/chat/completions" -> {
                requireMethod(POST, method, path);
                yield body -> reply(reader.chat(body), new ChatFormat(id(), now(), name));
            }
            case "/v1/completions" -> {
                requireMethod(POST, method, path);
                yield body -> reply(reader.completion(body), new CompletionFormat(id(), now(), name));
            }
            default -> model(method, path);
        };
    }

    /** Where there is no key, a page from elsewhere that a browser of this machine shows must not reach the model, either. */
    private void admit(@Nullable String authorization, @Nullable String origin) {
        if (key.isPresent()) {
            if (!key.get().opens(authorization)) {
                throw ApiError.wrongKey();
            }
        } else if (origin != null && !isLoopback(origin)) {
            throw ApiError.foreignOrigin();
        }
    }

    private static boolean isLoopback(String origin) {
        return LOOPBACK_ORIGIN.matcher(origin).matches();
    }

    private static void requireMethod(String expected, String method, String path) {
        if (!method.equals(expected) && !(expected.equals(GET) && method.equals("HEAD"))) {
            throw ApiError.wrongMethod(path, expected);
        }
    }

    private Endpoint model(String method, String path) {
        if (!path.startsWith(MODELS + "/")) {
            throw ApiError.unknownPath(path);
        }
        requireMethod(GET, method, path);
        String asked = decoded(path.substring(MODELS.length() + 1));
        if (!asked.equals(name)) {
            throw ApiError.unknownModel(asked, name);
        }
        return _ -> exchange -> exchange.send(card());
    }

    private static String decoded(String path) {
        try {
            return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return path;
        }
    }

    private void health(Exchange exchange) {
        if (!batcher.isAlive()) {
            throw ApiError.stopping();
        }
        exchange.send(Json.object().put("status", "ok"));
    }

    private void models(Exchange exchange) {
        ObjectNode json = Json.object().put("object", "list");
        json.putArray("data").add(card());
        exchange.send(json);
    }

    private ObjectNode card() {
        return Json.object()
                .put("id", name)
                .put("object", "model")
                .put("created", started)
                .put("owned_by", "aifactory")
                .put("max_model_len", model.config().contextLength());
    }

    private static String id() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }

    private Reply reply(Ask ask, Format format) {
        return exchange -> {
            Answer answer = new Answer(ask.size());
            exchange.onGone(answer::abandon);
            batcher.submit(ask.choices(answer, model.tokenizer()));
            try {
                if (ask.isStream()) {
                    stream(ask, answer, format, exchange);
                } else {
                    ObjectNode json = format.whole(answer.takeWhole());
                    Format.putUsage(json, ask.promptTokens(), answer.tokens());
                    exchange.send(json);
                }
            } finally {
                answer.abandon();
            }
        };
    }

    /** A failure before the first words is a refusal; after them it can only be an event of the stream. */
    private void stream(Ask ask, Answer answer, Format format, Exchange exchange) {
        EventStream events = new EventStream(ask, format, exchange);
        while (!answer.isTaken()) {
            try {
                events.send(answer.take(KEEP_ALIVE));
            } catch (ApiError failure) {
                if (!events.hasBegun()) {
                    throw failure;
                }
                events.fail(failure);
                return;
            }
        }
        events.end(answer.tokens());
    }
}
