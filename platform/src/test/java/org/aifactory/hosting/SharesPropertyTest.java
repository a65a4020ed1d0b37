package org.aifactory.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** Shares over days: exact, whole, and never otherwise for a day that has begun. */
class SharesPropertyTest {
    private static final LocalDate FIRST = LocalDate.of(2024, 12, 10);

    @Property(tries = 200)
    void parts_of_one_whole_are_the_whole_in_lowest_terms_too(
            @ForAll @Size(min = 1, max = 12) List<@LongRange(max = 1_000_000_000_000L) Long> parts) {
        long whole = parts.stream().mapToLong(Long::longValue).sum();
        if (whole == 0) {
            return;
        }
        List<Ratio> ratios = parts.stream().map(part -> new Ratio(part, whole)).toList();

        assertThat(Ratio.areWhole(ratios)).isTrue();
        List<Ratio> more = new ArrayList<>(ratios);
        more.add(new Ratio(1, whole));
        assertThat(Ratio.areWhole(more)).isFalse();
        assertThat(Ratio.compareWithWhole(more)).isPositive();
    }

    @Property(tries = 200)
    void a_later_agreement_changes_no_day_before_its_own(
            @ForAll("agreements") List<Agreement> agreements,
            @ForAll @IntRange(max = 4000) int day,
            @ForAll @IntRange(min = 1, max = 500) int later) {
        LocalDate last = agreements.getLast().from();
        LocalDate asked = FIRST.plusDays(day);
        List<Agreement> more = new ArrayList<>(agreements);
        more.add(agreement(last.plusDays(later), 17));

        Optional<Agreement> before = Agreement.on(asked, agreements);
        Optional<Agreement> after = Agreement.on(asked, more);

        if (asked.isBefore(last.plusDays(later))) {
            assertThat(after).isEqualTo(before);
        } else {
            assertThat(after).contains(more.getLast());
        }
        assertThat(after).isPresent();
        assertThat(after.get().from()).isBeforeOrEqualTo(asked);
        assertThat(Ratio.areWhole(after.get().shares().stream()
                        .flatMap(share -> share.part().stream())
                        .toList()))
                .isTrue();
    }

    @Provide
    Arbitrary<List<Agreement>> agreements() {
        return Arbitraries.integers()
                .between(1, 400)
                .list()
                .ofMinSize(0)
                .ofMaxSize(8)
                .map(gaps -> {
                    List<Agreement> made = new ArrayList<>();
                    LocalDate from = FIRST;
                    made.add(agreement(from, 3));
                    for (int gap : gaps) {
                        from = from.plusDays(gap);
                        made.add(agreement(from, gap));
                    }
                    return made;
                });
    }

    private static Agreement agreement(LocalDate from, int host) {
        return new Agreement(
                from,
                List.of(
                        Share.agreed(Share.UNION, Role.UNION, new Ratio(host + 1, 2L * host + 2)),
                        Share.agreed("FI", Role.HOST, new Ratio(host, 2L * host + 2)),
                        Share.agreed("NO", Role.JOINER, new Ratio(1, 2L * host + 2))),
                "");
    }
}
