package org.aifactory.access;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.access.Application.Decision;
import org.aifactory.access.Policy.Beyond;
import org.aifactory.access.Policy.Decider;
import org.aifactory.access.Policy.Mode;
import org.aifactory.federation.HourUnit;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.PersonId;
import org.aifactory.ledger.Amount;
import org.aifactory.web.KeptMessage;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** What happens to an allocation after it was granted: it lasts longer, becomes larger, is given back, or ends. */
@Service
class Changes {
    private static final int LONGEST_PURPOSE = 5000;
    private static final int MOST_MONTHS = 120;

    private final JdbcClient jdbc;
    private final ChangeTable table;
    private final Allocations allocations;
    private final Applications applications;
    private final Grants grants;
    private final Decisions decisions;
    private final Obstacles obstacles;
    private final Holdings holdings;
    private final Locks locks;
    private final Policy policy;
    private final WorkingDays days;
    private final Partitions partitions;
    private final AuditTrail audit;
    private final ApplicationEventPublisher events;
    private final Wording words;

    Changes(
            JdbcClient jdbc,
            ChangeTable table,
            Allocations allocations,
            Applications applications,
            Grants grants,
            Decisions decisions,
            Obstacles obstacles,
            Holdings holdings,
            Locks locks,
            Policy policy,
            Partitions partitions,
            AuditTrail audit,
            ApplicationEventPublisher events,
            Wording words) {
        this.jdbc = jdbc;
        this.table = table;
        this.allocations = allocations;
        this.applications = applications;
        this.grants = grants;
        this.decisions = decisions;
        this.obstacles = obstacles;
        this.holdings = holdings;
        this.locks = locks;
        this.policy = policy;
        this.days = WorkingDays.of(policy);
        this.partitions = partitions;
        this.audit = audit;
        this.events = events;
        this.words = words;
    }

    /**
     * Asks for a later end; in a mode that the policy decides it is granted at once.
     *
     * @throws Problem when it would last longer than the mode allows, or is over
     */
    @Transactional
    Change extend(Actor actor, AllocationId id, int months, String purpose, Optional<UUID> key) {
        return ask(actor, id, Change.Kind.EXTENSION, months, 0, purpose, key);
    }

    /**
     * Asks for more time; in a mode that the policy decides it is granted at once.
     *
     * @throws Problem when it would be more than the mode gives, the pool has too little, or the allocation is over
     */
    @Transactional
    Change topUp(Actor actor, AllocationId id, BigDecimal hours, HourUnit unit, String purpose, Optional<UUID> key) {
        Allocation allocation = allocations.find(actor, id);
        Amount amount = partitions.require(allocation.partition()).amount(hours, unit);
        return ask(actor, id, Change.Kind.TOP_UP, 0, amount.value(), purpose, key);
    }

    private Change ask(
            Actor actor,
            AllocationId id,
            Change.Kind kind,
            int months,
            long amount,
            String purpose,
            Optional<UUID> key) {
        Allocation known = allocations.find(actor, id);
        actor.requireMayChange(known.organisation(), "allocation", id);
        locks.organisation(known.organisation());
        Optional<Change> repeated = key.flatMap(some -> table.withKey(id, some));
        if (repeated.isPresent()) {
            return requireSame(repeated.get(), kind, months, amount);
        }
        if (!PlainText.says(purpose, LONGEST_PURPOSE)) {
            throw Problem.invalid("reason", "access.fault.reason", LONGEST_PURPOSE);
        }
        Allocation allocation = allocations.lock(id);
        requireActive(allocation);
        requireAllowed(allocation, kind, months, amount);
        Mode mode = policy.mode(allocation.mode()).orElseThrow();
        Instant now = allocations.now();
        Change change = new Change(
                UUID.randomUUID(),
                id,
                kind,
                months,
                amount,
                purpose.strip(),
                ApplicationState.SUBMITTED,
                actor.person(),
                now,
                Optional.ofNullable(mode.promise()).flatMap(promise -> days.promisedBy(promise, now)),
                Optional.empty());
        table.add(change, key.orElseGet(UUID::randomUUID));
        record(
                actor.person(),
                allocation,
                asked(kind),
                Map.of("change", change.id(), "months", months, "amount", amount));
        if (mode.decidedBy() == Decider.POLICY) {
            carryOut(change, allocation, new Decision(now, Optional.empty(), Message.of("access.decision.policy")));
        } else {
            table.move(change, ApplicationState.IN_REVIEW, Optional.empty());
            publish(change, allocation, ApplicationState.IN_REVIEW, null);
        }
        return require(change.id());
    }

