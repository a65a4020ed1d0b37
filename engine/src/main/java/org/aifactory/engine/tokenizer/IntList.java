package org.aifactory.engine.tokenizer;

import java.util.Arrays;

/** A growing list of ints without boxes. */
final class IntList {
    private int[] values;
    private int size;

    IntList(int capacity) {
        values = new int[Math.max(4, capacity)];
    }

    void add(int value) {
        if (size == values.length) {
            grow(1);
        }
        values[size++] = value;
    }

    void addAll(int[] added) {
        if (size + added.length > values.length) {
            grow(added.length);
        }
        System.arraycopy(added, 0, values, size, added.length);
        size += added.length;
    }

    private void grow(int added) {
        values = Arrays.copyOf(values, Math.max(Math.addExact(size, added), (int)
                Math.min(size * 2L, Integer.MAX_VALUE - 8)));
    }

    int get(int index) {
        return values[index];
    }

    int size() {
        return size;
    }

    int[] toArray() {
        return Arrays.copyOf(values, size);
    }
}
