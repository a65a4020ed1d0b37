package org.aifactory.engine.evaluation;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Cuts documents of any length into windows of the context length with a stride of half of it. A document's first window scores
 * all its targets, each later one those that its predecessor did not see.
 */
final class WindowCutter {
    private final long beginning;
    private final int stride;
    private final Consumer<Window> windows;

    /** The beginning token or some token already scored, then what follows it. */
    private final long[] held;

    private int size;

    /** Targets that are scored already: {@code held[1]} to {@code held[scored]}. */
    private int scored;

    /**
     * @param beginning token that stands before the first of each document
     * @param windows told each window, in order
     */
    WindowCutter(int contextLength, long beginning, Consumer<Window> windows) {
        this.beginning = beginning;
        this.stride = Math.max(1, contextLength / 2);
        this.windows = windows;
        this.held = new long[contextLength + 1];
        begin();
    }

    private void begin() {
        held[0] = beginning;
        size = 1;
        scored = 0;
    }

    /** Takes the document's next token. */
    void accept(long token) {
        held[size++] = token;
        if (size == held.length) {
            cut();
            System.arraycopy(held, stride, held, 0, size - stride);
            size -= stride;
            scored = size - 1;
        }
    }

    /** Ends the document; the next token begins another. */
    void endDocument() {
        if (scored < size - 1) {
            cut();
        }
        begin();
    }

    private void cut() {
        long[] targets = Arrays.copyOfRange(held, 1, size);
        Arrays.fill(targets, 0, scored, Window.NOT_SCORED);
        windows.accept(new Window(Arrays.copyOf(held, size - 1), targets));
    }
}
