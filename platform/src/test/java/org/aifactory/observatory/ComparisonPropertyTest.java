package org.aifactory.observatory;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.aifactory.facts.Mark;
import org.aifactory.observatory.Comparison.Apart;
import org.aifactory.observatory.Comparison.Entry;
import org.aifactory.observatory.Comparison.Group;
import org.aifactory.observatory.Comparison.Row;
import org.aifactory.observatory.Initiative.Line;
import org.aifactory.web.Message;

/** Whatever is announced: like stands beside like, nothing is lost, and no number is made of two. */
class ComparisonPropertyTest {
    private static final LocalDate DAY = LocalDate.of(2024, 6, 28);
    private static final List<String> KNOWN = List.of("EUR", "USD", "KRW", "CNY");

    @Property(tries = 200)
    void there_and_back_again_an_amount_is_what_it_was(
            @ForAll("amounts") BigDecimal amount, @ForAll("rates") BigDecimal one, @ForAll("rates") BigDecimal other) {
        Exchange exchange = new Exchange(List.of(rate("USD", one), rate("KRW", other)));
        for (List<String> way : List.of(List.of("USD", "KRW"), List.of("EUR", "KRW"), List.of("USD", "EUR"))) {
            BigDecimal there = exchange.conversion(way.getFirst(), way.getLast())
                    .orElseThrow()
                    .apply(amount);
            BigDecimal back = exchange.conversion(way.getLast(), way.getFirst())
                    .orElseThrow()
                    .apply(there);
            assertThat(back.setScale(4, RoundingMode.HALF_EVEN)).isEqualByComparingTo(amount);
        }
        // By way of a third currency it is the same, too.
        BigDecimal direct = exchange.conversion("USD", "KRW").orElseThrow().apply(amount);
        BigDecimal throughEuro = exchange.conversion("EUR", "KRW")
                .orElseThrow()
                .apply(exchange.conversion("USD", "EUR").orElseThrow().apply(amount));
        assertThat(throughEuro.setScale(4, RoundingMode.HALF_EVEN))
                .isEqualByComparingTo(direct.setScale(4, RoundingMode.HALF_EVEN));
    }

    @Property(tries = 200)
    void only_like_things_stand_together_and_each_once(
            @ForAll("initiatives") List<Initiative> initiatives, @ForAll Basis basis) {
        Comparison comparison = compare(initiatives, basis);
        List<Entry> met =
                new ArrayList<>(comparison.apart().stream().map(Apart::entry).toList());
        for (Group group : comparison.groups()) {
            for (Row row : group.rows()) {
                met.add(row.entry());
                assertThat(row.entry().initiative().kind()).isEqualTo(group.kind());
                assertThat(row.entry().money().standing()).isEqualTo(group.standing());
                assertThat(row.entry().money().payer()).isEqualTo(group.payer());
            }
        }
        assertThat(comparison.groups().stream()
                        .map(group -> group.kind() + " " + group.standing() + " " + group.payer()))
                .doesNotHaveDuplicates();
        Map<Entry, Integer> expected = new HashMap<>();
        initiatives.forEach(initiative -> {
            expected.merge(new Entry(initiative, Optional.empty()), 1, Integer::sum);
            initiative.lines().stream()
                    .filter(Line::isBeside)
                    .forEach(line -> expected.merge(new Entry(initiative, Optional.of(line)), 1, Integer::sum));
        });
        Map<Entry, Integer> found = new HashMap<>();
        met.forEach(entry -> found.merge(entry, 1, Integer::sum));
        assertThat(found).isEqualTo(expected);
    }

    /** Each amount that is shown comes of one that was announced: the sum of two is nowhere. */
    @Property(tries = 200)
    void what_is_shown_is_one_announced_amount_converted(
            @ForAll("initiatives") List<Initiative> initiatives, @ForAll Basis basis) {
        Comparison comparison = compare(initiatives, basis);
        for (Row row : comparison.groups().stream()
                .flatMap(group -> group.rows().stream())
                .toList()) {
            Money money = row.entry().money();
            BigDecimal euros = money.amount()
                    .lower()
                    .map(value -> exchange()
                            .conversion(money.currency(), "EUR")
                            .orElseThrow()
                            .apply(value))
                    .orElseThrow();
            BigDecimal years = row.entry().initiative().period().years().orElse(BigDecimal.ONE);
            BigDecimal expected = money.basis() == basis
                    ? euros
                    : basis == Basis.PER_YEAR
                            ? euros.divide(years, java.math.MathContext.DECIMAL128)
                            : euros.multiply(years);
            assertThat(row.shown().lower().orElseThrow())
                    .isCloseTo(expected, org.assertj.core.data.Offset.offset(new BigDecimal("0.01")));
        }
    }

