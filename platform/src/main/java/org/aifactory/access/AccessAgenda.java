package org.aifactory.access;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.aifactory.identity.Actor;
import org.aifactory.identity.Agenda;
import org.springframework.stereotype.Component;

/** What waits for a decision, and what would die unused. */
@Component
class AccessAgenda implements Agenda {
    private static final Duration SOON = Duration.ofDays(30);

    private final Decisions decisions;
    private final Allocations allocations;
    private final InstantSource clock;

    AccessAgenda(Decisions decisions, Allocations allocations, InstantSource clock) {
        this.decisions = decisions;
        this.allocations = allocations;
        this.clock = clock;
    }

    @Override
    public List<Item> of(Actor actor) {
        return Stream.concat(
                        decisions.waitingFor(actor).stream()
                                .map(application -> new Item(
                                        "access.agenda.decide",
                                        List.of(application.project().title()),
                                        "/applications/" + application.id(),
                                        application.promisedBy())),
                        allocations.of(actor).stream()
                                .filter(allocation -> actor.mayChange(allocation.organisation()))
                                .filter(this::endsUnused)
                                .map(allocation -> new Item(
                                        "access.agenda.ends",
                                        List.of(allocation.project()),
                                        "/allocations/" + allocation.id(),
                                        Optional.of(allocation.until()))))
                .toList();
    }

    private boolean endsUnused(Allocation allocation) {
        Instant now = clock.instant();
        return allocation.state() == AllocationState.ACTIVE
                && allocation.until().isBefore(now.plus(SOON))
                && allocations.balance(allocation.id()).free() > 0;
    }
}
