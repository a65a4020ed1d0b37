package org.aifactory.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that goes on only when a story says so. */
final class FakeClock implements InstantSource {
    private volatile Instant now = Instant.parse("2027-03-01T09:00:00Z");

    @Override
    public Instant instant() {
        return now;
    }

    void pass(Duration time) {
        now = now.plus(time);
    }
}
