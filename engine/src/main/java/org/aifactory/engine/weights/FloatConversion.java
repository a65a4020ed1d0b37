package org.aifactory.engine.weights;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Between 32-bit floats and the float types of model files, a chunk at a time. The work is done on arrays because the
 * compiler vectorises those loops.
 */
final class FloatConversion {

    /** Elements held at once: small enough for the cache, large enough that calls do not count. */
    static final int CHUNK = 1 << 15;

    private static final ValueLayout.OfShort SHORT = JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT = JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private FloatConversion() {}

    /** Whether {@link #decode} and {@link #encode} know this type. */
    static boolean isSupported(DataType type) {
        return type == DataType.F32 || type == DataType.F16 || type == DataType.BF16;
    }

    /** Reads all of {@code source}, elements of {@code type}, into {@code target}, 32-bit floats. */
    static void decode(DataType type, MemorySegment source, MemorySegment target) {
        if (type == DataType.F32) {
            MemorySegment.copy(source, 0, target, 0, source.byteSize());
            return;
        }
        long elements = source.byteSize() / type.bytes();
        float[] values = new float[(int) Math.min(CHUNK, elements)];
        for (long start = 0; start < elements; start += CHUNK) {
            int count = (int) Math.min(CHUNK, elements - start);
            decode(type, source, start, values, count);
            MemorySegment.copy(values, 0, target, FLOAT, start * Float.BYTES, count);
        }
    }

    /** Reads {@code count} elements of {@code type} from element {@code start} of {@code source} into {@code values}. */
    static void decode(DataType type, MemorySegment source, long start, float[] values, int count) {
        long offset = start * type.bytes();
        switch (type) {
            case F32 -> MemorySegment.copy(source, FLOAT, offset, values, 0, count);
            case F16 -> {
                short[] halves = halves(source, offset, count);
                for (int i = 0; i < count; i++) {
                    values[i] = Float.float16ToFloat(halves[i]);
                }
            }
            case BF16 -> {
                short[] halves = halves(source, offset, count);
                for (int i = 0; i < count; i++) {
                    values[i] = Float.intBitsToFloat(halves[i] << 16);
                }
            }
            default -> throw new IllegalArgumentException(type + " is not a float type of model weights");
        }
    }

    private static short[] halves(MemorySegment source, long offset, int count) {
        short[] halves = new short[count];
        MemorySegment.copy(source, SHORT, offset, halves, 0, count);
        return halves;
    }

    /** Writes the first {@code count} of {@code values} as elements of {@code type} at byte {@code offset} of {@code target}. */
    static void encode(float[] values, int count, DataType type, MemorySegment target, long offset) {
        switch (type) {
            case F32 -> MemorySegment.copy(values, 0, target, FLOAT, offset, count);
            case F16 -> {
                short[] halves = new short[count];
                for (int i = 0; i < count; i++) {
                    halves[i] = Float.floatToFloat16(values[i]);
                }
                MemorySegment.copy(halves, 0, target, SHORT, offset, count);
            }
            case BF16 -> {
                short[] halves = new short[count];
                for (int i = 0; i < count; i++) {
                    halves[i] = toBrainFloat(values[i]);
                }
                MemorySegment.copy(halves, 0, target, SHORT, offset, count);
            }
            default -> throw new IllegalArgumentException(type + " is not a float type of model weights");
        }
    }

    /** The nearest bfloat16, ties to even; a NaN stays a NaN even if its payload lay in the bits that are dropped. */
    private static short toBrainFloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        int rounded = bits + 0x7FFF + ((bits >>> 16) & 1);
        return (short) (!Float.isNaN(value) ? rounded >>> 16 : (bits >>> 16) | 0x40);
    }
}