    @Property(tries = 200)
    void what_is_not_verified_or_has_no_rate_or_no_period_is_not_compared(
            @ForAll("initiatives") List<Initiative> initiatives, @ForAll Basis basis) {
        Comparison comparison = compare(initiatives, basis);
        comparison.groups().stream()
                .flatMap(group -> group.rows().stream())
                .map(Row::entry)
                .forEach(entry -> {
                    assertThat(entry.mark()).isNotEqualTo(Mark.UNVERIFIED);
                    assertThat(entry.money().amount()).isNotInstanceOf(Amount.None.class);
                    assertThat(KNOWN).contains(entry.money().currency());
                });
        comparison
                .apart()
                .forEach(apart ->
                        assertThat(isTrue(apart, basis)).as(apart.toString()).isTrue());
    }

    private static boolean isTrue(Apart apart, Basis basis) {
        Entry entry = apart.entry();
        return switch (apart.reason()) {
            case NO_AMOUNT -> entry.money().amount() instanceof Amount.None;
            case UNVERIFIED -> entry.mark() == Mark.UNVERIFIED;
            case NO_PERIOD ->
                entry.money().basis() != basis && entry.initiative().period() instanceof Period.Open;
            case NO_RATE -> !KNOWN.contains(entry.money().currency());
        };
    }

    private static Comparison compare(List<Initiative> initiatives, Basis basis) {
        return Comparison.of(initiatives, exchange(), DAY, "EUR", basis);
    }

    private static Exchange exchange() {
        return new Exchange(List.of(
                rate("USD", new BigDecimal("1.0705")),
                rate("KRW", new BigDecimal("1474.86")),
                rate("CNY", new BigDecimal("7.7748"))));
    }

    private static Rate rate(String currency, BigDecimal perEuro) {
        return new Rate(DAY, currency, perEuro, Mark.PRIMARY, List.of("https://example.org"));
    }

    @Provide
    Arbitrary<BigDecimal> amounts() {
        return Arbitraries.bigDecimals()
                .between(BigDecimal.ONE, new BigDecimal("1e15"))
                .ofScale(2);
    }

    @Provide
    Arbitrary<BigDecimal> rates() {
        return Arbitraries.bigDecimals()
                .between(new BigDecimal("0.001"), new BigDecimal("20000"))
                .ofScale(5);
    }

    @Provide
    Arbitrary<List<Initiative>> initiatives() {
        return initiative().list().ofMaxSize(12);
    }

    private Arbitrary<Initiative> initiative() {
        return Combinators.combine(
                        Arbitraries.of(Kind.class),
                        money(),
                        period(),
                        Arbitraries.of(Mark.class),
                        line().list().ofMaxSize(3),
                        Arbitraries.integers().between(0, 5))
                .as((kind, money, period, mark, lines, number) -> new Initiative(
                        "initiative-" + number,
                        1,
                        Message.written("An initiative"),
                        "FI",
                        "A body",
                        kind,
                        money,
                        period,
                        DAY,
                        mark,
                        List.of("https://example.org"),
                        lines,
                        List.of(),
                        List.of(),
                        List.of(),
                        Message.NOTHING));
    }

    private Arbitrary<Line> line() {
        return Combinators.combine(
                        Arbitraries.of(Purpose.class), Arbitraries.of(true, false), money(), Arbitraries.of(Mark.class))
                .as((purpose, beside, money, mark) ->
                        new Line(purpose, beside, money, mark, List.of("https://example.org"), Message.NOTHING));
    }

    private Arbitrary<Money> money() {
        return Combinators.combine(
                        amount(),
                        Arbitraries.of("EUR", "USD", "KRW", "CNY", "AED"),
                        Arbitraries.of(Basis.class),
                        Arbitraries.of(Standing.class),
                        Arbitraries.of(Payer.class))
                .as(Money::new);
    }

    private Arbitrary<Amount> amount() {
        Arbitrary<BigDecimal> some = amounts();
        return Arbitraries.oneOf(
                Arbitraries.just(new Amount.None()),
                some.map(Amount.Exact::new),
                some.map(Amount.AtLeast::new),
                some.map(least -> new Amount.Range(least, least.multiply(BigDecimal.TWO))));
    }

    private Arbitrary<Period> period() {
        YearMonth first = YearMonth.of(2024, 1);
        return Arbitraries.oneOf(
                Arbitraries.just(new Period.Open(Optional.empty())),
                Arbitraries.integers().between(1, 10).map(Period.Years::new),
                Arbitraries.integers()
                        .between(0, 80)
                        .map(months -> new Period.Months(first, first.plusMonths(months))));
    }
}
