package org.aifactory.training;

import java.time.Duration;
import java.time.Instant;

/**
 * What an attempt comes to, in the unit of its partition.
 *
 * @param used what it took of the machine
 * @param charged what its allocation pays of that, at most what was held for it
 * @param site what the site bears: what ran past its hold, and all of what the machine broke
 */
record Charge(long used, long charged, long site) {
    static final Charge NOTHING = new Charge(0, 0, 0);
    private static final Duration HALF_A_SECOND = Duration.ofMillis(500);

    /**
     * Whole seconds from the start of a process to its end, as the machine noted them: the nearest number, and one at least; but none
     * where both are noted at the same moment, as by machines that note whole seconds only. Everything that is charged, shown or summed
     * is made from this number, so that nothing is ever rounded twice.
     */
    static long seconds(Instant started, Instant ended) {
        return started.equals(ended)
                ? 0
                : Math.max(
                        1, Duration.between(started, ended).plus(HALF_A_SECOND).toSeconds());
    }

    /**
     * What a process comes to that has run.
     *
     * @param seconds how long
     * @param rate how much it takes in a second
     * @param held how much was kept back for it
     */
    static Charge of(long seconds, int rate, long held) {
        long used = Math.multiplyExact(seconds, (long) rate);
        long charged = Math.min(used, held);
        return new Charge(used, charged, used - charged);
    }

    /** The same where the machine, and not the program, was at fault. */
    Charge borneBySite() {
        return new Charge(used, 0, used);
    }
}
