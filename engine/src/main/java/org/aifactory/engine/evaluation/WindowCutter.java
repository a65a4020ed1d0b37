package org.aifactory.engine.evaluation;

import java.util.Arrays;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Cuts documents of any length into windows of the context length with a stride of half of it. A document's first window scores
 * all its targets, each later one those that its predecessor did not see. Windows in which nothing is to be scored are left out.
 */
final class WindowCutter {
    private final OptionalLong beginning;
    private final int stride;
    private final Consumer<Window> windows;

    /** The beginning token or some token already seen, then what follows it. */
    private final long[] held;

    /** For each token held, whether it is to be scored. */
    private final boolean[] wanted;

    private int size;

    /** Targets that an earlier window has had: {@code held[1]} to {@code held[seen]}. */
    private int seen;

    /**
     * @param beginning token that stands before the first of each document; without one the first is only shown, not scored
     * @param windows told each window, in order
     */
    WindowCutter(int contextLength, OptionalLong beginning, Consumer<Window> windows) {
        this.beginning = beginning;
        this.stride = Math.max(1, contextLength / 2);
        this.windows = windows;
        this.held = new long[contextLength + 1];
        this.wanted = new boolean[contextLength + 1];
        begin();
    }

    private void begin() {
        size = 0;
        seen = 0;
        beginning.ifPresent(token -> hold(token, false));
    }

    private void hold(long token, boolean isWanted) {
        held[size] = token;
        wanted[size] = isWanted;
        size++;
    }

    /** Takes the document's next token, and whether it is to be scored. */
    void accept(long token, boolean isWanted) {
        hold(token, isWanted);
        if (size == held.length) {
            cut();
            System.arraycopy(held, stride, held, 0, size - stride);
            System.arraycopy(wanted, stride, wanted, 0, size - stride);
            size -= stride;
            seen = size - 1;
        }
    }

    /** Ends the document; the next token begins another. */
    void endDocument() {
        if (seen < size - 1) {
            cut();
        }
        begin();
    }

    private void cut() {
        long[] targets = new long[size - 1];
        boolean isEmpty = true;
        for (int i = 0; i < targets.length; i++) {
            boolean isScored = i >= seen && wanted[i + 1];
            targets[i] = isScored ? held[i + 1] : Window.NOT_SCORED;
            isEmpty &= !isScored;
        }
        if (!isEmpty) {
            windows.accept(new Window(Arrays.copyOf(held, size - 1), targets));
        }
    }
}
