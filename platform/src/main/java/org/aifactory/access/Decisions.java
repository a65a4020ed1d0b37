package org.aifactory.access;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.aifactory.access.Application.Decision;
import org.aifactory.access.Policy.Decider;
import org.aifactory.federation.HourUnit;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.Duty;
import org.aifactory.ledger.Amount;
import org.aifactory.web.KeptMessage;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Decides applications: who may, and what follows from it. */
@Service
class Decisions {
    private static final int MOST_SHOWN = 500;
    private static final int LONGEST_REASON = 5000;

    private final ApplicationTable table;
    private final Obstacles obstacles;
    private final Grants grants;
    private final Locks locks;
    private final Policy policy;
    private final Partitions partitions;
    private final AuditTrail audit;
    private final ApplicationEventPublisher events;
    private final InstantSource clock;

    Decisions(
            ApplicationTable table,
            Obstacles obstacles,
            Grants grants,
            Locks locks,
            Policy policy,
            Partitions partitions,
            AuditTrail audit,
            ApplicationEventPublisher events,
            InstantSource clock) {
        this.table = table;
        this.obstacles = obstacles;
        this.grants = grants;
        this.locks = locks;
        this.policy = policy;
        this.partitions = partitions;
        this.audit = audit;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Decides what waits for a person.
     *
     * @param hours how much is granted, at most what was asked; empty for all of it
     * @param months how long; empty for as long as was asked
     * @throws Problem when the person may not, it is decided already, or the pool has too little
     */
    @Transactional
    Application decide(
            Actor actor,
            ApplicationId id,
            boolean grant,
            Optional<BigDecimal> hours,
            Optional<HourUnit> unit,
            Optional<Integer> months,
            String reason) {
        Application application = requireMayDecide(actor, id);
        if (!PlainText.says(reason, LONGEST_REASON)) {
            throw Problem.invalid("reason", "access.fault.reason-read", LONGEST_REASON);
        }
        Decision decision = new Decision(now(), Optional.of(actor.person()), Message.written(reason.strip()));
        if (grant) {
            Partition partition = partitions.require(application.partition());
            Amount amount = hours.map(some -> partition.amount(some, unit.orElse(application.unit())))
                    .orElse(application.amount());
            if (amount.value() < 1 || amount.value() > application.amount().value()) {
                throw Problem.invalid("hours", "access.fault.granted");
            }
            grant(application, amount, grantedMonths(application, months), decision);
        } else {
            table.move(application, ApplicationState.REFUSED, Optional.of(decision));
            audit.record(
                    actor.person(),
                    application.organisation(),
                    "application.refused",
                    application.subject(),
                    Map.of("reason", decision.reason().inEnglish()));
            publish(application, ApplicationState.REFUSED, decision);
        }
        return table.find(id).orElseThrow();
    }

    private int grantedMonths(Application application, Optional<Integer> months) {
        int most = policy.mode(application.mode())
                .map(mode -> mode.months().most())
                .orElse(application.months());
        int wanted = months.orElse(application.months());
        if (wanted < 1 || wanted > Math.max(most, application.months())) {
            throw Problem.invalid("months", "access.fault.granted-months", most);
        }
        return wanted;
    }

    /**
     * The only way from an application to an allocation; part of the transaction that decides.
     *
     * @throws Problem when the pool, or the share that is for commercial use, has not so much
     */
    void grant(Application application, Amount amount, int months, Decision decision) {
        Partition partition = partitions.require(application.partition());
        if (application.commercial()) {
            locks.partition(partition.id());
            obstacles.commercial(partition, amount).ifPresent(obstacle -> {
                throw Problem.of(ProblemType.NOT_ENOUGH_LEFT, obstacle.sentence());
            });
        }
        table.move(application, ApplicationState.GRANTED, Optional.of(decision));
        Allocation allocation = grants.grant(
                application, amount, decision.at(), WorkingDays.of(policy).plusMonths(decision.at(), months));
        audit.record(
                decision.by().orElse(null),
                application.organisation(),
                "application.granted",
                application.subject(),
                Map.of(
                        "allocation", allocation.id(),
                        "amount", amount.value(),
                        "unit", amount.unit(),
                        "until", allocation.until().toString(),
                        "reason", decision.reason().inEnglish()));
        publish(application, ApplicationState.GRANTED, decision);
    }

    private void publish(Application application, ApplicationState state, Decision decision) {
        events.publishEvent(new ApplicationDecided(
                application.id(),
                application.organisation(),
                application.applicant(),
                application.project().title(),
                state,
                KeptMessage.of(decision.reason())));
    }

    /** Those that wait for a decision that the person may make, the oldest first. */
    List<Application> waitingFor(Actor actor) {
        return table.waiting().stream()
                .filter(application -> mayDecide(actor, application))
                .toList();
    }

    /** The latest decisions of what the person may judge. */
    List<Application> decidedNear(Actor actor) {
        return table.decided(MOST_SHOWN).stream()
                .filter(application -> mayJudge(actor, application) || actor.isProgrammeOfficer())
                .toList();
    }

    boolean maySee(Actor actor, Application application) {
        return actor.maySee(application.organisation()) || actor.isProgrammeOfficer() || mayJudge(actor, application);
    }

    boolean mayDecide(Actor actor, Application application) {
        return mayJudge(actor, application) && !isOwn(actor, application);
    }

    /** A technical reviewer, or whoever operates the partition; what a panel decides, reviewers alone. */
    boolean mayJudge(Actor actor, Application application) {
        if (actor.has(Duty.REVIEWER)) {
            return true;
        }
        boolean byPanel = policy.mode(application.mode())
                .filter(mode -> mode.decidedBy() == Decider.PANEL)
                .isPresent();
        return !byPanel && partitions.mayOperate(actor, partitions.require(application.partition()));
    }

    private static boolean isOwn(Actor actor, Application application) {
        return actor.membership(application.organisation()).isPresent()
                || actor.person().equals(application.applicant());
    }

    private Application requireMayDecide(Actor actor, ApplicationId id) {
        Application application = table.lock(id).orElseThrow(() -> Problem.notFound("application", id));
        if (!maySee(actor, application)) {
            throw Problem.notFound("application", id);
        }
        if (isOwn(actor, application)) {
            throw Problem.of(ProblemType.NOT_ALLOWED, "access.refused.own");
        }
        if (!mayDecide(actor, application)) {
            throw Problem.of(ProblemType.NOT_ALLOWED, "access.refused.only-reviewer");
        }
        return application;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
