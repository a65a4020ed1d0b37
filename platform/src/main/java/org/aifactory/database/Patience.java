package org.aifactory.database;

import java.time.Duration;

/** Half a minute, spent half a second at a time, for what is expected to come right by itself. */
final class Patience {
    private static final Duration PAUSE = Duration.ofMillis(500);

    private int pausesLeft = 60;

    /** Waits a little and says no, until there is none left. */
    boolean isOver() {
        if (pausesLeft == 0) {
            return true;
        }
        pausesLeft--;
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new DatabaseException("Interrupted while waiting for the database.", stopped);
        }
        return false;
    }
}
