package org.aifactory.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/**
 * Aim: the reference computes what Hugging Face's models compute. Method: the golden values are the logits after the last token
 * that transformers 5.23 gave in double precision for the same shapes and the weights of {@link TinyModels#weights}.
 */
class ReferenceDecoderTest {

    private static final int[] IDS = {3, 1, 4, 1, 5, 9, 2, 6};

    @Test
    void agreesWithTransformersOnLlamaWithGroupedQueries() {
        agrees(
                TinyModels.llama(),
                -1.808447,
                1.10224,
                -0.19415,
                0.318371,
                0.6172,
                -0.460275,
                1.234754,
                -0.335106,
                0.597721,
                -1.146756,
                -0.105058);
    }

    @Test
    void agreesWithTransformersOnUntiedLlamaWithLlama3Scaling() {
        agrees(
                TinyModels.llama(false, new RopeScaling.Llama3(8, 1, 4, 16), 10_000),
                -0.274536,
                0.700765,
                -1.861414,
                0.961264,
                -0.409385,
                -0.478469,
                -0.593938,
                0.797811,
                1.840087,
                -0.554793,
                -0.191837);
    }

    @Test
    void agreesWithTransformersOnLlamaWithLinearScaling() {
        agrees(
                TinyModels.llama(true, new RopeScaling.Linear(2), 500),
                -2.028873,
                0.988307,
                -0.424173,
                -0.12188,
                0.707217,
                -1.279515,
                1.733114,
                -1.08939,
                1.045668,
                -1.023715,
                -0.324157);
    }

    @Test
    void agreesWithTransformersOnQwen3() {
        agrees(
                TinyModels.qwen3(),
                -0.811143,
                0.012888,
                0.098375,
                -0.489044,
                0.44838,
                -1.410365,
                0.541546,
                -1.125972,
                1.333305,
                -0.174911,
                -0.704734);
    }

    private static void agrees(ModelConfig config, double... golden) {
        double[][] logits = new ReferenceDecoder(config, TinyModels.weights(config)).logits(IDS);
        assertThat(logits).hasDimensions(IDS.length, config.vocabularySize());
        // transformers rounds the rotary tables to 32 bits even in a double-precision model.
        assertThat(logits[IDS.length - 1]).containsExactly(golden, within(2e-5));
    }
}
