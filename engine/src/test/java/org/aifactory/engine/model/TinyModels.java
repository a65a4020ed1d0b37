package org.aifactory.engine.model;

/** Models of a few thousand weights, and weights that any program can make again from a formula. */
public final class TinyModels {

    private TinyModels() {}

    /** Two blocks of Llama with two query heads for each key-value head. */
    public static ModelConfig llama(boolean tied, RopeScaling scaling, double theta) {
        return new ModelConfig(11, 8, 2, 4, 2, 4, 12, 64, theta, scaling, 1e-5, tied, false);
    }

    public static ModelConfig llama() {
        return llama(true, new RopeScaling.None(), 10_000);
    }

    /** Two blocks of Qwen3, whose heads together are wider than the residual stream. */
    public static ModelConfig qwen3() {
        return new ModelConfig(11, 8, 2, 4, 2, 6, 12, 64, 1_000_000, new RopeScaling.None(), 1e-5, true, true);
    }

    /** Weight i is a 32-bit hash of i, scaled to -0.5 .. 0.5, plus one for the scales of norms. */
    public static float[] weights(ModelConfig config) {
        WeightLayout layout = WeightLayout.of(config);
        float[] weights = new float[Math.toIntExact(layout.size())];
        for (WeightLayout.Entry entry : layout.entries()) {
            double middle = entry.shape().size() == 1 ? 1 : 0;
            for (long i = entry.offset(); i < entry.offset() + entry.size(); i++) {
                weights[(int) i] = (float) (middle - 0.5 + Integer.toUnsignedLong(hash((int) i)) / 0x1p32);
            }
        }
        return weights;
    }

    private static int hash(int i) {
        int mixed = i * 0x9E3779B1;
        mixed ^= mixed >>> 16;
        return mixed * 0x85EBCA77;
    }
}
