package org.aifactory.engine.weights;

import java.util.List;
import java.util.OptionalInt;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Between {@code generation_config.json} and {@link GenerationConfig}. */
final class HuggingFaceGeneration {

    private HuggingFaceGeneration() {}

    /** Token ids of {@code generation} go before those of {@code config}; the former may be an empty object. */
    static GenerationConfig read(JsonFile config, JsonFile generation) {
        List<Integer> endIds = generation.ids("eos_token_id");
        return new GenerationConfig(
                either(generation.optionalId("bos_token_id"), config.optionalId("bos_token_id")),
                endIds.isEmpty() ? config.ids("eos_token_id") : endIds,
                either(generation.optionalId("pad_token_id"), config.optionalId("pad_token_id")),
                generation.optionalNumber("temperature"),
                generation.optionalNumber("top_p"),
                generation.optionalId("top_k"));
    }

    private static OptionalInt either(OptionalInt first, OptionalInt second) {
        return first.isPresent() ? first : second;
    }

    static ObjectNode write(GenerationConfig generation) {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        putTokens(json, generation);
        // transformers warns about a temperature beside greedy decoding, so sampling is declared with it.
        if (generation.temperature().isPresent()) {
            json.put("do_sample", true);
        }
        generation.temperature().ifPresent(value -> json.put("temperature", value));
        generation.topP().ifPresent(value -> json.put("top_p", value));
        generation.topK().ifPresent(value -> json.put("top_k", value));
        return json;
    }

    /** The ids that both files state. */
    static void putTokens(ObjectNode json, GenerationConfig generation) {
        generation.beginId().ifPresentOrElse(id -> json.put("bos_token_id", id), () -> json.putNull("bos_token_id"));
        if (generation.endIds().size() == 1) {
            json.put("eos_token_id", generation.endIds().getFirst());
        } else if (generation.endIds().isEmpty()) {
            json.putNull("eos_token_id");
        } else {
            generation.endIds().forEach(json.putArray("eos_token_id")::add);
        }
        generation.paddingId().ifPresent(id -> json.put("pad_token_id", id));
    }
}
