package org.aifactory.engine.generation;

import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;

/**
 * How the next token is chosen. The parts work in Hugging Face's order: repetition penalty, temperature, top-k, top-p, min-p; each
 * sees the probabilities that the one before has left, summing to one again.
 *
 * @param temperature divides the logits; 0 always takes the likeliest token
 * @param topK keeps this many of the likeliest tokens; 0 keeps all
 * @param topP keeps the fewest likeliest tokens that together reach this probability (Holtzman et al. 2019, arXiv:1904.09751)
 * @param minP keeps tokens at least this share as likely as the likeliest (Nguyen et al. 2024, arXiv:2407.01082)
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens that the sequence already holds, prompt
 *     included (Keskar et al. 2019, arXiv:1909.05858); 1 leaves them alone
 * @param seed the same seed, prompt and options give the same tokens, alone or among other sequences
 */
public record Sampling(double temperature, int topK, double topP, double minP, double repetitionPenalty, long seed) {

    private static final double TEMPERATURE_MAX = 100;

    /** The likeliest token, always. */
    public static final Sampling GREEDY = new Sampling(0, 0, 1, 0, 1, 0);

    public Sampling {
        require("temperature", temperature, "from 0 to 100", temperature >= 0 && temperature <= TEMPERATURE_MAX);
        require("top-k", topK, "0 or more", topK >= 0);
        require("top-p", topP, "above 0 and at most 1", topP > 0 && topP <= 1);
        require("min-p", minP, "from 0 to 1", minP >= 0 && minP <= 1);
        require(
                "repetition penalty",
                repetitionPenalty,
                "above 0 and at most 100",
                repetitionPenalty > 0 && repetitionPenalty <= 100);
    }

    private static void require(String name, Number value, String range, boolean holds) {
        if (!holds) {
            throw new EngineException(Kind.INPUT, "The " + name + " must be " + range + ", not " + value + ".");
        }
    }

    public Sampling withTemperature(double temperature) {
        return new Sampling(temperature, topK, topP, minP, repetitionPenalty, seed);
    }

    public Sampling withTopK(int topK) {
        return new Sampling(temperature, topK, topP, minP, repetitionPenalty, seed);
    }

    public Sampling withTopP(double topP) {
        return new Sampling(temperature, topK, topP, minP, repetitionPenalty, seed);
    }

    public Sampling withMinP(double minP) {
        return new Sampling(temperature, topK, topP, minP, repetitionPenalty, seed);
    }

    public Sampling withRepetitionPenalty(double repetitionPenalty) {
        return new Sampling(temperature, topK, topP, minP, repetitionPenalty, seed);
    }

    public Sampling withSeed(long seed) {
        return new Sampling(temperature, topK, topP, minP, repetitionPenalty, seed);
    }
}
