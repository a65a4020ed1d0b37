package org.aifactory.federation.slurm;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.aifactory.federation.MachineUnavailable;
import org.jspecify.annotations.Nullable;

/** What was answered a moment ago, for all who ask the same now, so that a site is asked once however many partitions are looked at. */
final class Lately<T> {
    private static final Duration FRESH = Duration.ofSeconds(2);

    private final InstantSource clock;
    private @Nullable Known<T> known;

    Lately(InstantSource clock) {
        this.clock = clock;
    }

    private record Known<T>(Instant at, Supplier<T> answer) {}

    /** @param question that one asks at a time, while others wait for its answer; an outage is an answer for as long as any */
    synchronized T answer(Supplier<T> question) {
        Known<T> last = known;
        if (last == null || Duration.between(last.at(), clock.instant()).abs().compareTo(FRESH) >= 0) {
            Supplier<T> answer = asked(question);
            // From when it was there: a slow answer would be old before anybody who waited for it had it.
            last = new Known<>(clock.instant(), answer);
            known = last;
        }
        return last.answer().get();
    }

    private static <T> Supplier<T> asked(Supplier<T> question) {
        try {
            T answer = question.get();
            return () -> answer;
        } catch (MachineUnavailable away) {
            return () -> {
                throw away;
            };
        }
    }
}
