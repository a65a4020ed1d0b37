package org.aifactory.engine.training;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.model.ModelConfig;

/**
 * What a run would come to, told in a moment, without the text and without the machine: the planner's choice for a corpus of some
 * size. Nothing of LibTorch is loaded.
 *
 * @param model that would be trained
 * @param steps of the optimizer
 * @param tokens read in all, repetitions counted
 * @param passes through the data
 * @param seconds of wall time from the command to the written model
 * @param flops floating-point operations of the training
 * @param memoryBytes that the training takes, at a pinch where it is short
 * @param fits whether that is no more than there is; the run would be refused otherwise
 */
public record Estimate(
        ModelConfig model,
        long steps,
        long tokens,
        double passes,
        double seconds,
        double flops,
        long memoryBytes,
        boolean fits) {
    /** Loading LibTorch, measuring the machine, setting the model up; see docs/performance.md. */
    private static final double READY_SECONDS = 5;
    /** Reading, counting words and encoding, all together, on each core. */
    private static final double TEXT_BYTES_PER_SECOND = 5e6;

    private static final double HELD_OUT = 0.05;

    /**
     * A corpus by its size.
     *
     * @param textBytes of running text, in UTF-8
     * @param conversationBytes of what is said in conversations, in UTF-8
     */
    public record Text(long textBytes, long conversationBytes) {
        long bytes() {
            return textBytes + conversationBytes;
        }
    }

    /**
     * Estimates a run.
     *
     * @param hardware of the memory and the cores or the GPU that the run will have
     * @param base the model to continue from; else one is made for the corpus and the budget
     * @throws EngineException of the kind INPUT where there is nothing to read, or no time left to train in
     */
    public static Estimate of(Text text, Budget budget, Hardware hardware, Speed speed, Optional<ModelConfig> base) {
        if (text.bytes() <= 0) {
            throw new EngineException(Kind.INPUT, "There is no text to learn from.");
        }
        Planner planner = new Planner(request(budget, hardware, base), hardware);
        int vocabulary =
                base.map(ModelConfig::vocabularySize).orElseGet(() -> planner.vocabulary(learned(text.bytes())));
        Planner.Data data =
                new Planner.Data(tokens(text.textBytes(), vocabulary), tokens(text.conversationBytes(), vocabulary));
        double ready = READY_SECONDS + text.bytes() / (TEXT_BYTES_PER_SECOND * hardware.cores());
        Plan plan = planner.plan(budget, vocabulary, data, base, () -> {
            double left = Clock.trainingSeconds(budget.seconds().orElseThrow(), ready);
            return model -> left * speed.tokensPerSecond(model, planner.context(model));
        });
        double training = plan.tokens() / speed.tokensPerSecond(plan.model(), plan.contextLength());
        double seconds = budget.seconds().orElse(Clock.wallSeconds(training, ready));
        return of(plan, data, seconds, hardware);
    }

    private static Estimate of(Plan plan, Planner.Data data, double seconds, Hardware hardware) {
        Plan own = plan.shared(hardware.processes());
        long whole = MemoryNeed.bytes(own);
        long needed = whole <= hardware.memoryBytes() ? whole : MemoryNeed.least(own);
        return new Estimate(
                plan.model(),
                plan.steps(),
                plan.tokens(),
                (double) plan.tokens() / Math.max(1, data.tokens()),
                seconds,
                plan.flops(),
                needed,
                needed <= hardware.memoryBytes());
    }

    private static long learned(long bytes) {
        return Math.max(1, Math.round(bytes * (1 - HELD_OUT)));
    }

    private static long tokens(long bytes, int vocabulary) {
        return bytes == 0 ? 0 : Math.max(1, Math.round(learned(bytes) / bytesPerToken(vocabulary)));
    }

    /** Of English prose: 2.7 with 2,048 tokens (docs/performance.md), and about a third more each time they double. */
    private static double bytesPerToken(int vocabulary) {
        return Math.clamp(2.7 + 0.35 * Math.log((double) vocabulary / 2048) / Math.log(2), 1, 5);
    }

    /** The planner wants to know of a request what is chosen in it, which is nothing, and whether there is a base. */
    private static TrainingRequest request(Budget budget, Hardware hardware, Optional<ModelConfig> base) {
        return new TrainingRequest(
                List.of(),
                Path.of(""),
                budget,
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalDouble.empty(),
                base.map(_ -> Path.of("")),
                1,
                hardware.deviceName(),
                TrainingRequest.OtherRun.REFUSE);
    }
}
