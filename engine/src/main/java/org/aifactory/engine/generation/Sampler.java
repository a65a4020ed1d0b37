package org.aifactory.engine.generation;

import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;

/** Chooses the tokens of one sequence from their logits. */
public final class Sampler {
    private final Sampling sampling;
    private final SplittableRandom random;
    private final BitSet seen = new BitSet();

    public Sampler(Sampling sampling) {
        this.sampling = sampling;
        this.random = new SplittableRandom(sampling.seed());
    }

    /** Tells the sampler of a token that now stands in the sequence, for the repetition penalty. */
    public void accept(int token) {
        seen.set(token);
    }

    /**
     * The next token.
     *
     * @param logits of which {@code size} from {@code from} on are those of tokens 0 to {@code size - 1}; not changed
     */
    public int next(float[] logits, int from, int size) {
        float[] scores = Arrays.copyOfRange(logits, from, from + size);
        penalizeRepetition(scores);
        int likeliest = likeliest(scores);
        if (sampling.temperature() == 0) {
            return likeliest;
        }
        Candidates candidates = Candidates.of(scores, scores[likeliest], sampling.temperature());
        if (sampling.topK() > 0) {
            candidates = candidates.keepLikeliest(sampling.topK());
        }
        if (sampling.topP() < 1) {
            candidates = candidates.keepNucleus(sampling.topP());
        }
        if (sampling.minP() > 0) {
            candidates = candidates.keepAtLeast(sampling.minP());
        }
        return candidates.draw(random.nextDouble());
    }

    private void penalizeRepetition(float[] scores) {
        if (sampling.repetitionPenalty() == 1) {
            return;
        }
        float penalty = (float) sampling.repetitionPenalty();
        for (int token = seen.nextSetBit(0); token >= 0 && token < scores.length; token = seen.nextSetBit(token + 1)) {
            scores[token] = scores[token] < 0 ? scores[token] * penalty : scores[token] / penalty;
        }
    }

    private static int likeliest(float[] scores) {
        int best = 0;
        for (int token = 1; token < scores.length; token++) {
            if (scores[token] > scores[best]) {
                best = token;
            }
        }
        return best;
    }
}
