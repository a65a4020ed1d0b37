package org.aifactory.engine.training;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** A run of {@link TinyRun} in a process of its own that dwells after every step, so that it can be met on its way. */
final class TrainingProcess {
    private static final long DWELL_MILLISECONDS = 150;
    private static final int STOPPED = 130;

    private TrainingProcess() {}

    /** Takes the text and the folder of the run. */
    public static void main(String[] arguments) {
        TrainingRequest request = TinyRun.request(Path.of(arguments[0]), Path.of(arguments[1]));
        PrintStream slow = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8) {
            @Override
            public void println(String line) {
                System.err.println(line);
            }

            @Override
            public void print(String progress) {
                if (progress.contains(" step ")) {
                    dwell();
                }
            }
        };
        TrainingRun run = new TrainingRun(
                request, new Progress(slow, true, Duration.ZERO), new Clock(System.nanoTime()), TinyRun.EVERY_STEP);
        System.exit(run.run().finished() ? 0 : STOPPED);
    }

    private static void dwell() {
        try {
            Thread.sleep(DWELL_MILLISECONDS);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }
}
