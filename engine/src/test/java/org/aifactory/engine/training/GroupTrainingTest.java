package org.aifactory.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.aifactory.engine.ChildProcess;
import org.aifactory.engine.ChildProcess.Ended;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * Aim: two processes learn what one does, and no death of one leaves the other waiting. Method: pairs of processes on this computer,
 * compared by the losses in their metrics with one process that was given the same.
 */
class GroupTrainingTest {
    private static final int RESOURCE = 5;
    private static final int UNHURRIED = 400;
    /** Sums in another order differ in the last bits of 32-bit numbers, and a little more after each step. */
    private static final double ROUNDING = 1e-4;

    @TempDir
    private static Path shared;

    private static Path texts = Path.of("");
    private static List<Double> alone = List.of();

    @BeforeAll
    static void runInOneProcess() throws IOException {
        texts = TinyRun.writeTexts(shared.resolve("texts"));
        Path folder = shared.resolve("alone");
        new TrainingRun(
                        TinyRun.request(texts, folder),
                        Progress.onStandardError(),
                        new Clock(System.nanoTime()),
                        TinyRun.EVERY_STEP)
                .run();
        alone = losses(folder);
        assertThat(alone).hasSize(TinyRun.STEPS);
    }

    private static List<Double> losses(Path folder) throws IOException {
        JsonMapper json = new JsonMapper();
        return Files.readAllLines(folder.resolve("training/metrics.jsonl")).stream()
                .map(line -> json.readTree(line).get("loss").asDouble())
                .toList();
    }

    private static void requireSameCurve(Path folder) throws IOException {
        List<Double> together = losses(folder);
        assertThat(together).hasSize(alone.size());
        for (int step = 0; step < alone.size(); step++) {
            assertThat(together.get(step))
                    .as("step " + step)
                    .isCloseTo(alone.get(step), within(ROUNDING * alone.get(step)));
        }
        assertThat(folder.resolve("model.safetensors")).exists();
    }

    private static List<ChildProcess> pair(Path folder, int dwell) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        return List.of(process(folder, 0, port, dwell), process(folder, 1, port, dwell));
    }

    private static ChildProcess process(Path folder, int rank, int port, int dwell) throws IOException {
        return ChildProcess.of(
                GroupProcess.class,
                texts.toString(),
                folder.toString(),
                Integer.toString(rank),
                "2",
                "127.0.0.1:" + port,
                Integer.toString(dwell));
    }

    private static void awaitCheckpoint(Path folder, int step, ChildProcess writer) throws Exception {
        Path awaited = folder.resolve("training/checkpoint-%012d.safetensors".formatted(step));
        while (!Files.exists(awaited)) {
            assertThat(writer.process().isAlive()).as(writer.errors()).isTrue();
            Thread.sleep(20);
        }
    }

    @Test
    void two_processes_learn_what_one_does() throws Exception {
        Path folder = shared.resolve("together");
        List<ChildProcess> pair = pair(folder, 0);
        for (ChildProcess process : pair) {
            Ended ended = process.run();
            assertThat(ended.status()).as(ended.errors()).isZero();
        }
        requireSameCurve(folder);
    }

    @Test
    void who_is_left_says_so_and_ends_and_the_run_goes_on_from_where_it_was() throws Exception {
        Path folder = shared.resolve("killed");
        for (int killed : IntStream.range(0, 2).toArray()) {
            List<ChildProcess> pair = pair(folder, UNHURRIED);
            awaitCheckpoint(folder, 2 + 2 * killed, pair.getFirst());
            pair.get(killed).process().destroyForcibly();
            Ended left = pair.get(1 - killed).run();
            assertThat(left.status()).as(left.errors()).isEqualTo(RESOURCE);
            assertThat(left.errors()).contains("has ended, or cannot be reached any more");
            pair.get(killed).close();
        }
        for (ChildProcess process : pair(folder, 0)) {
            Ended ended = process.run();
            assertThat(ended.status()).as(ended.errors()).isZero();
        }
        requireSameCurve(folder);
    }

    @Test
    void what_the_first_cannot_do_the_others_are_told() throws Exception {
        Path folder = shared.resolve("alone");
        for (ChildProcess process : pair(folder, 0)) {
            Ended ended = process.run();
            assertThat(ended.status()).as(ended.errors()).isEqualTo(7);
            assertThat(ended.errors()).contains("is finished");
        }
    }
}
