package org.aifactory.engine.generation;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A weight matrix in native memory and the product that applies it to rows of activations.
 *
 * @param values [rows, columns] float32, row after row
 */
record Matrix(MemorySegment values, int rows, int columns) {
    /** Below this many multiplications OpenBLAS multiplies matrices in place instead of copying both into packed form first. */
    private static final int SMALL_PRODUCT = 1_000_000;
    /** From this many input rows on the packed form pays for its copies. */
    private static final int PACKED_FROM = 48;
    /** A piece of work for one member of the crew: large against the few microseconds that handing it over costs. */
    private static final int PIECE_ELEMENTS = 1 << 17;

    /**
     * {@code output = input * valuesᵀ}, or {@code +=}.
     *
     * @param input [count, columns]
     * @param output [count, rows]
     */
    void apply(Crew crew, float[] input, int count, float[] output, boolean add) {
        MemorySegment from = MemorySegment.ofArray(input);
        MemorySegment to = MemorySegment.ofArray(output);
        int block = blockRows(crew, count);
        int blocks = (rows + block - 1) / block;
        crew.share(blocks, piece -> {
            int first = piece * block;
            applyRows(first, Math.min(block, rows - first), from, count, to, add ? 1 : 0);
        });
    }

    private int blockRows(Crew crew, int count) {
        if (count > 1 && count < PACKED_FROM) {
            return Math.max(1, SMALL_PRODUCT / (count * columns));
        }
        int shares = Math.clamp((long) rows * columns / PIECE_ELEMENTS, 1, crew.size());
        return (rows + shares - 1) / shares;
    }

    private void applyRows(int first, int size, MemorySegment input, int count, MemorySegment output, float keep) {
        MemorySegment part = values.asSlice(bytes((long) first * columns));
        MemorySegment target = output.asSlice(bytes(first));
        if (count == 1) {
            Blas.matrixTimesVector(part, size, columns, columns, input, target, keep);
        } else {
            Blas.timesTransposed(input, count, columns, part, size, columns, columns, target, rows, keep);
        }
    }

    /** Copies row {@code index} to {@code output} at {@code offset}. */
    void copyRow(int index, float[] output, int offset) {
        MemorySegment.copy(values, ValueLayout.JAVA_FLOAT, bytes((long) index * columns), output, offset, columns);
    }

    static long bytes(long elements) {
        return elements * Float.BYTES;
    }
}
