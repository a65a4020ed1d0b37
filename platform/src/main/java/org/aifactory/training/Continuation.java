package org.aifactory.training;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.aifactory.access.Allocation;
import org.aifactory.access.AllocationState;
import org.aifactory.access.Allocations;
import org.aifactory.access.CommercialUse;
import org.aifactory.federation.Machines;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.federation.Pools;
import org.aifactory.federation.Reason;
import org.aifactory.federation.Reason.Kind;
import org.aifactory.identity.AuditTrail;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.Posting;
import org.aifactory.ledger.Posting.Hold;
import org.aifactory.training.Attempt.Ending;
import org.springframework.stereotype.Component;

/**
 * Goes on with a run whose machine has failed under it: another attempt takes the place of the one that was lost, and its hold that of
 * the hold which that one frees, all in the transaction that ends it. So a run is never between two attempts, and costs no more than it
 * could have cost.
 */
@Component
class Continuation {
    /** How an attempt has to have ended; what somebody at the site ended on purpose is left to people. */
    private static final Set<Kind> FAILURES = EnumSet.of(Kind.LOST, Kind.NODE_FAILED, Kind.PREEMPTED, Kind.RESTARTED);

    private final RunTable table;
    private final AttemptTable attempts;
    private final Allocations allocations;
    private final CommercialUse commercialUse;
    private final Partitions partitions;
    private final Machines machines;
    private final Pools pools;
    private final AuditTrail audit;
    private final TrainingSettings settings;
    private final InstantSource clock;

    Continuation(
            RunTable table,
            AttemptTable attempts,
            Allocations allocations,
            CommercialUse commercialUse,
            Partitions partitions,
            Machines machines,
            Pools pools,
            AuditTrail audit,
            TrainingSettings settings,
            InstantSource clock) {
        this.table = table;
        this.attempts = attempts;
        this.allocations = allocations;
        this.commercialUse = commercialUse;
        this.partitions = partitions;
        this.machines = machines;
        this.pools = pools;
        this.audit = audit;
        this.settings = settings;
        this.clock = clock;
    }

    /** The attempt that follows one; none where it ended otherwise, was to end anyway, or was one of too many. */
    Optional<Attempt> next(Run run, Attempt ended, Ending ending) {
        boolean follows = ending.state() == RunState.MACHINE_FAILED
                && FAILURES.contains(ending.reason().kind())
                && ended.continues()
                && ended.continued() < settings.continueAtMost()
                && ended.cancelled().isEmpty()
                && now().isBefore(ended.expires())
                && mayBeSpent(run)
                && takesRuns(run);
        return follows ? Optional.of(following(run, ended)) : Optional.empty();
    }

    /** A machine that its operator drains after a failure gets nothing back. */
    private boolean takesRuns(Run run) {
        Partition partition = partitions.require(run.partition());
        return partition.open() && machines.require(partition.machine()).open();
    }

    private boolean mayBeSpent(Run run) {
        Allocation allocation = allocations.require(run.allocation());
        return allocation.state() == AllocationState.ACTIVE && now().isBefore(allocation.until());
    }

    private Attempt following(Run run, Attempt ended) {
        return new Attempt(
                run.id(),
                ended.number() + 1,
                ended.held(),
                expiry(run),
                Attempt.Stage.WAITING,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                true,
                ended.continued() + 1);
    }

    /** As for an attempt that somebody asks for. */
    private Instant expiry(Run run) {
        return now().plus(settings.waitAtMost())
                .plus(run.resources().wallTime())
                .plus(Attempt.SETTLED_WITHIN);
    }

    /** What is kept back for it, to be posted after the hold of the attempt before is free. */
    List<Posting> holds(Run run, Attempt next, Partition partition) {
        Allocation allocation = allocations.require(run.allocation());
        Hold hold = new Hold(
                next.hold(),
                allocation.account(),
                pools.usedAccount(partition.id()),
                new Amount(next.held(), partition.unit()),
                next.expires(),
                "At most for run " + run.id() + ", attempt " + next.number());
        allocations.commit(allocation, run.submitter(), run.project(), hold);
        List<Posting> holds = new ArrayList<>(List.of(hold));
        commercialUse.hold(allocation, next.euroHold(), hold).ifPresent(holds::add);
        return holds;
    }

    /** A moment later, so that a machine that fails at once does not use up all attempts at once. */
    void begin(Run run, Attempt next, Ending before) {
        Instant now = now();
        attempts.insert(next, Map.of(), now);
        attempts.postpone(next, now.plus(settings.retryEvery()));
        table.set(
                run.id(),
                RunState.WAITING,
                Reason.of(Kind.CONTINUES, next.number(), before.reason().words()));
        audit.record(
                null,
                run.organisation(),
                "run.continued",
                run.subject(),
                Map.of("attempt", next.number(), "because", before.reason().kind()));
    }

    /** As exact as the database keeps it. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
