package org.aifactory.engine.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.IntConsumer;

/**
 * Learns merges from counted words: again and again the most frequent pair of neighbours becomes one token (Sennrich et al.
 * 2016, arXiv:1508.07909). Only the words that hold the pair are looked at, and the counts of its neighbours corrected there.
 */
final class MergeLearner {
    /** A pair that occurs once would only spell out one place of the corpus. */
    private static final int LEAST_COUNT = 2;

    private static final int FIRST_PRODUCT = 256;
    private static final int PROGRESS_EVERY = 256;

    /** A learned merge: two tokens, of which those below 256 are bytes and the others earlier merges, in order. */
    record Merge(int left, int right) {}

    /** Most frequent first; of equals the pair of lowest ids, so that the result depends on nothing but the counts. */
    private record Candidate(long count, long pair, int index) implements Comparable<Candidate> {
        @Override
        public int compareTo(Candidate other) {
            int byCount = Long.compare(other.count, count);
            return byCount != 0 ? byCount : Long.compare(pair, other.pair);
        }
    }

    private final WordCounts words;
    /** The words' symbols, each word where its bytes stand in {@link #words}, shrinking towards its start. */
    private final int[] symbols;

    private final int[] lengths;
    private final PairCounts pairs = new PairCounts();
    private final PriorityQueue<Candidate> candidates = new PriorityQueue<>();

    private MergeLearner(WordCounts words) {
        this.words = words;
        symbols = new int[words.byteCount()];
        lengths = new int[words.size()];
        for (int i = 0; i < symbols.length; i++) {
            symbols[i] = words.byteAt(i) & 0xFF;
        }
        for (int word = 0; word < lengths.length; word++) {
            int start = words.start(word);
            lengths[word] = words.end(word) - start;
            for (int i = start; i + 1 < start + lengths[word]; i++) {
                pairs.add(symbols[i], symbols[i + 1], word, words.count(word));
            }
        }
        proposeFrom(0);
    }

    /**
     * @param wanted merges to learn; fewer are returned when no pair occurs twice any more
     * @param progress is told now and then how many are learned
     */
    static List<Merge> learn(WordCounts words, int wanted, IntConsumer progress) {
        return new MergeLearner(words).learn(wanted, progress);
    }

    private List<Merge> learn(int wanted, IntConsumer progress) {
        List<Merge> merges = new ArrayList<>();
        while (merges.size() < wanted && !candidates.isEmpty()) {
            Candidate best = candidates.remove();
            long count = pairs.count(best.index);
            if (count != best.count) {
                propose(best.index);
                continue;
            }
            Merge merge = new Merge((int) (best.pair >>> 32), (int) best.pair);
            apply(merge, best.index, FIRST_PRODUCT + merges.size());
            merges.add(merge);
            if (merges.size() % PROGRESS_EVERY == 0) {
                progress.accept(merges.size());
            }
        }
        progress.accept(merges.size());
        return merges;
    }

    private void apply(Merge merge, int index, int product) {
        int known = pairs.size();
        IntList places = pairs.takeWords(index);
        for (int i = 0; i < places.size(); i++) {
            applyInWord(merge, product, places.get(i));
        }
        proposeFrom(known);
    }

    /** Pairs of the new token are all new; counts of older pairs only fall and are put right when their turn comes. */
    private void proposeFrom(int known) {
        for (int index = known; index < pairs.size(); index++) {
            propose(index);
        }
    }

    private void propose(int index) {
        if (pairs.count(index) >= LEAST_COUNT) {
            candidates.add(new Candidate(pairs.count(index), pairs.pair(index), index));
        }
    }

    private void applyInWord(Merge merge, int product, int word) {
        int start = words.start(word);
        int end = start + lengths[word];
        int out = start;
        int in = start;
        while (in < end) {
            if (in + 1 < end && symbols[in] == merge.left && symbols[in + 1] == merge.right) {
                correctNeighbours(
                        merge,
                        product,
                        word,
                        out == start ? -1 : symbols[out - 1],
                        in + 2 == end ? -1 : symbols[in + 2]);
                symbols[out++] = product;
                in += 2;
            } else {
                symbols[out++] = symbols[in++];
            }
        }
        lengths[word] = out - start;
    }

    /** @param before token before the pair, or -1; {@code after} likewise */
    private void correctNeighbours(Merge merge, int product, int word, int before, int after) {
        long count = words.count(word);
        if (before >= 0) {
            pairs.subtract(before, merge.left, count);
            pairs.add(before, product, word, count);
        }
        if (after >= 0) {
            pairs.subtract(merge.right, after, count);
            pairs.add(product, after, word, count);
        }
    }
}
