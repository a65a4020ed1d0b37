package org.aifactory.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.Rope;
import org.aifactory.engine.model.RopeScaling;
import org.aifactory.engine.model.Weights;
import org.aifactory.engine.training.Checkpoint.Position;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Learning on a tiny model: gradients against numerical differentiation, and resuming against never having stopped. */
class LearnerTest {
    private static final int LENGTH = 12;
    private static final ModelConfig GROUPED =
            new ModelConfig(40, 16, 2, 4, 2, 8, 24, LENGTH, 10_000, new RopeScaling.None(), 1e-6, true, true);
    private static final ModelConfig UNTIED =
            new ModelConfig(40, 16, 2, 4, 4, 4, 24, LENGTH, 10_000, new RopeScaling.Linear(2), 1e-5, false, false);

    @TempDir
    private Path folder;

    private static Plan plan(Precision precision, Optimizer.Kind optimizer) {
        return new Plan(
                GROUPED,
                LENGTH,
                precision,
                2,
                1,
                false,
                optimizer,
                0.1,
                7,
                List.of(new Stage(Stage.Kind.TEXT, 4, 0.01, Schedule.of(10, 2))));
    }

    private static Batch batch(long seed, int rows) {
        SplittableRandom random = new SplittableRandom(seed);
        long[] tokens = random.longs((long) rows * LENGTH, 0, 40).toArray();
        long[] targets = random.longs((long) rows * LENGTH, 0, 40).toArray();
        targets[3] = Batch.NOT_LEARNED;
        return new Batch(rows, LENGTH, tokens, targets);
    }

    /** Weights with no zero matrix in them, so that every gradient has something to say. */
    private static Tensor busyWeights(ModelConfig model) {
        Tensor weights = Weights.random(model, 3);
        float[] values = new float[(int) weights.numel()];
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (0.3 * random.nextGaussian());
        }
        Weights.segment(weights).copyFrom(MemorySegment.ofArray(values));
        return weights;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void gradientsEqualNumericalDifferentiation(boolean recompute) {
        gradientsEqualNumericalDifferentiation(GROUPED, recompute);
        gradientsEqualNumericalDifferentiation(UNTIED, recompute);
    }

    private static void gradientsEqualNumericalDifferentiation(ModelConfig model, boolean recompute) {
        Device device = new Device("cpu");
        Tensor weights = busyWeights(model);
        Rope rope = Rope.of(model, LENGTH, device, ScalarType.Float);
        Replica replica = new Replica(model, weights, rope, recompute);
        Batch batch = batch(1, 2);
        replica.accumulate(batch, 1.0, device);
        float[] gradient = Weights.segment(replica.gradient()).toArray(ValueLayout.JAVA_FLOAT);
        var segment = Weights.segment(weights);
        SplittableRandom random = new SplittableRandom(9);
        for (int probe = 0; probe < 30; probe++) {
            long at = random.nextLong(weights.numel());
            float value = segment.getAtIndex(ValueLayout.JAVA_FLOAT, at);
            float step = 1e-2f;
            segment.setAtIndex(ValueLayout.JAVA_FLOAT, at, value + step);
            double above = replica.accumulate(batch, 1.0, device);
            segment.setAtIndex(ValueLayout.JAVA_FLOAT, at, value - step);
            double below = replica.accumulate(batch, 1.0, device);
            segment.setAtIndex(ValueLayout.JAVA_FLOAT, at, value);
            double numerical = (above - below) / (2 * step);
            assertThat((double) gradient[(int) at])
                    .as("weight %d", at)
                    .isCloseTo(numerical, within(0.02 * Math.max(1, Math.abs(numerical))));
        }
    }

    /** A loss far above that of chance is taken for a breakdown. */
    @ParameterizedTest
    @ValueSource(ints = {64, 512, 1024})
    void aFreshModelGuessesByChanceHoweverBroadItIs(int width) {
        ModelConfig model = Planner.shape(512, 1, width, LENGTH);
        Device device = new Device("cpu");
        Replica replica =
                new Replica(model, Weights.random(model, 3), Rope.of(model, LENGTH, device, ScalarType.Float), false);
        Batch batch = batch(1, 2);
        int learned = 2 * LENGTH - 1;

        double loss = replica.accumulate(batch, 1.0, device) / learned;

        assertThat(loss).isCloseTo(Math.log(512), within(0.5));
    }

    @ParameterizedTest
    @EnumSource(Optimizer.Kind.class)
    void aRunRestoredFromACheckpointEndsWithTheSameBytesAsOneThatWasLeftAlone(Optimizer.Kind optimizer) {
        Plan plan = plan(Precision.FLOAT32, optimizer);
        byte[] uninterrupted;
        try (Learner learner = new Learner(plan, Weights.random(GROUPED, 3), new Device("cpu"), 2)) {
            learn(learner, 0, 6);
            uninterrupted = bytes(learner);
        }
        try (Learner learner = new Learner(plan, Weights.random(GROUPED, 3), new Device("cpu"), 2)) {
            learn(learner, 0, 3);
            Checkpoint.write(folder, learner, Position.START.at(3, 1.5));
        }
        try (Learner learner = new Learner(plan, Weights.random(GROUPED, 99), new Device("cpu"), 1)) {
            Position position =
                    Checkpoint.restore(folder, learner, message -> {}).orElseThrow();
            assertThat(position).isEqualTo(new Position(0, 3, 0, 1.5));
            learn(learner, 3, 6);
            assertThat(bytes(learner)).isEqualTo(uninterrupted);
        }
    }

    /** So a run may be resumed where there is less memory than where it began. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void recomputingActivationsGivesTheSameBytes(Precision precision) {
        Plan plan = plan(precision, Optimizer.Kind.MUON);
        List<byte[]> ends = new ArrayList<>();
        for (Plan each : List.of(plan, plan.recomputing())) {
            try (Learner learner = new Learner(each, busyWeights(GROUPED), new Device("cpu"), 2)) {
                learn(learner, 0, 4);
                ends.add(bytes(learner));
            }
        }
        assertThat(ends.get(1)).isEqualTo(ends.get(0));
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void learnsABatchByHeart(Precision precision) {
        Plan plan = plan(precision, Optimizer.Kind.MUON);
        try (Learner learner = new Learner(plan, Weights.random(GROUPED, 3), new Device("cpu"), 2)) {
            Batch batch = batch(1, 4);
            double first = learner.step(batch, 0.02).loss();
            for (int i = 0; i < 60; i++) {
                learner.step(batch, 0.02);
            }
            assertThat(learner.step(batch, 0.02).loss()).isLessThan(0.5 * first);
        }
    }

    private static void learn(Learner learner, int from, int to) {
        for (int step = from; step < to; step++) {
            learner.step(batch(step, 4), 0.01);
        }
    }

    private static byte[] bytes(Learner learner) {
        return Weights.segment(learner.weights()).toArray(ValueLayout.JAVA_BYTE);
    }
}
