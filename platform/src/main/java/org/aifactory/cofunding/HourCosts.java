package org.aifactory.cofunding;

import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.cofunding.FundingForms.Check;
import org.aifactory.cofunding.FundingForms.HourCostForm;
import org.aifactory.facts.Mark;
import org.aifactory.federation.Partition;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** What hours on partitions cost those who fund them. What was told of a day is never told otherwise: the next one begins later. */
@Service
class HourCosts {
    /** A partition's cost is known from here on when none was before. */
    private static final LocalDate FIRST = LocalDate.of(FundingForms.FIRST_YEAR, 1, 1);

    private final JdbcClient jdbc;
    private final AuditTrail audit;
    private final InstantSource clock;

    HourCosts(JdbcClient jdbc, AuditTrail audit, InstantSource clock) {
        this.jdbc = jdbc;
        this.audit = audit;
        this.clock = clock;
    }

    /** The latest first. */
    List<HourCost> of(UUID partition) {
        return jdbc.sql("select * from cofunding.hour_cost where partition = :partition order by from_day desc")
                .param("partition", partition)
                .query((row, number) -> new HourCost(
                        row.getObject("from_day", LocalDate.class),
                        row.getLong("cents_per_hour"),
                        Mark.valueOf(row.getString("mark")),
                        row.getString("source")))
                .list();
    }

    /** The one that held at a moment; empty where none was told. */
    Optional<HourCost> at(UUID partition, Instant moment) {
        LocalDate day = LocalDate.ofInstant(moment, ZoneOffset.UTC);
        return of(partition).stream().filter(cost -> !cost.from().isAfter(day)).findFirst();
    }

    /**
     * @throws Problem at each field that is wrong, and where it would hold for days that are over and have another cost; the same again
     *     changes nothing
     */
    @Transactional
    void tell(Actor actor, Partition partition, HourCostForm form) {
        Funding.requireMayBook(actor);
        Check check = new Check();
        LocalDate from = check.need("from", form.from(), FIRST);
        HourCost cost = new HourCost(
                from,
                check.cents("centsPerHour", form.centsPerHour(), 0),
                check.need("mark", form.mark(), Mark.UNVERIFIED),
                check.text("source", form.source()));
        List<HourCost> before = of(partition.id().value());
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        if (from.isBefore(FIRST) || from.getYear() > FundingForms.LAST_YEAR) {
            check.fault("from", "cofunding.fault.from");
        }
        check.done();
        if (before.contains(cost)) {
            return;
        }
        boolean isLast = before.isEmpty() || from.isAfter(before.getFirst().from());
        if (!isLast || (!before.isEmpty() && !from.isAfter(today))) {
            throw Problem.of(ProblemType.AGAINST_RULES, "cofunding.refused.past-cost");
        }
        int told = jdbc.sql("""
                insert into cofunding.hour_cost (partition, from_day, cents_per_hour, mark, source, entered_by, entered_at)
                values (:partition, :from, :cents, :mark, :source, :by, :now) on conflict do nothing
                """)
                .param("partition", partition.id().value())
                .param("from", cost.from())
                .param("cents", cost.centsPerHour())
                .param("mark", cost.mark().name())
                .param("source", cost.source())
                .param("by", actor.person().value())
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .update();
        if (told == 0) {
            throw Problem.of(ProblemType.CHANGED_MEANWHILE, "cofunding.refused.changed");
        }
        audit.record(
                actor.person(),
                null,
                "cofunding.hour-cost",
                "partition " + partition.id(),
                Map.of("from", cost.from().toString(), "centsPerHour", cost.centsPerHour()));
    }
}