    private static Change requireSame(Change change, Change.Kind kind, int months, long amount) {
        if (change.kind() != kind || change.months() != months || change.amount() != amount) {
            throw Problem.of(ProblemType.ALREADY_TAKEN, "access.refused.change-key");
        }
        return change;
    }

    private void requireActive(Allocation allocation) {
        if (allocation.state() != AllocationState.ACTIVE || !allocations.now().isBefore(allocation.until())) {
            throw Problem.of(ProblemType.NOT_NOW, Message.of("access.allocation.over", allocation.project()));
        }
    }

    private void requireAllowed(Allocation allocation, Change.Kind kind, int months, long amount) {
        Mode mode = policy.mode(allocation.mode())
                .orElseThrow(() -> Problem.of(ProblemType.NOT_NOW, "access.refused.mode-gone", allocation.mode()));
        switch (kind) {
            case EXTENSION -> requireNotTooLong(allocation, mode, months);
            case TOP_UP -> requireNotTooMuch(allocation, mode, amount);
        }
    }

    private void requireNotTooLong(Allocation allocation, Mode mode, int months) {
        if (months < 1 || months > MOST_MONTHS) {
            throw Problem.invalid("months", "access.fault.months-longer", MOST_MONTHS);
        }
        int beyond = mode.beyond() == null ? 0 : mode.beyond().months();
        int most = mode.months().most() + beyond;
        Instant latest = days.plusMonths(allocation.from(), most);
        if (days.plusMonths(allocation.until(), months).isAfter(latest)) {
            throw Problem.of(
                    ProblemType.AGAINST_RULES,
                    Message.of("access.extension.too-long", mode.name().said(), most, words.day(latest)));
        }
    }

    private void requireNotTooMuch(Allocation allocation, Mode mode, long amount) {
        if (amount < 1) {
            throw Problem.invalid("hours", "access.fault.hours");
        }
        Partition partition = partitions.require(allocation.partition());
        Beyond beyond = mode.beyond();
        BigDecimal share = beyond == null || beyond.share() == null ? BigDecimal.ZERO : beyond.share();
        Optional<Long> most = ModeFits.most(mode, partition, share);
        long held = holdings.byMode(allocation.organisation(), partition).getOrDefault(mode.slug(), 0L);
        if (most.isPresent() && amount > most.get() - held) {
            long left = Math.max(0, most.get() - held);
            throw Problem.of(
                            ProblemType.AGAINST_RULES,
                            Message.of(
                                    "access.fit.too-much-with-held",
                                    mode.name().said(),
                                    Wording.time(partition, most.get()),
                                    Wording.time(partition, held),
                                    Wording.time(partition, left),
                                    Wording.time(partition, amount)))
                    .with(Map.of("left", left, "leftHours", partition.inAllUnits(left)));
        }
    }

    /** A person decides what the policy could not. */
    @Transactional
    Change decide(Actor actor, UUID id, boolean grant, String reason) {
        Change change = find(actor, id);
        Application application =
                applications.require(allocations.require(change.allocation()).application());
        if (!decisions.mayDecide(actor, application)) {
            throw Problem.of(ProblemType.NOT_ALLOWED, "access.refused.only-others");
        }
        if (!PlainText.says(reason, LONGEST_PURPOSE)) {
            throw Problem.invalid("reason", "access.fault.reason", LONGEST_PURPOSE);
        }
        locks.organisation(application.organisation());
        Allocation allocation = allocations.lock(change.allocation());
        Change current = require(id);
        Decision decision =
                new Decision(allocations.now(), Optional.of(actor.person()), Message.written(reason.strip()));
        if (grant) {
            if (!current.state().isDecided()) {
                requireActive(allocation);
                requireAllowed(allocation, current.kind(), current.months(), current.amount());
            }
            carryOut(current, allocation, decision);
        } else {
            table.move(current, ApplicationState.REFUSED, Optional.of(decision));
            record(
                    actor.person(),
                    allocation,
                    "allocation.change-refused",
                    Map.of("change", id, "reason", decision.reason().inEnglish()));
            publish(current, allocation, ApplicationState.REFUSED, decision.reason());
        }
        return require(id);
    }

