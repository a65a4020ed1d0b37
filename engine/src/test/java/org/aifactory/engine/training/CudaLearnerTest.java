package org.aifactory.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.RopeScaling;
import org.aifactory.engine.model.Weights;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Aim: a GPU learns as the CPU does. Method: the same steps from the same weights on both. */
@Tag("gpu")
class CudaLearnerTest {
    private static final int LENGTH = 32;
    private static final int ROWS = 8;
    private static final int STEPS = 12;
    private static final ModelConfig MODEL =
            new ModelConfig(512, 128, 2, 4, 2, 32, 256, LENGTH, 10_000, new RopeScaling.None(), 1e-6, true, true);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "FLOAT32, ADAM_W, false, 0.002",
        "FLOAT32, MUON, false, 0.02",
        "FLOAT32, MUON, true, 0.02",
        "BFLOAT16, ADAM_W, false, 0.05",
        "BFLOAT16, MUON, true, 0.05"
    })
    void reachesTheLossesOfTheCpu(Precision precision, Optimizer.Kind optimizer, boolean recompute, double tolerance) {
        Plan plan = plan(precision, optimizer, recompute);
        List<Double> onCpu = losses(plan, Hardware.detect("cpu"));
        List<Double> onGpu = losses(plan, Hardware.detect("cuda"));
        assertThat(onCpu.getLast()).isLessThan(onCpu.getFirst() - 0.3);
        for (int step = 0; step < STEPS; step++) {
            assertThat(onGpu.get(step)).as("loss of step %d", step).isCloseTo(onCpu.get(step), within(tolerance));
        }
    }

    @Test
    void aRunRestoredFromACheckpointGoesOnWithTheSameLosses() {
        Plan plan = plan(Precision.BFLOAT16, Optimizer.Kind.MUON, false);
        Hardware gpu = Hardware.detect("cuda");
        List<Double> uninterrupted = new ArrayList<>();
        try (Learner learner = learner(plan, gpu, 3)) {
            for (int step = 0; step < STEPS; step++) {
                if (step == STEPS / 2) {
                    Checkpoint.write(folder, learner, Checkpoint.Position.START.at(step, 1));
                }
                uninterrupted.add(learner.step(batch(step), 0.01).loss());
            }
        }
        try (Learner learner = learner(plan, gpu, 99)) {
            assertThat(Checkpoint.restore(folder, learner, message -> {})).isPresent();
            for (int step = STEPS / 2; step < STEPS; step++) {
                assertThat(learner.step(batch(step), 0.01).loss())
                        .as("loss of step %d", step)
                        .isCloseTo(uninterrupted.get(step), within(1e-3));
            }
        }
    }

    @Test
    void knowsItsMemoryAndItsSpeed() {
        Hardware gpu = Hardware.detect("cuda");
        assertThat(gpu.memoryBytes()).isBetween(1L << 28, 1L << 42);
        try (Team team = new Team(gpu.cores())) {
            assertThat(Backend.measurePeak(gpu, team)).isBetween(1e11, 1e17);
        }
    }

    private static Plan plan(Precision precision, Optimizer.Kind optimizer, boolean recompute) {
        Stage stage = new Stage(Stage.Kind.TEXT, ROWS, 0.01, Schedule.of(STEPS, 1));
        return new Plan(MODEL, LENGTH, precision, 1, 4, recompute, optimizer, 0.1, 7, List.of(stage));
    }

    private static List<Double> losses(Plan plan, Hardware hardware) {
        List<Double> losses = new ArrayList<>();
        try (Learner learner = learner(plan, hardware, 3)) {
            for (int step = 0; step < STEPS; step++) {
                losses.add(learner.step(batch(step), 0.01).loss());
            }
        }
        return losses;
    }

    private static Learner learner(Plan plan, Hardware hardware, long seed) {
        return new Learner(plan, Weights.random(MODEL, seed), hardware.device(), hardware.cores());
    }

    /** Rows in which every token is the one before plus a constant of the row, so that there is something to learn. */
    private static Batch batch(int step) {
        SplittableRandom random = new SplittableRandom(step);
        long[] tokens = new long[ROWS * LENGTH];
        long[] targets = new long[ROWS * LENGTH];
        for (int row = 0; row < ROWS; row++) {
            long first = random.nextLong(64);
            for (int i = 0; i < LENGTH; i++) {
                tokens[row * LENGTH + i] = (first + i) % 64;
                targets[row * LENGTH + i] = (first + i + 1) % 64;
            }
        }
        targets[3] = Batch.NOT_LEARNED;
        return new Batch(ROWS, LENGTH, tokens, targets);
    }
}
