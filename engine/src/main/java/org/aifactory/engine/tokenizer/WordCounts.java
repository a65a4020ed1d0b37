package org.aifactory.engine.tokenizer;

import java.util.Arrays;

/** How often each distinct word occurs; the words stand one after the other in one array, found by an open hash table. */
final class WordCounts {
    private static final int EMPTY = -1;

    private byte[] bytes = new byte[1 << 12];
    private int[] ends = new int[1 << 10];
    private int[] hashes = new int[1 << 10];
    private long[] counts = new long[1 << 10];
    private int[] slots = emptySlots(1 << 11);
    private int size;

    int size() {
        return size;
    }

    /** Bytes of all distinct words together. */
    int byteCount() {
        return size == 0 ? 0 : ends[size - 1];
    }

    int start(int word) {
        return word == 0 ? 0 : ends[word - 1];
    }

    int end(int word) {
        return ends[word];
    }

    long count(int word) {
        return counts[word];
    }

    byte byteAt(int index) {
        return bytes[index];
    }

    void add(byte[] source, int from, int to, long count) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = hash * 31 + source[i];
        }
        add(source, from, to, count, hash);
    }

    void addAll(WordCounts other) {
        for (int word = 0; word < other.size; word++) {
            add(other.bytes, other.start(word), other.end(word), other.counts[word], other.hashes[word]);
        }
    }

    private void add(byte[] source, int from, int to, long count, int hash) {
        int slot = slotOf(hash);
        while (slots[slot] != EMPTY) {
            int word = slots[slot];
            if (hashes[word] == hash && Arrays.equals(bytes, start(word), end(word), source, from, to)) {
                counts[word] += count;
                return;
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        slots[slot] = size;
        append(source, from, to, count, hash);
    }

    private void append(byte[] source, int from, int to, long count, int hash) {
        int start = byteCount();
        int end = Math.addExact(start, to - from);
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(end, (int) Math.min(bytes.length * 2L, Integer.MAX_VALUE - 8)));
        }
        System.arraycopy(source, from, bytes, start, to - from);
        if (size == counts.length) {
            ends = Arrays.copyOf(ends, size * 2);
            hashes = Arrays.copyOf(hashes, size * 2);
            counts = Arrays.copyOf(counts, size * 2);
        }
        ends[size] = end;
        hashes[size] = hash;
        counts[size] = count;
        size++;
        if (size * 2 > slots.length) {
            widen();
        }
    }

    private void widen() {
        slots = emptySlots(slots.length * 2);
        for (int word = 0; word < size; word++) {
            int slot = slotOf(hashes[word]);
            while (slots[slot] != EMPTY) {
                slot = (slot + 1) & (slots.length - 1);
            }
            slots[slot] = word;
        }
    }

    private int slotOf(int hash) {
        return ((hash * 0x9E3779B9) >>> 7) & (slots.length - 1);
    }

    private static int[] emptySlots(int length) {
        int[] slots = new int[length];
        Arrays.fill(slots, EMPTY);
        return slots;
    }

    /** The words that occur at least so often. */
    WordCounts atLeast(long count) {
        WordCounts kept = new WordCounts();
        for (int word = 0; word < size; word++) {
            if (counts[word] >= count) {
                kept.add(bytes, start(word), end(word), counts[word], hashes[word]);
            }
        }
        return kept;
    }
}
