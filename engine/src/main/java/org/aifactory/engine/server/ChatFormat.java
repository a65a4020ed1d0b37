package org.aifactory.engine.server;

import java.util.ArrayList;
import java.util.List;
import org.aifactory.engine.chat.Message;
import org.aifactory.engine.generation.FinishReason;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** {@code chat.completion} and {@code chat.completion.chunk}. */
final class ChatFormat extends Format {
    private static final String CHUNK = "chat.completion.chunk";

    ChatFormat(String id, long created, String model) {
        super("chatcmpl-" + id, created, model);
    }

    @Override
    ObjectNode whole(List<Answer.Piece> choices) {
        return envelope(
                "chat.completion", choices.stream().map(ChatFormat::message).toArray(ObjectNode[]::new));
    }

    private static ObjectNode message(Answer.Piece choice) {
        ObjectNode json = Json.object().put("index", choice.choice());
        json.putObject("message")
                .put("role", Message.ASSISTANT)
                .put("content", choice.text())
                .putNull("refusal");
        return json.putNull("logprobs").put("finish_reason", word(choice.finished()));
    }

    @Override
    List<ObjectNode> opening(int choice) {
        return List.of(
                chunk(choice, Json.object().put("role", Message.ASSISTANT).put("content", ""), null));
    }

    @Override
    List<ObjectNode> chunks(Answer.Piece piece) {
        List<ObjectNode> chunks = new ArrayList<>();
        if (!piece.text().isEmpty()) {
            chunks.add(chunk(piece.choice(), Json.object().put("content", piece.text()), null));
        }
        if (piece.finished() != null) {
            chunks.add(chunk(piece.choice(), Json.object(), piece.finished()));
        }
        return chunks;
    }

    private ObjectNode chunk(int choice, ObjectNode delta, @Nullable FinishReason finished) {
        ObjectNode json = Json.object().put("index", choice);
        json.set("delta", delta);
        return envelope(CHUNK, json.putNull("logprobs").put("finish_reason", word(finished)));
    }

    @Override
    ObjectNode empty() {
        return envelope(CHUNK);
    }
}
