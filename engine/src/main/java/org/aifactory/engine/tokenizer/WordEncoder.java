package org.aifactory.engine.tokenizer;

import java.util.Arrays;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Merges the bytes of one word into tokens: of all neighbouring pairs the one of lowest rank first, the leftmost of equals
 * (Sennrich et al. 2016, arXiv:1508.07909). Words that were met before come from a cache.
 */
final class WordEncoder {
    private static final int CACHE_ENTRIES = 1 << 16;
    private static final int LONGEST_CACHED = 64;
    /** Up to this many symbols looking at all pairs again costs less than a heap. */
    private static final int LONGEST_SCANNED = 40;

    @SuppressWarnings("ArrayRecordComponent") // Never compared or changed.
    private record Known(byte[] word, int[] ids) {
        boolean is(byte[] utf8, int from, int to) {
            return Arrays.equals(word, 0, word.length, utf8, from, to);
        }
    }

    private final Vocabulary vocabulary;
    private final Merges merges;
    private final boolean wholeWordsFirst;

    /**
     * Read and written without a lock: an entry never changes, so that whatever a thread sees is true, and a lost entry costs
     * only the work of making it again.
     */
    private final @Nullable Known[] cache = new Known[CACHE_ENTRIES];

    /** @param wholeWordsFirst whether a word that is a token is that token whatever the merges say ({@code ignore_merges}) */
    WordEncoder(Vocabulary vocabulary, Merges merges, boolean wholeWordsFirst) {
        this.vocabulary = vocabulary;
        this.merges = merges;
        this.wholeWordsFirst = wholeWordsFirst;
    }

    void encode(byte[] utf8, int from, int to, IntList ids) {
        if (to - from > LONGEST_CACHED) {
            ids.addAll(merge(utf8, from, to));
            return;
        }
        int slot = slot(utf8, from, to);
        Known known = cache[slot];
        if (known == null || !known.is(utf8, from, to)) {
            known = new Known(Arrays.copyOfRange(utf8, from, to), merge(utf8, from, to));
            cache[slot] = known;
        }
        ids.addAll(known.ids);
    }

    private static int slot(byte[] utf8, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = hash * 31 + utf8[i];
        }
        hash *= 0x9E3779B9;
        return hash >>> (32 - Integer.numberOfTrailingZeros(CACHE_ENTRIES));
    }

    private int[] merge(byte[] utf8, int from, int to) {
        if (wholeWordsFirst) {
            OptionalInt whole = vocabulary.word(utf8, from, to);
            if (whole.isPresent()) {
                return new int[] {whole.getAsInt()};
            }
        }
        int[] symbols = new int[to - from];
        for (int i = 0; i < symbols.length; i++) {
            symbols[i] = vocabulary.ofByte(utf8[from + i]);
        }
        return symbols.length <= LONGEST_SCANNED ? mergeByScanning(symbols) : new LongWord(symbols).merged();
    }

    private int[] mergeByScanning(int[] symbols) {
        int size = symbols.length;
        while (true) {
            int best = Merges.NONE;
            int at = 0;
            for (int i = 0; i + 1 < size; i++) {
                int found = merges.find(symbols[i], symbols[i + 1]);
                if (found != Merges.NONE && (best == Merges.NONE || merges.rank(found) < merges.rank(best))) {
                    best = found;
                    at = i;
                }
            }
            if (best == Merges.NONE) {
                return Arrays.copyOf(symbols, size);
            }
            symbols[at] = merges.product(best);
            System.arraycopy(symbols, at + 2, symbols, at + 1, size - at - 2);
            size--;
        }
    }

    /** A word as a linked list, with its possible merges in a heap, so that a megabyte without a space stays cheap. */
    private final class LongWord {
        private static final int MERGED_AWAY = -1;

        private final int[] symbols;
        private final int[] previous;
        private final int[] next;
        /** Rank above position: the order in which pairs are merged. */
        private final LongHeap candidates;

        LongWord(int[] symbols) {
            this.symbols = symbols;
            previous = new int[symbols.length];
            next = new int[symbols.length];
            candidates = new LongHeap(symbols.length);
            for (int i = 0; i < symbols.length; i++) {
                previous[i] = i - 1;
                next[i] = i + 1;
            }
            for (int i = 0; i < symbols.length; i++) {
                propose(i);
            }
        }

        private int mergeAt(int position) {
            boolean pair = position >= 0 && symbols[position] != MERGED_AWAY && next[position] < symbols.length;
            return pair ? merges.find(symbols[position], symbols[next[position]]) : Merges.NONE;
        }

        private void propose(int position) {
            int found = mergeAt(position);
            if (found != Merges.NONE) {
                candidates.add((long) merges.rank(found) << 32 | position);
            }
        }

        int[] merged() {
            while (!candidates.isEmpty()) {
                long candidate = candidates.removeSmallest();
                int position = (int) candidate;
                int found = mergeAt(position);
                boolean current = found != Merges.NONE && merges.rank(found) == (int) (candidate >>> 32);
                if (current) {
                    join(position, merges.product(found));
                }
            }
            return Arrays.stream(symbols)
                    .filter(symbol -> symbol != MERGED_AWAY)
                    .toArray();
        }

        private void join(int position, int product) {
            int gone = next[position];
            symbols[position] = product;
            symbols[gone] = MERGED_AWAY;
            next[position] = next[gone];
            if (next[gone] < symbols.length) {
                previous[next[gone]] = position;
            }
            propose(previous[position]);
            propose(position);
        }
    }
}
