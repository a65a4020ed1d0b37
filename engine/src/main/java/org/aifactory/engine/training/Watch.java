package org.aifactory.engine.training;

import java.util.Optional;
import org.aifactory.engine.training.BestWeights.Measure;

/** What is looked at on the way: held-out data is measured, the weights that predict it best are kept, and samples are drawn. */
final class Watch {
    /** Looks spread over a run. */
    private static final int LOOKS = 10;

    private final Learner learner;
    private final Validation validation;
    private final BestWeights best;
    private final Samples samples;
    private final StepLines samplesFile;
    private final Pace pace;
    private double lastSamples;

    /** @param seconds of training so far */
    Watch(
            Learner learner,
            Validation validation,
            BestWeights best,
            Samples samples,
            StepLines samplesFile,
            Pace pace,
            double seconds) {
        this.learner = learner;
        this.validation = validation;
        this.best = best;
        this.samples = samples;
        this.samplesFile = samplesFile;
        this.pace = pace;
        this.lastSamples = seconds;
    }

    /** Whether it is time to look: at fixed steps, but for the last, after which everything is measured in full. */
    static boolean isDue(long step, long steps) {
        return step < steps && step % Math.max(1, steps / LOOKS) == 0;
    }

    /**
     * Looks.
     *
     * @param stage index of the stage
     * @param step steps done in all stages
     * @param seconds of training so far
     * @return bits per byte of what the stage is measured by, where something is held out
     */
    Optional<Double> look(int stage, Stage.Kind kind, long step, double seconds) {
        Optional<Double> bits = validation.quickBitsPerByte(kind);
        bits.ifPresent(measured -> best.offer(new Measure(stage, step, measured), learner.weights()));
        if (seconds - lastSamples >= pace.sampleSeconds()) {
            draw(kind, step, pace.sampleSecondsMax(seconds - lastSamples));
            lastSamples = seconds;
        }
        return bits;
    }

    private void draw(Stage.Kind kind, long step, double seconds) {
        samples.draw(kind, step, learner.weights(), seconds).forEach(samplesFile::append);
    }

    /**
     * Looks at the end of a run, and puts the best weights back where they were better than the last.
     *
     * @return how well they had done, where that was so
     */
    Optional<Measure> end(int stage, Stage.Kind kind, long step) {
        Optional<Double> bits = validation.quickBitsPerByte(kind);
        Optional<Measure> better = best.measure()
                .filter(measured -> bits.isPresent()
                        && measured.isBetterThan(new Measure(stage, step, bits.get()))
                        && measured.stage() == stage);
        better.ifPresent(_ -> best.restore(learner.weights()));
        draw(kind, step, pace.sampleSecondsMax(0));
        return better;
    }
}
