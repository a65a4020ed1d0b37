package org.aifactory.engine.generation;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.aifactory.engine.model.Decoder;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.Parameters;
import org.aifactory.engine.model.Rope;
import org.aifactory.engine.model.RopeScaling;
import org.aifactory.engine.model.WeightLayout;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Tiny models with random weights, and their logits as the whole-sequence decoder computes them. */
final class RandomModel {
    private final ModelConfig config;
    private final MemorySegment flat;

    private RandomModel(ModelConfig config, long seed) {
        this.config = config;
        this.flat = Arena.ofAuto().allocate(WeightLayout.of(config).size() * Float.BYTES, 64);
        Random random = new Random(seed);
        for (WeightLayout.Entry entry : WeightLayout.of(config).entries()) {
            boolean norm = entry.shape().size() == 1;
            for (long i = 0; i < entry.size(); i++) {
                float value = (float) (norm ? 1 + 0.2 * random.nextGaussian() : 0.1 * random.nextGaussian());
                flat.setAtIndex(ValueLayout.JAVA_FLOAT, entry.offset() + i, value);
            }
        }
    }

    /** Grouped queries, tied embeddings, plain positions: a small Llama. */
    static RandomModel llama() {
        return new RandomModel(
                new ModelConfig(320, 64, 2, 4, 2, 16, 128, 64, 10_000, new RopeScaling.None(), 1e-5, true, false), 1);
    }

    /** Norms of queries and keys, heads wider than the model, an output projection of its own: a small Qwen3. */
    static RandomModel qwen() {
        return new RandomModel(
                new ModelConfig(320, 64, 3, 4, 4, 32, 192, 300, 1_000_000, new RopeScaling.None(), 1e-6, false, true),
                2);
    }

    /** Stretched positions as in Llama 3.1. */
    static RandomModel stretchedLlama() {
        return new RandomModel(
                new ModelConfig(
                        320,
                        128,
                        2,
                        4,
                        1,
                        32,
                        192,
                        300,
                        500_000,
                        new RopeScaling.Llama3(8, 1, 4, 64),
                        1e-5,
                        true,
                        false),
                3);
    }

    ModelConfig config() {
        return config;
    }

    MemorySegment flat() {
        return flat;
    }

    int[] tokens(int length, long seed) {
        return new Random(seed).ints(length, 0, config.vocabularySize()).toArray();
    }

    /** Logits after the last of {@code tokens}, recomputed over the whole sequence. */
    float[] logitsAfter(int... tokens) {
        try (PointerScope scope = new PointerScope()) {
            long size = WeightLayout.of(config).size();
            Tensor weights =
                    torch.from_blob(new FloatPointer(flat.asByteBuffer().asFloatBuffer()), new long[] {size});
            Decoder decoder = new Decoder(
                    config,
                    Parameters.of(config, weights),
                    Rope.of(config, config.contextLength(), new Device("cpu"), ScalarType.Float));
            long[] ids = Arrays.stream(tokens).asLongStream().toArray();
            Tensor logits = decoder.logits(Tensor.create(ids, 1, ids.length))
                    .select(1, -1)
                    .contiguous();
            float[] values = new float[config.vocabularySize()];
            logits.data_ptr_float().get(values);
            return values;
        }
    }

    int likeliestAfter(int... tokens) {
        float[] logits = logitsAfter(tokens);
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }
}
