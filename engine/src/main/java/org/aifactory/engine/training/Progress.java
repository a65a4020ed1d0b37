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
    private static final Duration DRAWN_EVERY = Duration.ofMillis(100);
    private static final long PLAIN_LINE_EVERY_NANOS = Duration.ofSeconds(15).toNanos();
    /** What does not fit on the line is cut, for a line that wraps is not drawn over but pushed up, again and again. */
    private static final String NO_WRAP = "\033[?7l";

    private static final String WRAP = "\033[?7h";

    private final PrintStream out;
    private final boolean terminal;
    private final long drawnEveryNanos;
    private boolean drawn;
    private String lastWork = "";
    private long lastShown = System.nanoTime();
    private String heldOut = "";
    private Stage.Kind stage = Stage.Kind.TEXT;

    /** @param terminal whether {@code out} can go back to the start of a line */
    public Progress(PrintStream out, boolean terminal) {
        this(out, terminal, DRAWN_EVERY);
    }

    /** @param drawnEvery how long a line on a terminal stays at least before it is drawn again */
    Progress(PrintStream out, boolean terminal, Duration drawnEvery) {
        this.out = out;
        this.terminal = terminal;
        this.drawnEveryNanos = drawnEvery.toNanos();
    }

    /** Progress on standard error. */
    public static Progress onStandardError() {
        return new Progress(System.err, standardErrorIsTerminal());
    }

    /** Java itself knows only of the other two streams. */
    public static boolean standardErrorIsTerminal() {
        return Boolean.getBoolean("aifactory.terminal");
    }

    /** A line that stays, in the form of {@link String#format}: what others wrote belongs into an argument. */
    public void say(String format, Object... arguments) {
        erase();
        out.println(String.format(Locale.ROOT, format, arguments));
        out.flush();
    }

    /** How far some work has come, 0 to 1. May be called as often as there is something to tell. */
    public void show(String work, double done, String detail) {
        long now = System.nanoTime();
        boolean due = now - lastShown >= (terminal ? drawnEveryNanos : PLAIN_LINE_EVERY_NANOS);
        if (!due && !(terminal && !work.equals(lastWork))) {
            return;
        }
        lastShown = now;
        lastWork = work;
        if (terminal) {
            int filled = (int) Math.round(BAR_WIDTH * Math.clamp(done, 0, 1));
            String bar = "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
            String line = String.format(Locale.ROOT, "%s %s %3.0f %%  %s", work, bar, 100 * done, detail);
            out.print("\r\033[K" + NO_WRAP + line + WRAP);
            out.flush();
            drawn = true;
        } else {
            out.println(String.format(Locale.ROOT, "%s %3.0f %%  %s", work, 100 * done, detail));
            out.flush();
        }
    }

    void show(Metrics metrics) {
        if (metrics.stage() != stage) {
            heldOut = "";
            stage = metrics.stage();
        }
        if (metrics.bitsPerByte() != null) {
            heldOut = String.format(Locale.ROOT, "  %.3f bits per byte held out", metrics.bitsPerByte());
        }
        show(
                metrics.stage() == Stage.Kind.TEXT ? "Reading      " : "Conversations",
                (double) metrics.step() / metrics.steps(),
                String.format(
                        Locale.ROOT,
                        "%s left  loss %.3f%s  step %,d of %,d  %,.0f tokens/s",
                        duration(metrics.secondsLeft()),
                        metrics.loss(),
                        heldOut,
                        metrics.step(),
                        metrics.steps(),
                        metrics.tokensPerSecond()));
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
