package org.aifactory.engine.tokenizer;

import java.util.Arrays;

/** The merges of a vocabulary, found by the pair they join: an open hash table that is only read once it is filled. */
final class Merges {
    static final int NONE = -1;

    private static final long EMPTY = -1;

    private final long[] pairs;
    private final int[] ranks;
    private final int[] products;

    Merges(int count) {
        int capacity = Integer.highestOneBit(Math.max(8, count)) * 4;
        pairs = new long[capacity];
        ranks = new int[capacity];
        products = new int[capacity];
        Arrays.fill(pairs, EMPTY);
    }

    /** Puts a merge in; of two merges of the same pair the later stays, as in Hugging Face's reader. */
    void put(int left, int right, int rank, int product) {
        int slot = slot(left, right);
        pairs[slot] = pair(left, right);
        ranks[slot] = rank;
        products[slot] = product;
    }

    /** Where the merge of two tokens stands, or {@link #NONE}. */
    int find(int left, int right) {
        int slot = slot(left, right);
        return pairs[slot] == EMPTY ? NONE : slot;
    }

    /** Order of a found merge: lower is sooner. */
    int rank(int found) {
        return ranks[found];
    }

    /** Token that a found merge makes. */
    int product(int found) {
        return products[found];
    }

    static long pair(int left, int right) {
        return (long) left << 32 | right;
    }

    private int slot(int left, int right) {
        long pair = pair(left, right);
        int mask = pairs.length - 1;
        long mixed = pair * 0x9E3779B97F4A7C15L;
        int slot = (int) (mixed >>> 32) & mask;
        while (pairs[slot] != EMPTY && pairs[slot] != pair) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
