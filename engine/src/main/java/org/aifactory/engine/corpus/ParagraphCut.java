package org.aifactory.engine.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * Finds where to cut the last part off a text: near the wanted place, before a paragraph (after a blank line); where there is
 * none near, before a line; else before a sentence, a word, a character.
 */
final class ParagraphCut {
    private static final long WINDOW_BYTES_MAX = 1 << 19;
    private static final byte[] IDEOGRAPHIC_FULL_STOP = "。".getBytes(UTF_8);

    /** Kinds of places, the best first. */
    private enum Place {
        PARAGRAPH,
        LINE,
        SENTENCE,
        WORD,
        CHARACTER,
        NONE
    }

    private final byte[] window;

    private ParagraphCut(byte[] window) {
        this.window = window;
    }

    /** Reads bytes of the text. */
    @FunctionalInterface
    interface Bytes {
        byte[] read(long from, long to);
    }

    /**
     * The offset of the last part's first byte; {@code size} when there is nothing to cut off.
     *
     * @param bytes the text in UTF-8
     * @param size its length in bytes
     * @param tailBytes wanted length of the last part; the cut is less than as much again away from it
     */
    static long find(Bytes bytes, long size, long tailBytes) {
        if (tailBytes <= 0 || tailBytes >= size) {
            return size;
        }
        long target = size - tailBytes;
        long reach = Math.min(tailBytes - 1, WINDOW_BYTES_MAX);
        long from = Math.max(0, target - reach - 1);
        long to = Math.min(size, target + reach + 1);
        int nearest = new ParagraphCut(bytes.read(from, to)).nearest((int) (target - from));
        return nearest == 0 ? size : from + nearest;
    }

    /** The best place in the window, of equal ones the nearest; 0 when there is none. */
    private int nearest(int target) {
        int best = 0;
        Place bestPlace = Place.NONE;
        for (int i = 1; i < window.length; i++) {
            Place place = place(i);
            int order = place.compareTo(bestPlace);
            if (order < 0 || (order == 0 && best > 0 && Math.abs(i - target) < Math.abs(best - target))) {
                best = i;
                bestPlace = place;
            }
        }
        return best;
    }

    private Place place(int i) {
        byte before = window[i - 1];
        if (before == '\n' && window[i] != '\n' && window[i] != '\r') {
            return afterBlankLine(i) ? Place.PARAGRAPH : Place.LINE;
        }
        if (blank(before) && !blank(window[i]) && window[i] != '\n' && window[i] != '\r') {
            return i >= 2 && sentenceEnd(window[i - 2]) ? Place.SENTENCE : Place.WORD;
        }
        if (endsWith(i, IDEOGRAPHIC_FULL_STOP)) {
            return Place.SENTENCE;
        }
        boolean insideCharacter = (window[i] & 0xC0) == 0x80;
        return insideCharacter ? Place.NONE : Place.CHARACTER;
    }

    private boolean afterBlankLine(int i) {
        int j = i - 2;
        while (j >= 0 && (blank(window[j]) || window[j] == '\r')) {
            j--;
        }
        return j >= 0 && window[j] == '\n';
    }

    private boolean endsWith(int end, byte[] suffix) {
        int start = end - suffix.length;
        return start >= 0 && Arrays.equals(window, start, end, suffix, 0, suffix.length);
    }

    private static boolean blank(byte b) {
        return b == ' ' || b == '\t';
    }

    private static boolean sentenceEnd(byte b) {
        return b == '.' || b == '!' || b == '?';
    }
}
