package org.aifactory.engine.server;

import java.util.List;
import java.util.Locale;
import org.aifactory.engine.generation.FinishReason;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The JSON of one answer, as a whole or in chunks. */
abstract sealed class Format permits ChatFormat, CompletionFormat {
    private final String id;
    private final long created;
    private final String model;

    /**
     * The form of one answer.
     *
     * @param created seconds since 1970
     */
    Format(String id, long created, String model) {
        this.id = id;
        this.created = created;
        this.model = model;
    }

    /** The whole answer. */
    abstract ObjectNode whole(List<Answer.Piece> choices);

    /** The chunk before the first piece of each choice, where there is one. */
    abstract List<ObjectNode> opening(int choice);

    /** The chunks of a piece. */
    abstract List<ObjectNode> chunks(Answer.Piece piece);

    /** A chunk without a choice, for what is said of all. */
    abstract ObjectNode empty();

    final ObjectNode envelope(String object, ObjectNode... choices) {
        ObjectNode json = Json.object()
                .put("id", id)
                .put("object", object)
                .put("created", created)
                .put("model", model);
        ArrayNode array = json.putArray("choices");
        List.of(choices).forEach(array::add);
        return json;
    }

    static void putUsage(ObjectNode json, int promptTokens, int completionTokens) {
        json.putObject("usage")
                .put("prompt_tokens", promptTokens)
                .put("completion_tokens", completionTokens)
                .put("total_tokens", promptTokens + completionTokens);
    }

    static @Nullable String word(@Nullable FinishReason reason) {
        return reason == null ? null : reason.name().toLowerCase(Locale.ROOT);
    }
}
