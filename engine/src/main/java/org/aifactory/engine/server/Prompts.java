package org.aifactory.engine.server;

import java.util.List;
import org.aifactory.engine.generation.LanguageModel;
import tools.jackson.databind.JsonNode;

/** The prompts of a completion: a text, several texts, the token ids of one text, or those of several. */
final class Prompts {
    static final String FIELD = "prompt";

    private static final String EXPECTED = "a string, a list of strings, a list of token ids or a list of such lists";

    private final LanguageModel model;
    private final int max;

    Prompts(LanguageModel model, int max) {
        this.model = model;
        this.max = max;
    }

    /** Token ids, at least one of them for each prompt. */
    List<int[]> read(Fields fields) {
        JsonNode node = fields.get(FIELD);
        if (node == null || (node.isEmpty() && !node.isString())) {
            throw fields.wrong(FIELD, EXPECTED);
        }
        boolean isOne = node.isString() || node.path(0).isNumber();
        if (isOne) {
            return List.of(one(fields, node));
        }
        if (node.size() > max) {
            throw fields.wrong(FIELD, "at most " + max + " prompts");
        }
        return node.valueStream().map(prompt -> one(fields, prompt)).toList();
    }

    private int[] one(Fields fields, JsonNode prompt) {
        int[] ids = prompt.isString()
                ? model.tokenizer().encodePrompt(prompt.stringValue())
                : prompt.valueStream().mapToInt(id -> token(fields, id)).toArray();
        if (!prompt.isString() && !prompt.isArray()) {
            throw fields.wrong(FIELD, EXPECTED);
        }
        // Nothing is continued like the beginning of a document.
        return ids.length > 0 ? ids : new int[] {model.tokenizer().endOfText()};
    }

    private int token(Fields fields, JsonNode id) {
        if (!id.isIntegralNumber()
                || !id.canConvertToInt()
                || id.intValue() < 0
                || id.intValue() >= model.config().vocabularySize()) {
            throw fields.wrong(
                    FIELD, EXPECTED + ", ids from 0 to " + (model.config().vocabularySize() - 1));
        }
        return id.intValue();
    }
}
