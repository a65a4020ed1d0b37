package org.aifactory.funds;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.aifactory.facts.Mark;
import org.aifactory.ledger.Balance;
import org.aifactory.ledger.Unit;
import org.aifactory.web.Message;
import org.aifactory.web.Typed;

/** Whatever is committed, expected and recommended: no figure of a fund is made of two of them. */
class FundMoneyPropertyTest {

    @Property(tries = 200)
    void what_is_expected_or_recommended_changes_nothing_of_what_is_committed(
            @ForAll("targets") List<Target> targets,
            @ForAll @LongRange(max = 1_000_000_000_000_000L) long publicCents,
            @ForAll @LongRange(max = 1_000_000_000_000_000L) long privateCents) {
        FundMoney with = money(publicCents, privateCents, targets);
        FundMoney without = money(publicCents, privateCents, List.of());
        assertThat(with.ofPublicMoney()).isEqualTo(without.ofPublicMoney());
        assertThat(with.ofPrivateMoney()).isEqualTo(without.ofPrivateMoney());
        assertThat(with.leverage()).isEqualTo(without.leverage());
        for (Payer payer : Payer.values()) {
            assertThat(of(with.expected(), payer)).isEqualTo(plainly(targets, Standing.EXPECTED, payer));
            assertThat(of(with.recommended(), payer)).isEqualTo(plainly(targets, Standing.RECOMMENDED, payer));
        }
    }

    private static long of(FundMoney.Told told, Payer payer) {
        return payer == Payer.PUBLIC ? told.publicCents() : told.privateCents();
    }

    private static long plainly(List<Target> targets, Standing standing, Payer payer) {
        long sum = 0;
        for (Target target : targets) {
            sum += target.standing() == standing && target.payer() == payer ? target.cents() : 0;
        }
        return sum;
    }

    private static FundMoney money(long publicCents, long privateCents, List<Target> targets) {
        return FundMoney.of(
                new Balance(Unit.EUR_CENT, publicCents, 0, publicCents / 3),
                new Balance(Unit.EUR_CENT, privateCents, 0, 0),
                new Balance(Unit.EUR_CENT, publicCents / 3, 0, 0),
                targets);
    }

    @Property(tries = 100)
    void euros_as_people_write_them_are_whole_cents_or_nothing(
            @ForAll @LongRange(min = 1, max = 1_000_000_000_000L) long cents) {
        String written = String.format(java.util.Locale.ROOT, "%,d.%02d", cents / 100, cents % 100);
        assertThat(Typed.cents(written)).isEqualTo(cents);
        assertThat(Typed.cents(written.replace(",", ""))).isEqualTo(cents);
        assertThat(Stream.of("1,5", "1.234", "-1", "1e9", "", " ", "one").map(Typed::cents))
                .containsOnlyNulls();
    }

    @Provide
    Arbitrary<List<Target>> targets() {
        return Combinators.combine(
                        Arbitraries.of(Payer.class),
                        Arbitraries.of(Standing.EXPECTED, Standing.RECOMMENDED),
                        Arbitraries.longs().between(1, 1_000_000_000_000L))
                .as((payer, standing, cents) -> new Target(
                        "somebody",
                        payer,
                        standing,
                        cents,
                        Mark.SECONDARY,
                        List.of("https://example.org"),
                        Message.NOTHING))
                .list()
                .ofMaxSize(10);
    }
}
