package org.aifactory.engine.training;

import java.time.Duration;
import java.time.Instant;

/**
 * Time since the command was given.
 *
 * @param startedNanos when that was, by {@link System#nanoTime}
 */
record Clock(long startedNanos) {
    /** Share of a run that is kept for measuring and writing the finished model. */
    private static final double RESERVE = 0.03;

    /** Counts from when the process began: starting the Java machine takes time, too. */
    static Clock ofTheProcess() {
        long now = System.nanoTime();
        return new Clock(ProcessHandle.current()
                .info()
                .startInstant()
                .map(start -> now - Duration.between(start, Instant.now()).toNanos())
                .orElse(now));
    }

    double seconds() {
        return (System.nanoTime() - startedNanos) / 1e9;
    }

    /** What is left for training of a run that may take {@code wallSeconds} in all. */
    double trainingSeconds(double wallSeconds) {
        return wallSeconds * (1 - RESERVE) - 1 - seconds();
    }
}
