package org.aifactory.federation;

import java.time.Instant;
import java.util.Optional;

/**
 * What a machine foretells of a job that waits.
 *
 * @param before how many jobs are before it in its queue
 * @param start when it would begin; empty where the machine cannot say
 */
public record Outlook(int before, Optional<Instant> start) {

    public Outlook {
        if (before < 0) {
            throw new IllegalArgumentException("No fewer than no jobs are before another.");
        }
    }
}
