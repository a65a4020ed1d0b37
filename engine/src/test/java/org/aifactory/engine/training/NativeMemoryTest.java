package org.aifactory.engine.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.RopeScaling;
import org.aifactory.engine.model.Weights;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Aim: the memory of a long run is flat. Method: count the native objects that Java holds; a step that forgets one shows, however
 * small it is.
 */
class NativeMemoryTest {
    private static final int LENGTH = 16;
    private static final int ROWS = 8;
    private static final ModelConfig MODEL =
            new ModelConfig(64, 16, 2, 4, 2, 8, 24, LENGTH, 10_000, new RopeScaling.None(), 1e-6, true, true);

    private static final long[] IDS = new SplittableRandom(1)
            .longs((long) ROWS * LENGTH, 0, MODEL.vocabularySize())
            .toArray();
    private static final Batch BATCH = new Batch(ROWS, LENGTH, IDS, IDS);

    @ParameterizedTest
    @CsvSource({"FLOAT32, MUON, false", "BFLOAT16, ADAM_W, false", "FLOAT32, ADAM_W, true"})
    void stepsLeaveNothingBehind(Precision precision, Optimizer.Kind optimizer, boolean recompute) {
        Plan plan = plan(precision, optimizer, recompute);
        try (Learner learner = new Learner(plan, Weights.random(MODEL, 1), new Device("cpu"), 2)) {
            learner.step(BATCH, 0.01);
            long before = Pointer.totalCount();
            for (int i = 0; i < 10; i++) {
                learner.step(BATCH, 0.01);
            }
            assertThat(Pointer.totalCount()).isLessThanOrEqualTo(before);
        }
    }

    /** The machine is measured with several models before a run, and a chat may follow one in the same process. */
    @ParameterizedTest
    @EnumSource
    void aLearnerLeavesNothingBehind(Precision precision) {
        learnAndForget(precision);
        long before = Pointer.totalCount();
        learnAndForget(precision);
        assertThat(Pointer.totalCount()).isLessThanOrEqualTo(before);
    }

    private static void learnAndForget(Precision precision) {
        Plan plan = plan(precision, Optimizer.Kind.MUON, false);
        try (PointerScope scope = new PointerScope();
                Learner learner = new Learner(plan, Weights.random(MODEL, 1), new Device("cpu"), 2)) {
            learner.step(BATCH, 0.01);
        }
    }

    private static Plan plan(Precision precision, Optimizer.Kind optimizer, boolean recompute) {
        return new Plan(
                MODEL,
                LENGTH,
                precision,
                2,
                2,
                recompute,
                optimizer,
                0.1,
                7,
                List.of(new Stage(Stage.Kind.TEXT, ROWS, 0.01, Schedule.of(10, 2))));
    }
}
