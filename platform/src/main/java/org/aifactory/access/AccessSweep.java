package org.aifactory.access;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.aifactory.access.AllocationWarned.Kind;
import org.aifactory.federation.Partitions;
import org.aifactory.identity.AuditTrail;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.Balance;
import org.aifactory.ledger.Ledger;
import org.aifactory.web.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Ends allocations whose time is over, brings back what nobody used, and says in time what runs out. Every step is a transaction of its
 * own; several instances may sweep at once.
 */
@Component
class AccessSweep {
    private static final Logger LOG = LoggerFactory.getLogger(AccessSweep.class);
    private static final int AT_ONCE = 200;
    private static final int PERCENT = 100;

    private final JdbcClient jdbc;
    private final Policy policy;
    private final Allocations allocations;
    private final Changes changes;
    private final Reports reports;
    private final Grants grants;
    private final Partitions partitions;
    private final Ledger ledger;
    private final AuditTrail audit;
    private final ApplicationEventPublisher events;
    private final TransactionTemplate transaction;

    AccessSweep(
            JdbcClient jdbc,
            Policy policy,
            Allocations allocations,
            Changes changes,
            Reports reports,
            Grants grants,
            Partitions partitions,
            Ledger ledger,
            AuditTrail audit,
            ApplicationEventPublisher events,
            TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.policy = policy;
        this.allocations = allocations;
        this.changes = changes;
        this.reports = reports;
        this.grants = grants;
        this.partitions = partitions;
        this.ledger = ledger;
        this.audit = audit;
        this.events = events;
        this.transaction = transaction;
    }

    @Scheduled(fixedDelayString = "${aifactory.access.sweep-interval}")
    void sweep() {
        each("select id from access.allocation where state = 'ACTIVE' and until <= :now", this::end);
        each("select id from access.allocation where state <> 'ACTIVE' and closed_at is null", this::close);
        each("select id from access.allocation where state = 'ACTIVE' and until > :now", this::warn);
        if (policy.report() != null) {
            each("""
                    select id from access.allocation where state <> 'ACTIVE'
                       and not exists (select from access.report where report.allocation = allocation.id)
                       and not exists (select from access.notice where notice.allocation = allocation.id and kind = 'report-overdue')
                       and ended_at < :now
                    """, this::warnOfReport);
        }
    }

    private interface Step {
        void take(Allocation locked);
    }

    /** In pieces, by id, so that however many there are none is met twice. */
    private void each(String found, Step step) {
        UUID after = new UUID(0, 0);
        while (true) {
            List<UUID> ids = jdbc.sql(
                            "select id from (" + found + ") as found where id > :after order by id limit :most")
                    .param("now", allocations.now().atOffset(ZoneOffset.UTC))
                    .param("after", after)
                    .param("most", AT_ONCE)
                    .query((row, number) -> row.getObject("id", UUID.class))
                    .list();
            ids.forEach(id -> take(new AllocationId(id), step));
            if (ids.size() < AT_ONCE) {
                return;
            }
            after = ids.getLast();
        }
    }

    private void take(AllocationId id, Step step) {
        try {
            transaction.executeWithoutResult(status -> step.take(allocations.lock(id)));
        } catch (RuntimeException failure) {
            // The others must not wait for this one; the next sweep tries it again.
            LOG.error("Allocation {} could not be swept", id, failure);
        }
    }

    private void end(Allocation allocation) {
        if (allocation.state() != AllocationState.ACTIVE || allocations.now().isBefore(allocation.until())) {
            return;
        }
        allocations.end(allocation, AllocationState.ENDED);
        changes.withdrawWaiting(allocation.id());
        Amount amount = grants.giveBack(allocation, Message.of("access.entry.unused"));
        audit.record(
                null,
                allocation.organisation(),
                "allocation.ended",
                Changes.subject(allocation),
                Map.of("returned", amount.value(), "unit", amount.unit()));
        say(allocation, "ended", Kind.ENDED, ledger.balance(allocation.account()));
    }

    /** What ran when the allocation ended is settled meanwhile; what was held too much for it goes back too. */
    private void close(Allocation allocation) {
        grants.giveBack(allocation, Message.of("access.entry.held-unused"));
        if (ledger.balance(allocation.account()).held() == 0) {
            jdbc.sql("update access.allocation set closed_at = :now where id = :id")
                    .param("now", allocations.now().atOffset(ZoneOffset.UTC))
                    .param("id", allocation.id().value())
                    .update();
        }
    }

    private void warn(Allocation allocation) {
        Balance balance = ledger.balance(allocation.account());
        long daysLeft = daysLeft(allocation, allocations.now());
        policy.warnings().daysLeft().stream()
                .filter(step -> daysLeft <= step)
                .min(Comparator.naturalOrder())
                .ifPresent(step -> say(allocation, "days-left-" + step, Kind.ENDS_SOON, balance));
        if (isNearlySpent(policy, balance)) {
            say(allocation, Kind.NEARLY_SPENT.slug(), Kind.NEARLY_SPENT, balance);
        }
    }

    private void warnOfReport(Allocation allocation) {
        if (reports.standing(allocation).overdue()) {
            say(allocation, Kind.REPORT_OVERDUE.slug(), Kind.REPORT_OVERDUE, ledger.balance(allocation.account()));
        }
    }

    /** Whole days until the end, rounded up. */
    static long daysLeft(Allocation allocation, Instant now) {
        return Math.ceilDiv(
                Duration.between(now, allocation.until()).toSeconds(),
                Duration.ofDays(1).toSeconds());
    }

    static boolean isNearlySpent(Policy policy, Balance balance) {
        BigDecimal used = BigDecimal.valueOf(balance.spent() + balance.held());
        return balance.granted() > 0
                && used.compareTo(BigDecimal.valueOf(balance.granted())
                                .multiply(policy.warnings().nearlySpentShare()))
                        >= 0;
    }

    /** How much of the grant is free, in percent. */
    static int freePercent(Balance balance) {
        return balance.granted() == 0 ? 0 : (int) (balance.free() * (double) PERCENT / balance.granted());
    }

    /** Once for each kind; the next step of it is another kind. */
    private void say(Allocation allocation, String notice, Kind kind, Balance balance) {
        Instant now = allocations.now();
        int added = jdbc.sql("""
                insert into access.notice (allocation, kind, at) values (:allocation, :kind, :now) on conflict do nothing
                """)
                .param("allocation", allocation.id().value())
                .param("kind", notice)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .update();
        if (added == 1) {
            events.publishEvent(new AllocationWarned(
                    allocation.id(),
                    allocation.organisation(),
                    allocation.project(),
                    kind,
                    allocation.until(),
                    daysLeft(allocation, now),
                    new Amount(
                            Math.max(0, balance.free()),
                            partitions.require(allocation.partition()).unit())));
        }
    }
}
