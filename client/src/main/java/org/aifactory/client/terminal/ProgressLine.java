package org.aifactory.client.terminal;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** How far some work has come: on a terminal one line that is drawn again and again, elsewhere a plain line now and then. */
public final class ProgressLine {
    private static final int BAR_WIDTH = 24;
    private static final long DRAWN_EVERY_NANOS = Duration.ofMillis(100).toNanos();
    private static final long PLAIN_LINE_EVERY_NANOS = Duration.ofSeconds(15).toNanos();
    /** What does not fit on the line is cut, for a line that wraps is not drawn over but pushed up, again and again. */
    private static final String NO_WRAP = "\033[?7l";

    private static final String WRAP = "\033[?7h";
    private static final String TO_LINE_START = "\r\033[K";

    private final PrintWriter messages;
    private final boolean terminal;
    private boolean drawn;
    private String lastWork = "";
    private long lastShown = System.nanoTime();

    ProgressLine(PrintWriter messages, boolean terminal) {
        this.messages = messages;
        this.terminal = terminal;
    }

    /** How far some work has come, 0 to 1. May be called as often as there is something to tell. */
    public synchronized void show(String work, double done, String detail) {
        if (isDue(work)) {
            double part = Math.clamp(done, 0, 1);
            int filled = (int) Math.round(BAR_WIDTH * part);
            String bar = terminal ? " " + "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled) : "";
            draw(String.format(Locale.ROOT, "%s%s %3.0f %%  %s", work, bar, Math.floor(100 * part), detail));
        }
    }

    /** Work of which nobody knows how long it takes. */
    public synchronized void show(String work, String detail) {
        if (isDue(work)) {
            draw(work + "  " + detail);
        }
    }

    private boolean isDue(String work) {
        long now = System.nanoTime();
        boolean due = now - lastShown >= (terminal ? DRAWN_EVERY_NANOS : PLAIN_LINE_EVERY_NANOS);
        if (!due && !(terminal && !work.equals(lastWork))) {
            return false;
        }
        lastShown = now;
        lastWork = work;
        return true;
    }

    private void draw(String line) {
        if (terminal) {
            messages.print(TO_LINE_START + NO_WRAP + line + WRAP);
            drawn = true;
        } else {
            messages.println(line);
        }
        messages.flush();
    }

    /** Takes the line away, so that what is printed next stands in its place. */
    public synchronized void erase() {
        if (drawn) {
            messages.print(TO_LINE_START);
            messages.flush();
            drawn = false;
        }
        lastWork = "";
    }
}
