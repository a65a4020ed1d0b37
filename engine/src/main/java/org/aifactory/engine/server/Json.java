package org.aifactory.engine.server;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON from strangers and for them. */
final class Json {
    private static final int NESTING_MAX = 32;
    /** A prompt of token ids is the longest honest list. */
    private static final int TOKENS_MAX = 1_000_000;

    private static final int NUMBER_MAX = 100;
    private static final int NAME_MAX = 1_000;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(NESTING_MAX)
                            .maxTokenCount(TOKENS_MAX)
                            .maxNumberLength(NUMBER_MAX)
                            .maxNameLength(NAME_MAX)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** The object that a request consists of. */
    static ObjectNode read(byte[] body) {
        JsonNode node;
        try {
            node = MAPPER.readTree(body);
        } catch (StreamConstraintsException excess) {
            throw ApiError.invalid(
                    "The body is nested deeper, or has more parts or longer names and numbers, than a request may have.");
        } catch (JacksonException wrong) {
            throw ApiError.invalid("The body is not valid JSON: " + ApiError.shown(wrong.getOriginalMessage()));
        }
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw ApiError.invalid("The body must be a JSON object.");
    }

    static String text(ObjectNode json) {
        return MAPPER.writeValueAsString(json);
    }
}
