package org.aifactory.engine.training;

import org.bytedeco.pytorch.global.torch.ScalarType;

/** The number format of matrix products and activations. Weights, gradient sums and optimizer state stay in 32 bits. */
public enum Precision {
    FLOAT32(ScalarType.Float, 4),
    BFLOAT16(ScalarType.BFloat16, 2);

    private final ScalarType type;
    private final int bytes;

    Precision(ScalarType type, int bytes) {
        this.type = type;
        this.bytes = bytes;
    }

    public ScalarType type() {
        return type;
    }

    /** Bytes of one number. */
    public int bytes() {
        return bytes;
    }
}
