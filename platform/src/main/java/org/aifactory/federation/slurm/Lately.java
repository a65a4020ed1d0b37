package org.aifactory.federation.slurm;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What was answered a moment ago, for all who ask the same now, so that a site is asked once however many partitions are looked at. */
final class Lately<T> {
    private static final Duration FRESH = Duration.ofSeconds(2);

    private final InstantSource clock;
    private @Nullable Known<T> known;

    Lately(InstantSource clock) {
        this.clock = clock;
    }

    private record Known<T>(Instant at, T answer) {}

    /** @param question that one asks at a time, while others wait for its answer; what failed is asked again */
    synchronized T answer(Supplier<T> question) {
        Known<T> last = known;
        Instant now = clock.instant();
        if (last == null || Duration.between(last.at(), now).abs().compareTo(FRESH) >= 0) {
            last = new Known<>(now, question.get());
            known = last;
        }
        return last.answer();
    }
}
