package org.aifactory.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.Unit;
import org.aifactory.web.Problem;

class PartitionTest {

    @Example
    void a_node_of_leonardo_booster_gives_four_gpu_hours_an_hour() {
        Partition booster = partition(4, 32);
        Amount nodeHours = booster.amount(new BigDecimal("12.5"), HourUnit.NODE_HOUR);
        assertThat(nodeHours).isEqualTo(new Amount(50 * 3600, Unit.GPU_SECOND));
        assertThat(booster.inAllUnits(nodeHours.value())).hasToString("{GPU_HOUR=50, NODE_HOUR=12.5, CORE_HOUR=400}");
    }

    @Example
    void a_partition_of_cpus_counts_in_core_seconds_and_never_speaks_of_gpus() {
        Partition cpus = partition(0, 112);
        assertThat(cpus.amount(BigDecimal.ONE, HourUnit.NODE_HOUR))
                .isEqualTo(new Amount(112 * 3600, Unit.CPU_CORE_SECOND));
        assertThat(cpus.inAllUnits(3600)).containsOnlyKeys(HourUnit.CORE_HOUR, HourUnit.NODE_HOUR);
        assertThatThrownBy(() -> cpus.amount(BigDecimal.ONE, HourUnit.GPU_HOUR)).isInstanceOf(Problem.class);
        assertThatThrownBy(() -> cpus.hours(1, HourUnit.GPU_HOUR)).isInstanceOf(Problem.class);
    }

    @Example
    void a_price_counts_full_cents_so_that_parts_cost_no_more_than_the_whole() {
        Partition priced = partition(4, 32);
        assertThat(priced.price(3600 * 1000)).contains(new Amount(250_000, Unit.EUR_CENT));
        assertThat(priced.price(14)).contains(new Amount(0, Unit.EUR_CENT));
        assertThat(priced.price(15)).contains(new Amount(1, Unit.EUR_CENT));
    }

    @Property(tries = 500)
    void hours_in_any_unit_lead_back_to_the_same_second(
            @ForAll @IntRange(min = 0, max = 16) int gpus,
            @ForAll @IntRange(min = 1, max = 1024) int cores,
            @ForAll @LongRange(min = 0, max = Amount.MOST / 2000) long seconds) {
        Partition partition = partition(gpus, cores);
        partition
                .inAllUnits(seconds)
                .forEach((unit, hours) ->
                        assertThat(partition.amount(hours, unit)).isEqualTo(new Amount(seconds, partition.unit())));
    }

    /** 1 node-hour = so many GPU-hours = so many core-hours: whole hours are converted without any rounding. */
    @Property(tries = 500)
    void whole_node_hours_are_exact_in_every_unit(
            @ForAll @IntRange(min = 0, max = 16) int gpus,
            @ForAll @IntRange(min = 1, max = 1024) int cores,
            @ForAll @IntRange(min = 0, max = 1_000_000_000) int nodeHours) {
        Partition partition = partition(gpus, cores);
        long seconds = partition
                .amount(BigDecimal.valueOf(nodeHours), HourUnit.NODE_HOUR)
                .value();
        assertThat(seconds).isEqualTo(nodeHours * 3600L * (gpus == 0 ? cores : gpus));
        assertThat(partition.hours(seconds, HourUnit.CORE_HOUR))
                .isEqualByComparingTo(BigDecimal.valueOf((long) nodeHours * cores));
        if (gpus > 0) {
            assertThat(partition.hours(seconds, HourUnit.GPU_HOUR))
                    .isEqualByComparingTo(BigDecimal.valueOf((long) nodeHours * gpus));
        }
    }

    @Property(tries = 300)
    void what_no_ledger_counts_is_refused(@ForAll BigDecimal hours) {
        Partition partition = partition(4, 32);
        try {
            assertThat(partition.amount(hours, HourUnit.GPU_HOUR).value()).isNotNegative();
        } catch (Problem refused) {
            assertThat(refused.faults()).extracting(Problem.FieldFault::field).containsExactly("hours");
        }
    }

    private static Partition partition(int gpus, int cores) {
        return new Partition(
                PartitionId.random(),
                MachineId.random(),
                "p",
                "P",
                gpus == 0 ? PartitionKind.CPU : PartitionKind.GPU,
                gpus,
                cores,
                1L << 39,
                100,
                Optional.empty(),
                true,
                Optional.of(250L),
                List.of());
    }
}
