package org.aifactory.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.RopeScaling;
import org.aifactory.engine.model.Weights;
import org.aifactory.engine.training.Checkpoint.Position;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/** Aim: a run never goes on from rubbish. Method: two checkpoints, of which the newer loses a byte or has one changed. */
class CheckpointTest {
    private static final ModelConfig MODEL =
            new ModelConfig(16, 8, 1, 2, 1, 4, 8, 8, 10_000, new RopeScaling.None(), 1e-6, true, true);

    private static Path folder = Path.of("");
    private static byte[] older = {};
    private static byte[] newer = {};
    private static byte[] newerFile = {};

    @BeforeContainer
    static void writeTwo() throws IOException {
        folder = Files.createTempDirectory("checkpoints");
        try (Learner learner = learner(1)) {
            Checkpoint.write(folder, learner, Position.START.at(1, 1));
            older = bytes(learner);
        }
        try (Learner learner = learner(2)) {
            Checkpoint.write(folder, learner, Position.START.at(2, 2));
            newer = bytes(learner);
        }
        newerFile = Files.readAllBytes(file(2));
    }

    @AfterContainer
    static void remove() throws IOException {
        Files.delete(file(1));
        Files.delete(file(2));
        Files.delete(folder);
    }

    @Property(tries = 150)
    void aChangedBitIsSeenAndTheCheckpointBeforeIsTaken(
            @ForAll @IntRange(max = 100_000) int place, @ForAll @IntRange(max = 7) int bit) throws IOException {
        byte[] changed = newerFile.clone();
        changed[place % changed.length] ^= (byte) (1 << bit);
        assertOlderIsTaken(changed);
    }

    @Property(tries = 100)
    void aCutIsSeenAndTheCheckpointBeforeIsTaken(@ForAll @IntRange(max = 100_000) int length) throws IOException {
        assertOlderIsTaken(Arrays.copyOf(newerFile, length % newerFile.length));
    }

    @Property(tries = 50)
    void aLostByteIsSeenAndTheCheckpointBeforeIsTaken(@ForAll @IntRange(max = 100_000) int place) throws IOException {
        int lost = place % newerFile.length;
        byte[] shorter = new byte[newerFile.length - 1];
        System.arraycopy(newerFile, 0, shorter, 0, lost);
        System.arraycopy(newerFile, lost + 1, shorter, lost, shorter.length - lost);
        assertOlderIsTaken(shorter);
    }

    private static void assertOlderIsTaken(byte[] damagedFile) throws IOException {
        Files.write(file(2), damagedFile);
        List<String> damaged = new ArrayList<>();
        try (Learner learner = learner(3)) {
            Position position =
                    Checkpoint.restore(folder, learner, damaged::add).orElseThrow();
            assertThat(position.step()).isEqualTo(1);
            assertThat(bytes(learner)).isEqualTo(older);
            assertThat(damaged).singleElement().asString().contains(file(2).toString());
        }
    }

    @Property(tries = 1)
    void theNewestIsTakenWhereItIsWhole() throws IOException {
        Files.write(file(2), newerFile);
        try (Learner learner = learner(3)) {
            assertThat(Checkpoint.restore(folder, learner, message -> {})).contains(Position.START.at(2, 2));
            assertThat(bytes(learner)).isEqualTo(newer);
        }
    }

    @Property(tries = 1)
    void whereNoneIsWholeTheRunIsRefused() throws IOException {
        byte[] olderFile = Files.readAllBytes(file(1));
        Files.write(file(1), new byte[3]);
        Files.write(file(2), new byte[0]);
        try (Learner learner = learner(3)) {
            assertThatThrownBy(() -> Checkpoint.restore(folder, learner, message -> {}))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("None of the checkpoints")
                    .hasMessageContaining("--fresh");
        } finally {
            Files.write(file(1), olderFile);
        }
    }

    private static Path file(int step) {
        return folder.resolve("checkpoint-%012d.safetensors".formatted(step));
    }

    private static Learner learner(long seed) {
        Stage stage = new Stage(Stage.Kind.TEXT, 1, 0.01, Schedule.of(10, 2));
        Plan plan =
                new Plan(MODEL, 8, Precision.FLOAT32, 1, 1, false, Optimizer.Kind.ADAM_W, 0.1, seed, List.of(stage));
        Learner learner = new Learner(plan, Weights.random(MODEL, seed), new Device("cpu"), 1);
        long[] ids = {1, 2, 3, 4, 5, 6, 7, 8};
        learner.step(new Batch(1, 8, ids, ids), 0.01);
        return learner;
    }

    /** Weights and the optimizer's state. */
    private static byte[] bytes(Learner learner) {
        byte[] all = {};
        for (Tensor tensor : learner.state()) {
            byte[] next = Weights.segment(tensor).toArray(ValueLayout.JAVA_BYTE);
            int end = all.length;
            all = Arrays.copyOf(all, end + next.length);
            System.arraycopy(next, 0, all, end, next.length);
        }
        return all;
    }
}
