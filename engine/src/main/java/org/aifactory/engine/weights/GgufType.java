package org.aifactory.engine.weights;

import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Element types of GGUF that the export offers, with the numbers the format gives them. */
public enum GgufType {
    F32(0, 0, 1, 4),
    F16(1, 1, 1, 2),
    /** Blocks of 32: a 16-bit scale, then 32 signed bytes. */
    Q8_0(8, 7, 32, 34);

    private static final ValueLayout.OfShort SHORT = JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final int code;
    private final int fileType;
    private final int blockElements;
    private final int blockBytes;

    GgufType(int code, int fileType, int blockElements, int blockBytes) {
        this.code = code;
        this.fileType = fileType;
        this.blockElements = blockElements;
        this.blockBytes = blockBytes;
    }

    /** Number in a tensor's description. */
    int code() {
        return code;
    }

    /** Number for a file whose matrices are mostly of this type. */
    int fileType() {
        return fileType;
    }

    /** Whether rows of this many elements are made of whole blocks. */
    boolean holds(long columns) {
        return columns % blockElements == 0;
    }

    long byteSize(long elements) {
        return elements / blockElements * blockBytes;
    }

    /** Writes {@code values} at a byte offset of {@code target}. */
    void encode(float[] values, MemorySegment target, long offset) {
        switch (this) {
            case F32 -> FloatConversion.encode(values, values.length, DataType.F32, target, offset);
            case F16 -> FloatConversion.encode(values, values.length, DataType.F16, target, offset);
            case Q8_0 -> {
                for (int block = 0; block < values.length / blockElements; block++) {
                    encodeBlock(values, block * blockElements, target, offset + (long) block * blockBytes);
                }
            }
        }
    }

    /** ggml's rule: the largest magnitude becomes 127, the quotients are rounded with the scale before it is itself rounded. */
    private void encodeBlock(float[] values, int start, MemorySegment target, long offset) {
        float largest = 0;
        for (int i = start; i < start + blockElements; i++) {
            largest = Math.max(largest, Math.abs(values[i]));
        }
        float scale = largest / 127;
        float inverse = scale == 0 ? 0 : 1 / scale;
        target.set(SHORT, offset, Float.floatToFloat16(scale));
        for (int i = 0; i < blockElements; i++) {
            float quotient = values[start + i] * inverse;
            // C's roundf: halves away from zero.
            byte quantum = (byte) Math.copySign(Math.floor(Math.abs(quotient) + 0.5f), quotient);
            target.set(ValueLayout.JAVA_BYTE, offset + Short.BYTES + i, quantum);
        }
    }
}
