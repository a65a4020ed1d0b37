package org.aifactory.training;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a run takes of its allocation as time goes by.
 *
 * @param rate in the unit of the partition for each second that it runs
 * @param held for it, or charged where an attempt has ended, by all attempts together, in the same unit
 * @param spans of time in which it ran, the first first
 */
record Burn(long rate, long held, List<Span> spans) {

    /**
     * An attempt that has begun.
     *
     * @param until when it ended; null while it goes on
     * @param charged in the end
     */
    record Span(Instant from, @Nullable Instant until, long charged) {

        private double seconds(Instant at) {
            Instant end = until != null && until.isBefore(at) ? until : at;
            return Math.max(0, Duration.between(from, end).toMillis() / 1000.0);
        }
    }

    Burn {
        spans = List.copyOf(spans);
    }

    static Burn of(List<Attempt> attempts, long rate) {
        List<Span> spans = new ArrayList<>();
        long held = 0;
        for (Attempt attempt : attempts) {
            Optional<Attempt.Ending> ending = attempt.ending();
            long charged = ending.map(known -> known.charge().charged()).orElse(0L);
            held += ending.isPresent() ? charged : attempt.held();
            if (attempt.started().isPresent()) {
                Instant from = attempt.started().get();
                Instant until = ending.map(known -> known.at().orElse(from)).orElse(null);
                spans.add(new Span(from, until, charged));
            }
        }
        return new Burn(rate, held, spans);
    }

    /** For how long it had run by then, in seconds. */
    double seconds(Instant at) {
        return spans.stream().mapToDouble(span -> span.seconds(at)).sum();
    }

    /** What it had taken by then: as much as it ran for, never more than is held, and in the end what is charged. */
    double amount(Instant at) {
        double amount = 0;
        for (Span span : spans) {
            double seconds = span.seconds(at);
            double whole = span.until() == null ? 0 : span.seconds(span.until());
            amount += span.until() == null ? rate * seconds : (whole == 0 ? 0 : span.charged() * seconds / whole);
        }
        return Math.min(amount, held);
    }
}
