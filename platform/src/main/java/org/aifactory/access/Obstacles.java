package org.aifactory.access;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.aifactory.access.Check.Obstacle;
import org.aifactory.access.Policy.Commercial;
import org.aifactory.access.Policy.Figure;
import org.aifactory.database.Columns;
import org.aifactory.federation.Machine;
import org.aifactory.federation.Machines;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Pools;
import org.aifactory.identity.OrganisationId;
import org.aifactory.ledger.Amount;
import org.aifactory.web.Message;
import org.aifactory.web.ProblemType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What stands in the way of a grant although the application is complete and keeps to the rules; empty where nothing does. */
@Component
class Obstacles {
    private final JdbcClient jdbc;
    private final Policy policy;
    private final Machines machines;
    private final Pools pools;
    private final Wording words;
    private final InstantSource clock;

    Obstacles(JdbcClient jdbc, Policy policy, Machines machines, Pools pools, Wording words, InstantSource clock) {
        this.jdbc = jdbc;
        this.policy = policy;
        this.machines = machines;
        this.pools = pools;
        this.words = words;
        this.clock = clock;
    }

    Optional<Obstacle> closed(Partition partition) {
        Machine machine = machines.require(partition.machine());
        return partition.open() && machine.open()
                ? Optional.empty()
                : Optional.of(Obstacle.of(
                        ProblemType.NOT_NOW, Message.of("access.partition.closed", partition.name(), machine.name())));
    }

    /** Whoever owes a report of an earlier allocation applies again once it is there. */
    Optional<Obstacle> reportsOwed(OrganisationId organisation) {
        if (policy.report() == null) {
            return Optional.empty();
        }
        WorkingDays days = WorkingDays.of(policy);
        int months = policy.report().dueMonths();
        return jdbc
                .sql("""
                select project, ended_at from access.allocation
                 where organisation = :organisation and state <> 'ACTIVE'
                   and not exists (select from access.report where report.allocation = allocation.id)
                 order by ended_at
                """)
                .param("organisation", organisation.value())
                .query((row, number) ->
                        new Owed(row.getString("project"), days.plusMonths(Columns.instant(row, "ended_at"), months)))
                .list()
                .stream()
                .filter(owed -> owed.due().isBefore(clock.instant()))
                .findFirst()
                .map(owed -> Obstacle.of(
                        ProblemType.NOT_NOW,
                        Message.of("access.report.overdue", owed.project(), words.day(owed.due()))));
    }

    private record Owed(String project, Instant due) {}

    /** Commercial use is paid for and has at most its share of a partition's time. */
    Optional<Obstacle> commercial(Partition partition, Amount amount) {
        if (partition.priceCents().isEmpty()) {
            return Optional.of(
                    Obstacle.of(ProblemType.AGAINST_RULES, Message.of("access.commercial.no-price", partition.name())));
        }
        Commercial commercial = policy.commercial();
        Figure share = commercial == null ? null : commercial.mostShare();
        if (share == null) {
            return Optional.empty();
        }
        long most = BigDecimal.valueOf(pools.balance(partition.id()).granted())
                .multiply(share.value())
                .longValue();
        long left = Math.max(0, most - commercialUse(partition));
        return amount.value() <= left
                ? Optional.empty()
                : Optional.of(Obstacle.of(
                        ProblemType.NOT_ENOUGH_LEFT,
                        Message.of(
                                "access.commercial.too-much",
                                share.value().movePointRight(2),
                                partition.name(),
                                Wording.time(partition, left),
                                Wording.time(partition, amount.value()))));
    }

    private long commercialUse(Partition partition) {
        return jdbc.sql("""
                select coalesce(sum(grant_entry.amount - grant_entry.returned), 0)::bigint
                  from access.allocation join access.grant_entry on grant_entry.allocation = allocation.id
                 where allocation.partition = :partition and allocation.commercial
                """)
                .param("partition", partition.id().value())
                .query(Long.class)
                .single();
    }

    Obstacle poolTooSmall(Partition partition, Amount amount) {
        return Obstacle.of(
                ProblemType.NOT_ENOUGH_LEFT,
                Message.of(
                        "access.pool.too-small",
                        partition.name(),
                        Wording.time(
                                partition,
                                Math.max(0, pools.balance(partition.id()).free())),
                        Wording.time(partition, amount.value())));
    }
}
