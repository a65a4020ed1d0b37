package org.aifactory.engine.model;

/**
 * The shape of a decoder-only transformer of the Llama family. A record of this describes exactly one Hugging Face
 * {@code LlamaForCausalLM} (also Mistral without a sliding window) or {@code Qwen3ForCausalLM}.
 *
 * @param vocabularySize rows of the embedding
 * @param width size of the residual stream ({@code hidden_size})
 * @param depth number of blocks
 * @param heads query heads
 * @param keyValueHeads key and value heads; divides {@code heads}
 * @param headWidth size of one head; {@code heads * headWidth} need not equal {@code width}
 * @param feedForwardWidth inner size of SwiGLU ({@code intermediate_size})
 * @param contextLength longest sequence the model was trained on, in tokens
 * @param ropeTheta base of the rotary frequencies
 * @param ropeScaling stretching of the rotary frequencies
 * @param normEpsilon added to the mean square in RMSNorm
 * @param tiedEmbeddings whether the output projection is the embedding itself
 * @param queryKeyNorm whether queries and keys pass an RMSNorm per head before RoPE, as in Qwen3
 */
public record ModelConfig(
        int vocabularySize,
        int width,
        int depth,
        int heads,
        int keyValueHeads,
        int headWidth,
        int feedForwardWidth,
        int contextLength,
        double ropeTheta,
        RopeScaling ropeScaling,
        double normEpsilon,
        boolean tiedEmbeddings,
        boolean queryKeyNorm) {

    public ModelConfig {
        positive("vocabularySize", vocabularySize);
        positive("width", width);
        positive("depth", depth);
        positive("heads", heads);
        positive("keyValueHeads", keyValueHeads);
        positive("headWidth", headWidth);
        positive("feedForwardWidth", feedForwardWidth);
        positive("contextLength", contextLength);
        if (heads % keyValueHeads != 0) {
            throw new IllegalArgumentException(
                    keyValueHeads + " key-value heads do not divide " + heads + " query heads");
        }
        if (headWidth % 2 != 0) {
            throw new IllegalArgumentException("rotary embedding needs an even head width, not " + headWidth);
        }
    }

    private static void positive(String name, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be positive, not " + value);
        }
    }

    /** Rows of the query projection. */
    public int queryWidth() {
        return heads * headWidth;
    }

    /** Rows of the key projection, and of the value projection. */
    public int keyValueWidth() {
        return keyValueHeads * headWidth;
    }

    /** Number of distinct weights. */
    public long parameters() {
        return WeightLayout.of(this).size();
    }

    /** Weights that take part in matrix products for each token: all but the norms and, if untied, the input embedding. */
    public long matrixParameters() {
        long block = (long) width * (queryWidth() + 2L * keyValueWidth())
                + (long) queryWidth() * width
                + 3L * width * feedForwardWidth;
        return depth * block + (long) vocabularySize * width;
    }

    /**
     * Floating-point operations of forward and backward for one token in a sequence of {@code length}: six per matrix weight and
     * 12 * depth * queryWidth * length for attention, the count of PaLM (Chowdhery et al. 2022, arXiv:2204.02311, appendix B).
     */
    public double trainingFlopsPerToken(int length) {
        return 6.0 * matrixParameters() + 12.0 * depth * queryWidth() * length;
    }
}
