package org.aifactory.engine.tokenizer;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How often each pair of neighbours occurs, and in which words: an open hash table that numbers pairs as they first come. */
final class PairCounts {
    private static final int EMPTY = -1;

    private long[] pairs = new long[1 << 12];
    private long[] counts = new long[1 << 12];
    private @Nullable IntList[] words = new IntList[1 << 12];
    private int[] slots = emptySlots(1 << 13);
    private int size;

    /** Number of pairs ever met. */
    int size() {
        return size;
    }

    long pair(int index) {
        return pairs[index];
    }

    long count(int index) {
        return counts[index];
    }

    /** Words in which the pair stands, or stood once, each in order; they are forgotten here. */
    IntList takeWords(int index) {
        IntList taken = words[index];
        words[index] = null;
        return taken == null ? new IntList(0) : taken;
    }

    void add(int left, int right, int word, long count) {
        int index = index(left, right);
        counts[index] += count;
        IntList list = words[index];
        if (list == null) {
            list = new IntList(4);
            words[index] = list;
        }
        if (list.size() == 0 || list.get(list.size() - 1) != word) {
            list.add(word);
        }
    }

    void subtract(int left, int right, long count) {
        counts[index(left, right)] -= count;
    }

    private int index(int left, int right) {
        long pair = Merges.pair(left, right);
        int slot = slotOf(pair);
        while (slots[slot] != EMPTY) {
            if (pairs[slots[slot]] == pair) {
                return slots[slot];
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        slots[slot] = size;
        return append(pair);
    }

    private int append(long pair) {
        if (size == pairs.length) {
            pairs = Arrays.copyOf(pairs, size * 2);
            counts = Arrays.copyOf(counts, size * 2);
            words = Arrays.copyOf(words, size * 2);
        }
        pairs[size] = pair;
        size++;
        if (size * 2 > slots.length) {
            widen();
        }
        return size - 1;
    }

    private void widen() {
        slots = emptySlots(slots.length * 2);
        for (int index = 0; index < size; index++) {
            int slot = slotOf(pairs[index]);
            while (slots[slot] != EMPTY) {
                slot = (slot + 1) & (slots.length - 1);
            }
            slots[slot] = index;
        }
    }

    private int slotOf(long pair) {
        return (int) ((pair * 0x9E3779B97F4A7C15L) >>> 32) & (slots.length - 1);
    }

    private static int[] emptySlots(int length) {
        int[] slots = new int[length];
        Arrays.fill(slots, EMPTY);
        return slots;
    }
}
