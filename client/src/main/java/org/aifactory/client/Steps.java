package org.aifactory.client;

import java.util.Locale;
import org.aifactory.client.terminal.Terminal;

/** The steps of a long walk: each with its number and the time since the beginning. */
final class Steps {
    private final Terminal terminal;
    private final int count;
    private final long begun = System.nanoTime();
    private int current;

    Steps(Terminal terminal, int count) {
        this.terminal = terminal;
        this.count = count;
    }

    void begin(String words) {
        current++;
        terminal.say("");
        terminal.say("%s  Step %d of %d: %s", elapsed(), current, count, words);
    }

    /** What came of the step. */
    void say(String format, Object... arguments) {
        terminal.say("       " + format, arguments);
    }

    /** Minutes and seconds. */
    String elapsed() {
        long seconds = (System.nanoTime() - begun) / 1_000_000_000;
        return String.format(Locale.ROOT, "%2d:%02d", seconds / 60, seconds % 60);
    }
}
