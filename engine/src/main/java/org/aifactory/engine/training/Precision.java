package org.aifactory.engine.training;

import org.bytedeco.pytorch.global.torch.ScalarType;

/** The number format of matrix products and activations. Weights, gradient sums and optimizer state stay in 32 bits. */
public enum Precision {
    FLOAT32(Float.BYTES),
    BFLOAT16(Short.BYTES);

    private final int bytes;

    Precision(int bytes) {
        this.bytes = bytes;
    }

    /** Its name in LibTorch, of which nothing is loaded before this is asked for. */
    public ScalarType type() {
        return switch (this) {
            case FLOAT32 -> ScalarType.Float;
            case BFLOAT16 -> ScalarType.BFloat16;
        };
    }

    /** Bytes of one number. */
    public int bytes() {
        return bytes;
    }
}
