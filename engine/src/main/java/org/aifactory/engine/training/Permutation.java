package org.aifactory.engine.training;

import java.util.SplittableRandom;

/**
 * A seeded shuffle of 0 to {@code size - 1} that takes no memory: a four-round Feistel network on the next power of four, walked
 * until it lands inside (Black and Rogaway 2002, "Ciphers with arbitrary finite domains").
 */
final class Permutation {
    private static final int ROUNDS = 4;

    private final long size;
    private final int halfBits;
    private final long[] keys = new long[ROUNDS];

    Permutation(long size, long seed) {
        if (size <= 0) {
            throw new IllegalArgumentException("nothing to shuffle");
        }
        this.size = size;
        int bits = Math.max(2, 64 - Long.numberOfLeadingZeros(size - 1));
        this.halfBits = (bits + 1) / 2;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS; round++) {
            keys[round] = random.nextLong();
        }
    }

    /** Where {@code index} goes. */
    long apply(long index) {
        long value = index;
        do {
            value = network(value);
        } while (value >= size);
        return value;
    }

    private long network(long value) {
        long mask = (1L << halfBits) - 1;
        long left = value >>> halfBits;
        long right = value & mask;
        for (long key : keys) {
            long next = left ^ (mix(right ^ key) & mask);
            left = right;
            right = next;
        }
        return (left << halfBits) | right;
    }

    /** The finalizer of MurmurHash3: every bit of the input moves every bit of the result. */
    private static long mix(long input) {
        long value = input;
        value = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
        value = (value ^ (value >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return value ^ (value >>> 33);
    }
}
