package org.aifactory.engine.training;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * What a run says to the person who waits for it: on a terminal one line that is drawn again and again, elsewhere a plain line
 * now and then.
 */
public final class Progress {
    private static final int BAR_WIDTH = 24;
    private static final long PLAIN_LINE_EVERY_NANOS = Duration.ofSeconds(15).toNanos();

    private final PrintStream out;
    private final boolean terminal;
    private boolean drawn;
    private long lastPlainLine = System.nanoTime() - PLAIN_LINE_EVERY_NANOS;

    /** @param terminal whether {@code out} can go back to the start of a line */
    public Progress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Progress on standard error. */
    public static Progress onStandardError() {
        return new Progress(
                System.err, System.console() != null && System.console().isTerminal());
    }

    /** A line that stays. */
    public void say(String format, Object... arguments) {
        erase();
        out.println(String.format(Locale.ROOT, format, arguments));
        out.flush();
    }

    /** How far some work has come, 0 to 1. */
    public void show(String work, double done, String detail) {
        long now = System.nanoTime();
        if (terminal) {
            int filled = (int) Math.round(BAR_WIDTH * Math.clamp(done, 0, 1));
            String bar = "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
            out.print("\r\033[K" + String.format(Locale.ROOT, "%s %s %3.0f %%  %s", work, bar, 100 * done, detail));
            out.flush();
            drawn = true;
        } else if (now - lastPlainLine >= PLAIN_LINE_EVERY_NANOS) {
            lastPlainLine = now;
            out.println(String.format(Locale.ROOT, "%s %3.0f %%  %s", work, 100 * done, detail));
            out.flush();
        }
    }

    void show(Metrics metrics) {
        String measured = metrics.bitsPerByte() == null
                ? ""
                : String.format(Locale.ROOT, "  %.3f bits per byte", metrics.bitsPerByte());
        show(
                metrics.stage() == Stage.Kind.TEXT ? "Reading      " : "Conversations",
                (double) metrics.step() / metrics.steps(),
                String.format(
                        Locale.ROOT,
                        "step %,d of %,d  loss %.3f%s  %,.0f tokens/s  %s left",
                        metrics.step(),
                        metrics.steps(),
                        metrics.loss(),
                        measured,
                        metrics.tokensPerSecond(),
                        duration(metrics.secondsLeft())));
    }

    private void erase() {
        if (drawn) {
            out.print("\r\033[K");
            drawn = false;
        }
    }

    /** Seconds in the words of people: {@code 47 s}, {@code 2 min 05 s}, {@code 3 h 20 min}. */
    public static String duration(double seconds) {
        long whole = Math.max(0, Math.round(seconds));
        if (whole < 60) {
            return whole + " s";
        }
        if (whole < 3600) {
            return String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60);
        }
        return String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
    }
}
