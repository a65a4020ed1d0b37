package org.aifactory.chat;

import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request for text: as it came, and as it goes to the model's server. What is not needed here is left to the server, which knows what is
 * right and refuses the rest.
 */
final class Question {
    /** What OpenAI's API grants a completion that names no length. */
    private static final long COMPLETION_TOKENS = 16;

    private static final String MODEL = "model";
    private static final String STREAM = "stream";
    private static final String STREAM_OPTIONS = "stream_options";
    private static final String INCLUDE_USAGE = "include_usage";
    private static final String MOST_TOKENS = "max_tokens";
    private static final String MOST_COMPLETION_TOKENS = "max_completion_tokens";
    private static final String PROMPT = "prompt";

    private final JsonMapper json;
    private final ObjectNode body;
    private final Kind kind;

    private Question(JsonMapper json, ObjectNode body, Kind kind) {
        this.json = json;
        this.body = body;
        this.kind = kind;
    }

    /** Which of the two requests it is. */
    enum Kind {
        CHAT("/v1/chat/completions", "messages"),
        COMPLETION("/v1/completions", PROMPT);

        final String path;
        final String field;

        Kind(String path, String field) {
            this.path = path;
            this.field = field;
        }
    }

    static Question read(JsonMapper json, Kind kind, byte[] bytes) {
        try {
            if (json.readTree(bytes) instanceof ObjectNode body) {
                return new Question(json, body, kind);
            }
        } catch (JacksonException malformed) {
            // Said below, like all else that it is not.
        }
        throw OpenAiException.of(400, "invalid_request_error", "invalid_json", "chat.refused.no-json");
    }

    Kind kind() {
        return kind;
    }

    String model() {
        JsonNode name = body.path(MODEL);
        if (!name.isString() || name.stringValue().isBlank()) {
            throw OpenAiException.invalid(MODEL, "chat.refused.no-model");
        }
        return name.stringValue();
    }

    boolean isStream() {
        return body.path(STREAM).asBoolean(false);
    }

    /** Whether whoever asks wants to be told at the end of a stream what it took. */
    boolean wantsUsage() {
        return body.path(STREAM_OPTIONS).path(INCLUDE_USAGE).asBoolean(false);
    }

    /** More tokens than the question has: none is shorter than a byte, and the frame of JSON is longer than that of a template. */
    long promptBound() {
        return json.writeValueAsBytes(body.path(kind.field)).length;
    }

    /** How many answers it asks for. */
    long answers() {
        JsonNode prompt = body.path(PROMPT);
        long prompts =
                kind == Kind.COMPLETION && prompt.isArray() && !prompt.path(0).isIntegralNumber()
                        ? Math.max(1, prompt.size())
                        : 1;
        return prompts * Math.clamp(body.path("n").asLong(1), 1, 1000);
    }

    /** Tokens of each answer at most; empty where the question leaves that open. */
    OptionalLong mostTokens() {
        JsonNode most = body.path(MOST_COMPLETION_TOKENS).isIntegralNumber()
                ? body.path(MOST_COMPLETION_TOKENS)
                : body.path(MOST_TOKENS);
        if (most.isIntegralNumber()) {
            return OptionalLong.of(Math.max(1, most.asLong(Long.MAX_VALUE)));
        }
        return kind == Kind.COMPLETION ? OptionalLong.of(COMPLETION_TOKENS) : OptionalLong.empty();
    }

    /** What goes to the server: the model by the name it has there, and at the end of a stream what it took. */
    byte[] toServer(String slug, OptionalLong mostTokens) {
        ObjectNode changed = body.deepCopy().put(MODEL, slug);
        if (isStream()) {
            JsonNode options = changed.path(STREAM_OPTIONS);
            if (options instanceof ObjectNode object) {
                object.put(INCLUDE_USAGE, true);
            } else if (options.isMissingNode() || options.isNull()) {
                changed.putObject(STREAM_OPTIONS).put(INCLUDE_USAGE, true);
            }
        }
        mostTokens.ifPresent(most -> changed.put(MOST_TOKENS, most));
        return json.writeValueAsBytes(changed);
    }
}
