package org.aifactory.engine.weights;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.Consumer;

/** A named array about to be written to a safetensors file. Its bytes are made while they are written. */
public final class Tensor {

    private final String name;
    private final DataType type;
    private final List<Long> shape;
    private final MemorySegment data;
    private final DataType dataType;

    private Tensor(String name, DataType type, List<Long> shape, MemorySegment data, DataType dataType) {
        long elements = shape.stream().reduce(1L, Math::multiplyExact);
        if (data.byteSize() != Math.multiplyExact(elements, dataType.bytes())) {
            throw new IllegalArgumentException("tensor " + name + " of shape " + shape + " does not fill "
                    + data.byteSize() + " bytes of " + dataType);
        }
        this.name = name;
        this.type = type;
        this.shape = List.copyOf(shape);
        this.data = data;
        this.dataType = dataType;
    }

    /** A tensor written as it is: {@code data} holds little-endian elements of {@code type} in row order. */
    public static Tensor of(String name, DataType type, List<Long> shape, MemorySegment data) {
        return new Tensor(name, type, shape, data, type);
    }

    /** 32-bit floats written as F32, F16 or BF16, rounded to the nearest, ties to even. */
    public static Tensor ofFloats(String name, DataType type, List<Long> shape, MemorySegment floats) {
        if (!FloatConversion.isSupported(type)) {
            throw new IllegalArgumentException("floats cannot be written as " + type);
        }
        return new Tensor(name, type, shape, floats, DataType.F32);
    }

    public String name() {
        return name;
    }

    public DataType type() {
        return type;
    }

    public List<Long> shape() {
        return shape;
    }

    /** Bytes in the file. */
    public long byteSize() {
        return data.byteSize() / dataType.bytes() * type.bytes();
    }

    /** Hands the bytes of the file to {@code sink}, piece after piece; a piece is valid only during the call. */
    void forEachPiece(Consumer<MemorySegment> sink) {
        if (type == dataType) {
            // Only native memory and byte arrays can be handed to a file; other arrays are small enough to be copied.
            sink.accept(data.isNative() ? data : MemorySegment.ofArray(data.toArray(ValueLayout.JAVA_BYTE)));
            return;
        }
        long elements = data.byteSize() / Float.BYTES;
        float[] values = new float[(int) Math.min(FloatConversion.CHUNK, elements)];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment piece = arena.allocate((long) values.length * type.bytes());
            for (long start = 0; start < elements; start += values.length) {
                int count = (int) Math.min(values.length, elements - start);
                FloatConversion.decode(DataType.F32, data, start, values, count);
                FloatConversion.encode(values, count, type, piece, 0);
                sink.accept(piece.asSlice(0, (long) count * type.bytes()));
            }
        }
    }
}
