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
 * @param spentCents what that costs in commercial use, where there is a price
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
        Optional<Long> spentCents,
        List<Line> lines,
        Optional<Long> earlier,
        List<Held> holds) {

    /** As a page shows them. */
    public List<Line> newestFirst() {
        return lines.reversed();
    }

    /**
     * What has moved.
     *
     * @param amount given where it is positive, spent where it is negative
     * @param balance what was left after it, what was held included
     * @param run what it was spent on
     * @param seconds how long that ran; {@code seconds} times what it had of the partition's unit is what it used
     * @param units the cores or GPUs that it had
     * @param cents what it costs in commercial use
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
