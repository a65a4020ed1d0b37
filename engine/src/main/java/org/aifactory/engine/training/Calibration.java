package org.aifactory.engine.training;

import java.util.SplittableRandom;
import java.util.TreeMap;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.Weights;
import org.bytedeco.javacpp.PointerScope;

/** Measures how fast this machine trains, by a few real steps of small models. */
final class Calibration {
    private static final int[] CPU_WIDTHS = {64, 128, 256, 384};
    /** A GPU is idle most of the time with less, and its speed with more is about that of the last. */
    private static final int[] GPU_WIDTHS = {512, 1024, 2048};
    /** A run of so many tokens has batches that fill a GPU. */
    private static final double GPU_TOKENS = 1e8;

    private static final int DEPTH = 2;
    private static final int STEPS = 2;

    private Calibration() {}

    /**
     * Measures from the narrowest on, until it has taken {@code seconds}: a width that is too slow to be measured in that time is
     * too slow to be trained in the rest.
     */
    static Speed measure(Planner planner, Hardware hardware, int vocabulary, double seconds) {
        TreeMap<Integer, Double> reached = new TreeMap<>();
        Clock clock = new Clock(System.nanoTime());
        Planner.Data data = new Planner.Data(1, 0);
        for (int width : hardware.isGpu() ? GPU_WIDTHS : CPU_WIDTHS) {
            if (!reached.isEmpty() && clock.seconds() > seconds) {
                break;
            }
            ModelConfig model = Planner.shape(vocabulary, DEPTH, width, planner.context(0));
            Plan plan =
                    hardware.isGpu() ? planner.ofTokens(model, GPU_TOKENS, data) : planner.ofSteps(model, STEPS, data);
            reached.put(width, flopsPerSecond(MemoryNeed.fitted(plan, hardware.memoryBytes()), hardware));
        }
        return new Speed(reached);
    }

    private static double flopsPerSecond(Plan plan, Hardware hardware) {
        ModelConfig model = plan.model();
        Stage stage = plan.stages().getFirst();
        int tokens = stage.rowsPerStep() * plan.contextLength();
        SplittableRandom random = new SplittableRandom(plan.seed());
        long[] ids = random.longs(tokens, 0, model.vocabularySize()).toArray();
        Batch batch = new Batch(stage.rowsPerStep(), plan.contextLength(), ids, ids.clone());
        try (PointerScope scope = new PointerScope();
                Learner learner =
                        new Learner(plan, Weights.random(model, plan.seed()), hardware.device(), hardware.cores())) {
            learner.step(batch, stage.peakLearningRate());
            double best = 0;
            for (int i = 0; i < STEPS; i++) {
                long start = System.nanoTime();
                learner.step(batch, stage.peakLearningRate());
                double seconds = (System.nanoTime() - start) / 1e9;
                best = Math.max(best, tokens * model.trainingFlopsPerToken(plan.contextLength()) / seconds);
            }
            return best;
        }
    }
}
