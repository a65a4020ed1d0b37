package org.aifactory.engine.weights;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How a model wants to be sampled: what {@code generation_config.json} says, and where it is silent {@code config.json}.
 *
 * @param beginId token that starts a text, if the model has one
 * @param endIds tokens that end a reply
 * @param paddingId token that fills a batch, if the model has one
 * @param temperature divisor of the logits
 * @param topP share of probability kept
 * @param topK number of tokens kept
 */
public record GenerationConfig(
        OptionalInt beginId,
        List<Integer> endIds,
        OptionalInt paddingId,
        OptionalDouble temperature,
        OptionalDouble topP,
        OptionalInt topK) {

    public GenerationConfig {
        endIds = List.copyOf(endIds);
    }

    /** Only what a trained model must say: where texts begin and end. */
    public static GenerationConfig of(OptionalInt beginId, List<Integer> endIds, OptionalInt paddingId) {
        return new GenerationConfig(
                beginId, endIds, paddingId, OptionalDouble.empty(), OptionalDouble.empty(), OptionalInt.empty());
    }

    /** The same with other tokens that end a reply. */
    public GenerationConfig withEndIds(List<Integer> ids) {
        return new GenerationConfig(beginId, ids, paddingId, temperature, topP, topK);
    }
}
