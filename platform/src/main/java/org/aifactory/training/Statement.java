package org.aifactory.training;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.aifactory.access.AllocationId;
import org.aifactory.federation.HourUnit;
import org.aifactory.ledger.Unit;

/**
 * What an allocation was given, and what became of it. Lines come from the ledger's entries; {@code granted = held + spent + free}, and
 * the amounts of all lines together, earlier ones included, are {@code free + held}.
 *
 * @param unit of all amounts
 * @param spentHours what was spent, in every unit
 * @param spentCents what is owed for that: the cents of all lines together, earlier ones included; zero where it costs nothing
 * @param cost where it is commercial use, what that may cost and does
 * @param lines the latest of those that were asked for, oldest first
 * @param earlier to ask for those before them; empty where there are none
 * @param holds what is kept back for attempts that have not ended, a thousand at most
 */
record Statement(
        AllocationId allocation,
        String project,
        String partition,
        Unit unit,
        long granted,
        long held,
        long spent,
        long free,
        Map<HourUnit, BigDecimal> spentHours,
        long spentCents,
        Optional<Cost> cost,
        List<Line> lines,
        Optional<Long> earlier,
        List<Held> holds) {

    /** As a page shows them. */
    public List<Line> newestFirst() {
        return lines.reversed();
    }

    /**
     * Commercial use in euro cents; {@code granted = held + owed + free}.
     *
     * @param centsPerHour of the unit that time is granted in, as it was at the grant
     * @param granted the most that all of it may cost
     * @param held kept back for what has not ended
     * @param owed for what has
     */
    record Cost(long centsPerHour, long granted, long held, long owed, long free) {}

    /**
     * What has moved.
     *
     * @param amount given where it is positive, spent where it is negative
     * @param balance what was left after it, what was held included
     * @param run what it was spent on
     * @param seconds how long that ran; {@code seconds} times what it had of the partition's unit is what it used
     * @param units the cores or GPUs that it had
     * @param cents what the attempt costs, zero where its allocation costs nothing; empty where the line is of no attempt
     */
    record Line(
            Instant at,
            String text,
            long amount,
            long balance,
            Optional<RunId> run,
            Optional<Integer> attempt,
            Optional<String> name,
            Optional<String> project,
            Optional<Instant> started,
            Optional<Instant> ended,
            Optional<Long> seconds,
            Optional<Integer> units,
            Optional<RunState> state,
            Optional<String> reason,
            Optional<Long> borneBySite,
            Optional<Long> cents) {}

    /** What is kept back for an attempt that has not ended. */
    record Held(RunId run, int attempt, String name, long amount, Instant expires) {}
}
