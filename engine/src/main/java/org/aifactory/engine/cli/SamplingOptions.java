package org.aifactory.engine.cli;

import org.aifactory.engine.generation.Sampling;
import picocli.CommandLine.Option;

/** How tokens are chosen; shared by the commands that make a model speak. */
final class SamplingOptions {
    @Option(
            names = "--temperature",
            paramLabel = "X",
            defaultValue = "0",
            description = "0 takes the likeliest token, more gives variety (default: 0).")
    private double temperature;

    @Option(
            names = "--top-k",
            paramLabel = "K",
            defaultValue = "0",
            description = "Choose among the K likeliest; 0 is all (default: 0).")
    private int topK;

    @Option(
            names = "--top-p",
            paramLabel = "P",
            defaultValue = "1",
            description = "Choose among the likeliest that together have probability P (default: 1).")
    private double topP;

    @Option(
            names = "--min-p",
            paramLabel = "P",
            defaultValue = "0",
            description = "Leave out what is less likely than P times the likeliest (default: 0).")
    private double minP;

    @Option(
            names = "--repetition-penalty",
            paramLabel = "X",
            defaultValue = "1",
            description = "Make what was said less likely (default: 1).")
    private double repetitionPenalty;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "0", description = "Seed of the choice (default: 0).")
    private long seed;

    Sampling sampling() {
        return Sampling.GREEDY
                .withTemperature(temperature)
                .withTopK(topK)
                .withTopP(topP)
                .withMinP(minP)
                .withRepetitionPenalty(repetitionPenalty)
                .withSeed(seed);
    }
}
