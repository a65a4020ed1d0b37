package org.aifactory.engine.training;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Time since the command was given, and what it went by with until training began. */
final class Clock {
    /** Share of a run that is kept for measuring and writing the finished model. */
    private static final double RESERVE = 0.03;

    private static final double RESERVE_SECONDS = 1;

    private final long startedNanos;
    private final List<String> spent = new ArrayList<>();
    private double lastNote;

    /** @param startedNanos when the command was given, by {@link System#nanoTime} */
    Clock(long startedNanos) {
        this.startedNanos = startedNanos;
    }

    /**
     * Counts from when the Java machine started, which takes time, too. The process is older where the launcher built the engine
     * before it became Java, and a build is nothing that a run was given time for.
     */
    static Clock ofTheProcess() {
        long alive = System.currentTimeMillis()
                - ManagementFactory.getRuntimeMXBean().getStartTime();
        return new Clock(System.nanoTime() - Duration.ofMillis(alive).toNanos());
    }

    double seconds() {
        return (System.nanoTime() - startedNanos) / 1e9;
    }

    /** What is left for training of a run that may take {@code wallSeconds} in all. */
    double trainingSeconds(double wallSeconds) {
        return trainingSeconds(wallSeconds, seconds());
    }

    /** What is left for training after {@code spent} seconds. */
    static double trainingSeconds(double wallSeconds, double spent) {
        return wallSeconds * (1 - RESERVE) - RESERVE_SECONDS - spent;
    }

    /** What a run takes in all that trains for so long, the other way round. */
    static double wallSeconds(double trainingSeconds, double spent) {
        return (trainingSeconds + spent + RESERVE_SECONDS) / (1 - RESERVE);
    }

    /** Notes that the time since the last note, or since the command, was spent on {@code work}. */
    void spentOn(String work) {
        double now = seconds();
        spent.add(String.format(Locale.ROOT, "%s %.1f", work, now - lastNote));
        lastNote = now;
    }

    /** All seconds that were noted, and what they were spent on. */
    String account() {
        return String.format(Locale.ROOT, "%.1f s: %s", lastNote, String.join(", ", spent));
    }
}
