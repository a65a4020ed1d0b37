package org.aifactory.backup;

import java.time.Duration;
import java.util.Locale;

/** Says on standard error how far it is: on a terminal on one line, elsewhere once in a while. */
final class Progress {
    private static final long ON_TERMINAL = Duration.ofMillis(200).toNanos();
    private static final long ELSEWHERE = Duration.ofSeconds(10).toNanos();

    private final boolean terminal = Boolean.getBoolean("aifactory.terminal");
    private long told = System.nanoTime();
    private boolean line;

    /** A step begins. */
    void step(String sentence) {
        end();
        System.err.println(sentence);
        told = System.nanoTime();
    }

    void of(String what, long done, long all) {
        long now = System.nanoTime();
        if (now - told < (terminal ? ON_TERMINAL : ELSEWHERE)) {
            return;
        }
        told = now;
        String sentence = String.format(
                Locale.ROOT,
                "  %s: %.1f of %.1f MB (%d %%)",
                what,
                done / 1e6,
                all / 1e6,
                all == 0 ? 100 : 100 * done / all);
        if (terminal) {
            System.err.print("\r\u001b[K" + sentence);
            line = true;
        } else {
            System.err.println(sentence);
        }
    }

    void end() {
        if (line) {
            System.err.print("\r\u001b[K");
            line = false;
        }
    }
}
