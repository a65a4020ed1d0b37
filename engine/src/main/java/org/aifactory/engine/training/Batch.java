package org.aifactory.engine.training;

import java.util.Arrays;
import org.aifactory.engine.model.Ops;

/**
 * Rows of tokens and what is to be predicted after each.
 *
 * @param rows number of sequences
 * @param length tokens in each
 * @param tokens rows * length ids
 * @param targets the token that follows each, or {@link #NOT_LEARNED}
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over once and never compared.
public record Batch(int rows, int length, long[] tokens, long[] targets) {
    /** Marks a place whose prediction is not trained. */
    public static final long NOT_LEARNED = Ops.NO_TARGET;

    public Batch {
        if (tokens.length != rows * length || targets.length != tokens.length) {
            throw new IllegalArgumentException(
                    "a batch of " + rows + " rows of " + length + " needs as many tokens and targets");
        }
    }

    /** Number of predictions that are trained. */
    public long learnedTargets() {
        long count = 0;
        for (long target : targets) {
            if (target != NOT_LEARNED) {
                count++;
            }
        }
        return count;
    }

    /** Rows {@code from} (inclusive) to {@code to} (exclusive). */
    Batch rows(int from, int to) {
        return new Batch(
                to - from,
                length,
                Arrays.copyOfRange(tokens, from * length, to * length),
                Arrays.copyOfRange(targets, from * length, to * length));
    }
}
