package org.aifactory.cofunding;

import java.util.List;
import java.util.Optional;
import org.aifactory.ledger.Unit;
import org.aifactory.training.RunId;

/**
 * Whose time a run took.
 *
 * @param factory its slug
 * @param year in which it was submitted
 * @param seconds that its allocation was charged, in {@code unit}
 * @param cents what they cost those who fund them; empty where no cost of that day is published
 * @param centsPerHour that cost
 * @param parts together the seconds and the cents
 */
record Followed(
        RunId run,
        String factory,
        String partition,
        int year,
        Unit unit,
        long seconds,
        Optional<Long> cents,
        Optional<Long> centsPerHour,
        List<Part> parts) {

    /** @param funder "EU", or ISO 3166-1 alpha-2; empty where nobody had agreed whose the time was */
    record Part(Optional<String> funder, long seconds, Optional<Long> cents) {}

    /** Whether anybody at all is known to have paid. */
    public boolean isKnown() {
        return parts.stream().anyMatch(part -> part.funder().isPresent());
    }

    Optional<Part> of(String funder) {
        return parts.stream()
                .filter(part -> part.funder().equals(Optional.of(funder)))
                .findFirst();
    }
}
