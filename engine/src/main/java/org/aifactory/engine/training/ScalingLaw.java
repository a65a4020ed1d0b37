package org.aifactory.engine.training;

/**
 * How much a model of some size learns from some tokens: L = E + A / N^alpha + B / D^beta (Hoffmann et al. 2022,
 * arXiv:2203.15556), where tokens that are read again count less and less (Muennighoff et al. 2023, arXiv:2305.16264). The exponents and
 * the half-life of repetition are those papers'; A and B are fitted to runs of a few minutes, see docs/performance.md. Only
 * differences between candidates of one corpus mean anything here.
 */
final class ScalingLaw {
    private static final double ALPHA = 0.34;
    private static final double BETA = 0.28;
    private static final double A = 50;
    private static final double B = 88;
    /** Passes after which a further one has lost 1 - 1/e of its worth. */
    private static final double REPETITION = 15.4;

    private ScalingLaw() {}

    /**
     * What is lost against a perfect model, in bits per byte.
     *
     * @param parameters weights without the embedding
     * @param tokens read in all
     * @param distinctTokens in the corpus
     */
    static double loss(double parameters, double tokens, double distinctTokens) {
        return A / Math.pow(parameters, ALPHA) + B / Math.pow(worth(tokens, distinctTokens), BETA);
    }

    /** The number of fresh tokens that teach as much. */
    static double worth(double tokens, double distinctTokens) {
        double repetitions = Math.max(0, tokens / distinctTokens - 1);
        double fresh = Math.min(tokens, distinctTokens);
        return fresh + fresh * REPETITION * (1 - Math.exp(-repetitions / REPETITION));
    }
}
