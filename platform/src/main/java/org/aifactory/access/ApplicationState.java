package org.aifactory.access;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Where an application stands. */
public enum ApplicationState {
    /** It is there, and nobody has looked at it. */
    SUBMITTED,
    /** A person has to decide. */
    IN_REVIEW,
    /** There is an allocation. */
    GRANTED,
    REFUSED,
    /** Taken back by whoever applied. */
    WITHDRAWN;

    /** Every move that there is. */
    private static final Map<ApplicationState, Set<ApplicationState>> MOVES = Map.of(
            SUBMITTED, Set.of(IN_REVIEW, GRANTED, WITHDRAWN),
            IN_REVIEW, Set.of(GRANTED, REFUSED, WITHDRAWN),
            GRANTED, Set.of(),
            REFUSED, Set.of(),
            WITHDRAWN, Set.of());

    public boolean mayBecome(ApplicationState next) {
        return MOVES.getOrDefault(this, Set.of()).contains(next);
    }

    /** As it stands in keys of messages. */
    public String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public boolean isDecided() {
        return this != SUBMITTED && this != IN_REVIEW;
    }
}
