package org.aifactory.engine.server;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** {@code text_completion}, for wholes and chunks alike. */
final class CompletionFormat extends Format {
    private static final String OBJECT = "text_completion";

    CompletionFormat(String id, long created, String model) {
        super("cmpl-" + id, created, model);
    }

    @Override
    ObjectNode whole(List<Answer.Piece> choices) {
        return envelope(OBJECT, choices.stream().map(CompletionFormat::choice).toArray(ObjectNode[]::new));
    }

    @Override
    List<ObjectNode> opening(int choice) {
        return List.of();
    }

    @Override
    List<ObjectNode> chunks(Answer.Piece piece) {
        return List.of(envelope(OBJECT, choice(piece)));
    }

    private static ObjectNode choice(Answer.Piece piece) {
        return Json.object()
                .put("index", piece.choice())
                .put("text", piece.text())
                .putNull("logprobs")
                .put("finish_reason", word(piece.finished()));
    }

    @Override
    ObjectNode empty() {
        return envelope(OBJECT);
    }
}
