package org.aifactory.engine.generation;

import java.util.Arrays;

/** Tokens that may come next, with weights that need not sum to one. */
final class Candidates {
    private final int[] tokens;
    private final double[] weights;
    private final int size;
    private final double total;

    private Candidates(int[] tokens, double[] weights, int size) {
        this.tokens = tokens;
        this.weights = weights;
        this.size = size;
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += weights[i];
        }
        this.total = sum;
    }

    /** All tokens, weighted by the softmax of their scores over the temperature. */
    static Candidates of(float[] scores, float highest, double temperature) {
        int[] tokens = new int[scores.length];
        double[] weights = new double[scores.length];
        for (int token = 0; token < scores.length; token++) {
            tokens[token] = token;
            weights[token] = Math.exp((scores[token] - highest) / temperature);
        }
        return new Candidates(tokens, weights, scores.length);
    }

    Candidates keepLikeliest(int count) {
        return count >= size ? this : sorted(0).first(count);
    }

    Candidates keepNucleus(double probability) {
        // Tokens this unlikely cannot fill the rest even together, so the nucleus is among the others.
        Candidates sorted = sorted((1 - probability) * total / size);
        double sum = 0;
        int count = 0;
        while (count < sorted.size && sum < probability * total) {
            sum += sorted.weights[count++];
        }
        return sorted.first(Math.max(1, count));
    }

    Candidates keepAtLeast(double share) {
        double largest = Arrays.stream(weights, 0, size).max().orElse(0);
        return above(share * largest);
    }

    /** The candidate at {@code point} of the way, from 0 to 1, along all weights laid end to end. */
    int draw(double point) {
        double rest = point * total;
        for (int i = 0; i < size; i++) {
            rest -= weights[i];
            if (rest < 0) {
                return tokens[i];
            }
        }
        return tokens[size - 1];
    }

    private Candidates first(int count) {
        return new Candidates(tokens, weights, count);
    }

    private Candidates above(double least) {
        int[] keptTokens = new int[size];
        double[] keptWeights = new double[size];
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (weights[i] >= least) {
                keptTokens[kept] = tokens[i];
                keptWeights[kept++] = weights[i];
            }
        }
        return new Candidates(keptTokens, keptWeights, kept);
    }

    /** Those of at least the given weight, the likeliest first and the lower token first among equals. */
    private Candidates sorted(double least) {
        Candidates kept = above(least);
        long[] order = new long[kept.size];
        for (int i = 0; i < kept.size; i++) {
            // Positive floats order as their bits do; the complement turns the order round.
            order[i] = ((long) ~Float.floatToRawIntBits((float) kept.weights[i]) << 32) | i;
        }
        Arrays.sort(order);
        int[] sortedTokens = new int[kept.size];
        double[] sortedWeights = new double[kept.size];
        for (int i = 0; i < kept.size; i++) {
            sortedTokens[i] = kept.tokens[(int) order[i]];
            sortedWeights[i] = kept.weights[(int) order[i]];
        }
        return new Candidates(sortedTokens, sortedWeights, kept.size);
    }
}
