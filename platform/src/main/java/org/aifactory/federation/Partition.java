package org.aifactory.federation;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.Unit;
import org.aifactory.web.Problem;
import org.jspecify.annotations.Nullable;

/**
 * Nodes of one kind, granted and charged alike.
 *
 * <p>Time is counted in whole seconds of one GPU on a partition of GPUs, and of one core on a partition of CPUs; a CPU partition never
 * speaks of GPUs. All hours are converted by the shape of a node: it gives, in an hour, one node-hour, {@code gpusPerNode} GPU-hours
 * and {@code coresPerNode} core-hours.
 *
 * @param slug as it stands in addresses, unique among all partitions: {@code leonardo-booster}
 * @param gpusPerNode zero on a CPU partition
 * @param memoryPerNode in bytes
 * @param maxWallTime the longest that a job may run; empty where there is no limit
 * @param open whether it takes new allocations and jobs
 * @param priceCents of a {@link PartitionKind#hours()} of commercial use, in euro cents; empty where none is known
 */
public record Partition(
        PartitionId id,
        MachineId machine,
        String slug,
        String name,
        PartitionKind kind,
        int gpusPerNode,
        int coresPerNode,
        long memoryPerNode,
        int nodes,
        Optional<Duration> maxWallTime,
        boolean open,
        Optional<Long> priceCents,
        List<Fact> facts) {
    private static final BigDecimal SECONDS_PER_HOUR = BigDecimal.valueOf(3600);
    /** Enough that hours lead back to the very second they were made from. */
    private static final int DIGITS = 12;
    /** 1e999999999 is a short word for a number that takes a gigabyte. */
    private static final int MOST_DIGITS = 60;

    public Partition {
        if (kind == PartitionKind.CPU ? gpusPerNode != 0 : gpusPerNode < 1) {
            throw new IllegalArgumentException("A partition of GPUs has some in each node, and one of CPUs none.");
        }
        if (coresPerNode < 1 || nodes < 1) {
            throw new IllegalArgumentException("A partition has nodes, and a node has cores.");
        }
    }

    /** The same partition of another machine. */
    Partition on(MachineId other) {
        return new Partition(
                id,
                other,
                slug,
                name,
                kind,
                gpusPerNode,
                coresPerNode,
                memoryPerNode,
                nodes,
                maxWallTime,
                open,
                priceCents,
                facts);
    }

    /** What the ledger counts here. */
    public Unit unit() {
        return kind.unit();
    }

    /** The units in which time here can be told; that in which it is granted comes first. */
    public List<HourUnit> hourUnits() {
        return kind == PartitionKind.CPU
                ? List.of(HourUnit.CORE_HOUR, HourUnit.NODE_HOUR)
                : List.of(HourUnit.GPU_HOUR, HourUnit.NODE_HOUR, HourUnit.CORE_HOUR);
    }

    /**
     * So much time as the ledger counts it: exact wherever it is a whole number of seconds, and the nearest one where it is not.
     *
     * @throws Problem when it is negative, more than the ledger counts, or in a unit that this partition does not have
     */
    public Amount amount(BigDecimal hours, HourUnit from) {
        BigInteger perNode = BigInteger.valueOf(perNode(kind.hours()));
        if (Math.abs((long) hours.scale()) > MOST_DIGITS || hours.precision() > MOST_DIGITS) {
            throw Problem.invalid("hours", "federation.fault.hours-digits", MOST_DIGITS);
        }
        BigInteger seconds = hours.multiply(SECONDS_PER_HOUR)
                .multiply(new BigDecimal(perNode))
                .divide(BigDecimal.valueOf(perNode(from)), 0, RoundingMode.HALF_UP)
                .toBigInteger();
        if (seconds.signum() < 0 || seconds.compareTo(BigInteger.valueOf(Amount.MOST)) > 0) {
            throw Problem.invalid("hours", "federation.fault.hours");
        }
        return new Amount(seconds.longValueExact(), unit());
    }

    /** Seconds of the ledger, told in hours; {@link #amount} leads back to the same number. */
    public BigDecimal hours(long seconds, HourUnit to) {
        BigDecimal hours = BigDecimal.valueOf(seconds)
                .multiply(BigDecimal.valueOf(perNode(to)))
                .divide(
                        SECONDS_PER_HOUR.multiply(BigDecimal.valueOf(perNode(kind.hours()))),
                        DIGITS,
                        RoundingMode.HALF_UP)
                .stripTrailingZeros();
        // People read 50, and not 5E+1.
        return hours.setScale(Math.max(0, hours.scale()));
    }

    /** Seconds of the ledger in every unit that this partition has; that in which it is granted comes first. */
    public Map<HourUnit, BigDecimal> inAllUnits(long seconds) {
        Map<HourUnit, BigDecimal> all = new LinkedHashMap<>();
        hourUnits().forEach(unit -> all.put(unit, hours(seconds, unit)));
        return all;
    }

    /** How much of the ledger's unit a job uses in each second that it runs: its GPUs here, its cores on a CPU partition. */
    public int rate(int cores, int gpus) {
        return kind == PartitionKind.CPU ? cores : gpus;
    }

    /** What commercial use costs; empty where there is no price. */
    public Optional<Price> price() {
        return priceCents.map(Price::new);
    }

    /** What so many seconds of the ledger cost in commercial use, in euro cents; empty where there is no price. */
    public Optional<Amount> price(long seconds) {
        return price().map(price -> price.of(seconds));
    }

    private int perNode(@Nullable HourUnit unit) {
        if (unit == null || !hourUnits().contains(unit)) {
            throw Problem.invalid(
                    "unit", "federation.fault.unit", name, hourUnits().toString(), String.valueOf(unit));
        }
        return switch (unit) {
            case GPU_HOUR -> gpusPerNode;
            case NODE_HOUR -> 1;
            case CORE_HOUR -> coresPerNode;
        };
    }
}
