package org.aifactory.bench;

import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.RopeScaling;

/** Shapes that are measured. */
final class Models {
    private Models() {}

    /** 12.2 million weights: 6 layers, 384 wide, vocabulary 4096. */
    static ModelConfig small(int context) {
        return llama(4096, 384, 6, 1024, context);
    }

    /** 100 million weights: 12 layers, 768 wide, vocabulary 20,480. */
    static ModelConfig large(int context) {
        return llama(20_480, 768, 12, 2048, context);
    }

    private static ModelConfig llama(int vocabulary, int width, int depth, int feedForward, int context) {
        int heads = width / 64;
        return new ModelConfig(
                vocabulary,
                width,
                depth,
                heads,
                heads,
                64,
                feedForward,
                context,
                10_000,
                new RopeScaling.None(),
                1e-6,
                true,
                false);
    }
}
