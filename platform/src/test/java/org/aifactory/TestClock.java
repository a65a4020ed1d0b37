package org.aifactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.context.annotation.Primary;

/** The platform's clock under test: the computer's, which a test may turn forward. Whoever turns it turns it back. */
@TestComponent
@Primary
public final class TestClock implements InstantSource {
    private volatile Duration ahead = Duration.ZERO;

    @Override
    public Instant instant() {
        return Instant.now().plus(ahead);
    }

    public void forward(Duration time) {
        ahead = ahead.plus(time);
    }

    /** From now on it is so late, and time goes on from there. */
    public void turnTo(Instant time) {
        ahead = Duration.between(Instant.now(), time);
    }

    public void turnBack() {
        ahead = Duration.ZERO;
    }
}
