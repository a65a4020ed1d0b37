package org.aifactory.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever is asked for, in whatever order: what is accepted keeps real dates, and planned ones, in the order of the steps. */
class MilestonesPropertyTest {
    private static final LocalDate SELECTED = LocalDate.of(2024, 12, 10);
    private static final LocalDate TODAY = SELECTED.plusDays(60);

    /** Days since the selection; null for no date. */
    record Wish(Step step, Optional<LocalDate> planned, Optional<LocalDate> reached) {}

    @Property(tries = 300)
    void real_dates_never_overtake_one_another(@ForAll("wishes") List<Wish> wishes, @ForAll boolean mayHaveGaps) {
        List<Milestone> all = new ArrayList<>(
                Arrays.stream(Step.values()).map(Milestone::open).toList());
        for (Wish wish : wishes) {
            Milestones milestones = new Milestones(all, SELECTED, TODAY, mayHaveGaps);
            if (milestones.faults(wish.step(), wish.planned(), wish.reached()).isEmpty()) {
                all.set(
                        Arrays.asList(Step.values()).indexOf(wish.step()),
                        milestones.of(wish.step()).with(wish.planned(), wish.reached()));
            }
            assertThat(reached(all)).isSorted().allMatch(day -> !day.isAfter(TODAY) && !day.isBefore(SELECTED));
            assertThat(all.stream().flatMap(one -> one.planned().stream()).toList())
                    .isSorted();
            if (!mayHaveGaps) {
                assertThat(all.subList(0, reached(all).size()))
                        .allMatch(one -> one.reached().isPresent());
            }
        }
    }

    private static List<LocalDate> reached(List<Milestone> all) {
        return all.stream().flatMap(one -> one.reached().stream()).toList();
    }

    @Provide
    Arbitrary<List<Wish>> wishes() {
        Arbitrary<Optional<LocalDate>> days =
                Arbitraries.integers().between(-5, 70).optional(0.7).map(day -> day.map(SELECTED::plusDays));
        return Combinators.combine(Arbitraries.of(Step.class), days, days)
                .as(Wish::new)
                .list()
                .ofMaxSize(40);
    }
}
