package org.aifactory.engine.generation;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.WeightLayout;

/** A model's weights as {@link CachedDecoder} uses them: matrices are views of the flat array, the small norms are copies. */
@SuppressWarnings("ArrayRecordComponent") // Read in every pass, never compared.
record DecoderWeights(Matrix embedding, List<Block> blocks, float[] finalNorm, Matrix output) {

    /** One block; the norms of queries and keys are empty where the architecture has none. */
    @SuppressWarnings("ArrayRecordComponent") // As above.
    record Block(
            float[] attentionNorm,
            Matrix queryKeyValue,
            float[] queryNorm,
            float[] keyNorm,
            Matrix attentionOutput,
            float[] feedForwardNorm,
            Matrix gateUp,
            Matrix down) {}

    /**
     * Views of {@code flat}.
     *
     * @param flat float32 in the order of {@link WeightLayout}
     */
    static DecoderWeights of(ModelConfig config, MemorySegment flat) {
        Source source = new Source(WeightLayout.of(config), flat);
        Matrix embedding = source.matrix(WeightLayout.EMBEDDING, config.vocabularySize(), config.width());
        List<Block> blocks = new ArrayList<>();
        for (int block = 0; block < config.depth(); block++) {
            blocks.add(source.block(config, block));
        }
        Matrix output = config.tiedEmbeddings()
                ? embedding
                : source.matrix(WeightLayout.OUTPUT, config.vocabularySize(), config.width());
        return new DecoderWeights(embedding, List.copyOf(blocks), source.vector(WeightLayout.FINAL_NORM), output);
    }

    private record Source(WeightLayout layout, MemorySegment flat) {
        Block block(ModelConfig config, int block) {
            boolean queryKeyNorm = config.queryKeyNorm();
            return new Block(
                    vector(WeightLayout.name(block, "input_layernorm")),
                    matrix(
                            WeightLayout.name(block, "self_attn.q_proj"),
                            config.queryWidth() + 2 * config.keyValueWidth(),
                            config.width()),
                    queryKeyNorm ? vector(WeightLayout.name(block, "self_attn.q_norm")) : new float[0],
                    queryKeyNorm ? vector(WeightLayout.name(block, "self_attn.k_norm")) : new float[0],
                    matrix(WeightLayout.name(block, "self_attn.o_proj"), config.width(), config.queryWidth()),
                    vector(WeightLayout.name(block, "post_attention_layernorm")),
                    matrix(WeightLayout.name(block, "mlp.gate_proj"), 2 * config.feedForwardWidth(), config.width()),
                    matrix(WeightLayout.name(block, "mlp.down_proj"), config.width(), config.feedForwardWidth()));
        }

        /** A matrix that begins at the weight called {@code name} and may run on into the neighbours fused with it. */
        Matrix matrix(String name, int rows, int columns) {
            return new Matrix(slice(name, (long) rows * columns), rows, columns);
        }

        float[] vector(String name) {
            return slice(name, layout.entry(name).size()).toArray(ValueLayout.JAVA_FLOAT);
        }

        private MemorySegment slice(String name, long elements) {
            return flat.asSlice(Matrix.bytes(layout.entry(name).offset()), Matrix.bytes(elements));
        }
    }
}
