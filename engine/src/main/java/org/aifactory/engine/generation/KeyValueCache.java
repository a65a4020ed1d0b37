package org.aifactory.engine.generation;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.aifactory.engine.model.ModelConfig;

/**
 * Keys and values of the tokens of one sequence, so that each token passes the model once. Per block and head one matrix
 * [capacity, headWidth] of keys and one of values, for the attention to read in a row.
 */
final class KeyValueCache implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final int capacity;
    private final int heads;
    private final int headWidth;
    private final MemorySegment memory;
    private int length;

    /** Room for {@code capacity} tokens; {@link #bytes(ModelConfig, int)} tells how much memory that takes. */
    KeyValueCache(ModelConfig config, int capacity) {
        this.capacity = capacity;
        this.heads = config.keyValueHeads();
        this.headWidth = config.headWidth();
        this.memory = arena.allocate(bytes(config, capacity), 64);
    }

    /** Memory of a cache for {@code capacity} tokens. */
    static long bytes(ModelConfig config, int capacity) {
        return 2L * config.depth() * config.keyValueWidth() * capacity * Float.BYTES;
    }

    int capacity() {
        return capacity;
    }

    /** Tokens held so far. */
    int length() {
        return length;
    }

    /** Counts {@code tokens} more, whose keys and values every block has put in. */
    void advance(int tokens) {
        length += tokens;
    }

    /** Keys [capacity, headWidth] of a head in a block. */
    MemorySegment keys(int block, int head) {
        return matrix((2L * block * heads) + head);
    }

    /** Values [capacity, headWidth] of a head in a block. */
    MemorySegment values(int block, int head) {
        return matrix((2L * block + 1) * heads + head);
    }

    private MemorySegment matrix(long index) {
        long bytes = Matrix.bytes((long) capacity * headWidth);
        return memory.asSlice(index * bytes, bytes);
    }

    /** Stores one head of one token in {@code target}, a matrix of this cache. */
    void put(MemorySegment target, int position, float[] source, int offset) {
        MemorySegment.copy(
                source, offset, target, ValueLayout.JAVA_FLOAT, Matrix.bytes((long) position * headWidth), headWidth);
    }

    @Override
    public void close() {
        arena.close();
    }
}