    private void carryOut(Change change, Allocation allocation, Decision decision) {
        table.move(change, ApplicationState.GRANTED, Optional.of(decision));
        PersonId by = decision.by().orElse(null);
        switch (change.kind()) {
            case EXTENSION -> {
                Instant until = days.plusMonths(allocation.until(), change.months());
                jdbc.sql("update access.allocation set until = :until where id = :id")
                        .param("until", until.atOffset(ZoneOffset.UTC))
                        .param("id", allocation.id().value())
                        .update();
                // What was said of the old end is said anew of the new one.
                jdbc.sql("delete from access.notice where allocation = :id and kind like 'days-left-%'")
                        .param("id", allocation.id().value())
                        .update();
                audit.record(
                        by,
                        allocation.organisation(),
                        "allocation.extended",
                        subject(allocation),
                        Map.of("change", change.id(), "until", until.toString()));
            }
            case TOP_UP -> {
                Amount amount = new Amount(
                        change.amount(),
                        partitions.require(allocation.partition()).unit());
                if (allocation.commercial()) {
                    locks.partition(allocation.partition());
                    obstacles
                            .commercial(partitions.require(allocation.partition()), amount)
                            .ifPresent(obstacle -> {
                                throw Problem.of(ProblemType.NOT_ENOUGH_LEFT, obstacle.sentence());
                            });
                }
                grants.give(allocation, amount, Message.of("access.entry.topped-up"));
                audit.record(
                        by,
                        allocation.organisation(),
                        "allocation.topped-up",
                        subject(allocation),
                        Map.of("change", change.id(), "amount", amount.value(), "unit", amount.unit()));
            }
        }
        publish(change, allocation, ApplicationState.GRANTED, decision.reason());
    }

    private void publish(Change change, Allocation allocation, ApplicationState state, @Nullable Message reason) {
        events.publishEvent(new ChangeMoved(
                change.id(),
                allocation.id(),
                allocation.application(),
                allocation.organisation(),
                allocation.project(),
                ChangeMoved.Kind.valueOf(change.kind().name()),
                state,
                reason == null ? null : KeptMessage.of(reason),
                change.promisedBy().orElse(null)));
    }

    /** Gives back what is not used; what is held stays until it is settled. A second time changes nothing. */
    @Transactional
    Allocation giveBack(Actor actor, AllocationId id) {
        Allocation known = allocations.find(actor, id);
        actor.requireMayChange(known.organisation(), "allocation", id);
        Allocation allocation = allocations.lock(id);
        if (allocation.state() == AllocationState.RETURNED) {
            return allocation;
        }
        requireActive(allocation);
        allocations.end(allocation, AllocationState.RETURNED);
        withdrawWaiting(id);
        Amount amount = grants.giveBack(allocation, Message.of("access.entry.given-back"));
        record(
                actor.person(),
                allocation,
                "allocation.returned",
                Map.of("amount", amount.value(), "unit", amount.unit()));
        return allocations.require(id);
    }

    /** What was asked of an allocation that is over needs no answer. */
    void withdrawWaiting(AllocationId id) {
        table.of(id).stream()
                .filter(change -> !change.state().isDecided())
                .forEach(change -> table.move(
                        change,
                        ApplicationState.WITHDRAWN,
                        Optional.of(new Decision(
                                allocations.now(), Optional.empty(), Message.of("access.decision.over")))));
    }

    /** @throws Problem that there is none, where the person may not know of it */
    Change find(Actor actor, UUID id) {
        Change change = require(id);
        Allocation allocation = allocations.require(change.allocation());
        boolean isTheirs = actor.maySee(allocation.organisation());
        if (!isTheirs && !decisions.mayDecide(actor, applications.require(allocation.application()))) {
            throw Problem.notFound("request", id);
        }
        return change;
    }

    List<Change> of(Actor actor, AllocationId id) {
        allocations.find(actor, id);
        return table.of(id);
    }

    /** Those that wait for a decision that the person may make. */
    List<Change> waitingFor(Actor actor) {
        return table.waiting().stream()
                .filter(change -> decisions.mayDecide(
                        actor,
                        applications.require(
                                allocations.require(change.allocation()).application())))
                .toList();
    }

    private Change require(UUID id) {
        return table.find(id).orElseThrow(() -> Problem.notFound("request", id));
    }

    private void record(PersonId person, Allocation allocation, String action, Map<String, ?> details) {
        audit.record(person, allocation.organisation(), action, subject(allocation), details);
    }

    private static String asked(Change.Kind kind) {
        return switch (kind) {
            case EXTENSION -> "allocation.extension-asked";
            case TOP_UP -> "allocation.top-up-asked";
        };
    }

    static String subject(Allocation allocation) {
        return "allocation " + allocation.id();
    }
}
