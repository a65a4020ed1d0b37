package org.aifactory.observatory;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.aifactory.facts.Mark;
import org.aifactory.observatory.Initiative.Line;

/**
 * What nations do, like beside like. Amounts stand together only where they are of one kind, one standing and one payer, over the same
 * time, and in one currency; what cannot be brought to that stands apart, with the reason. Nothing is ever added up.
 *
 * @param currency ISO 4217, in which all is shown
 * @param rates all that were used, each with its day
 */
record Comparison(
        String currency, Basis basis, LocalDate day, List<Rate> rates, List<Group> groups, List<Apart> apart) {

    /** Like things, the largest first. */
    record Group(Kind kind, Standing standing, Payer payer, List<Row> rows) {}

    /**
     * An amount that can be compared.
     *
     * @param shown in the comparison's currency over its time, rounded as that currency is
     * @param years by which it was divided or multiplied to be over that time; empty where that changes nothing
     */
    record Row(Entry entry, Amount shown, Optional<BigDecimal> years) {
        BigDecimal largest() {
            return shown.upper().or(shown::lower).orElse(BigDecimal.ZERO);
        }
    }

    /** An amount, or none, that cannot be compared. */
    record Apart(Entry entry, Reason reason) {}

    /**
     * The head of an initiative, or a line that comes beside it.
     *
     * @param line empty for the head
     */
    record Entry(Initiative initiative, Optional<Line> line) {
        // Templates reach what is public alone.
        public Money money() {
            return line.map(Line::money).orElse(initiative.money());
        }

        public Mark mark() {
            return line.map(Line::mark).orElse(initiative.mark());
        }

        public List<String> sources() {
            return line.map(Line::sources).orElse(initiative.sources());
        }
    }

    /** Why something cannot be compared. */
    enum Reason {
        NO_AMOUNT,
        UNVERIFIED,
        /** It is counted otherwise, and nobody said over how many years. */
        NO_PERIOD,
        NO_RATE
    }

    /** Only what is alike in all of this stands together. */
    private record Likeness(Kind kind, Standing standing, Payer payer) implements Comparable<Likeness> {
        private static final Comparator<Likeness> ORDER = Comparator.comparing(Likeness::kind)
                .thenComparing(Likeness::standing)
                .thenComparing(Likeness::payer);

        @Override
        public int compareTo(Likeness other) {
            return ORDER.compare(this, other);
        }
    }

    /** @param exchange the rates as they were on the day */
    static Comparison of(List<Initiative> initiatives, Exchange exchange, LocalDate day, String currency, Basis basis) {
        TreeMap<Likeness, List<Row>> groups = new TreeMap<>();
        List<Apart> apart = new ArrayList<>();
        TreeMap<String, Rate> used = new TreeMap<>();
        for (Entry entry : entries(initiatives)) {
            Optional<Reason> reason = reason(entry, exchange, currency, basis);
            if (reason.isPresent()) {
                apart.add(new Apart(entry, reason.get()));
                continue;
            }
            Money money = entry.money();
            if (!money.currency().equals(currency)) {
                exchange.rate(money.currency()).ifPresent(rate -> used.put(rate.currency(), rate));
                exchange.rate(currency).ifPresent(rate -> used.put(rate.currency(), rate));
            }
            groups.computeIfAbsent(
                            new Likeness(entry.initiative().kind(), money.standing(), money.payer()),
                            _ -> new ArrayList<>())
                    .add(row(entry, exchange, currency, basis));
        }
        List<Group> sorted = new ArrayList<>();
        groups.forEach((likeness, rows) -> {
            rows.sort(Comparator.comparing(Row::largest)
                    .reversed()
                    .thenComparing(row -> row.entry().initiative().slug()));
            sorted.add(new Group(likeness.kind(), likeness.standing(), likeness.payer(), List.copyOf(rows)));
        });
        return new Comparison(
                currency, basis, day, List.copyOf(used.values()), List.copyOf(sorted), List.copyOf(apart));
    }

    private static List<Entry> entries(List<Initiative> initiatives) {
        List<Entry> entries = new ArrayList<>();
        for (Initiative initiative : initiatives) {
            entries.add(new Entry(initiative, Optional.empty()));
            initiative.lines().stream()
                    .filter(Line::isBeside)
                    .forEach(line -> entries.add(new Entry(initiative, Optional.of(line))));
        }
        return entries;
    }

    private static Optional<Reason> reason(Entry entry, Exchange exchange, String currency, Basis basis) {
        Money money = entry.money();
        if (money.amount() instanceof Amount.None) {
            return Optional.of(Reason.NO_AMOUNT);
        }
        if (entry.mark() == Mark.UNVERIFIED) {
            return Optional.of(Reason.UNVERIFIED);
        }
        if (money.basis() != basis && entry.initiative().period().years().isEmpty()) {
            return Optional.of(Reason.NO_PERIOD);
        }
        return exchange.conversion(money.currency(), currency).isEmpty()
                ? Optional.of(Reason.NO_RATE)
                : Optional.empty();
    }

    private static Row row(Entry entry, Exchange exchange, String currency, Basis basis) {
        Money money = entry.money();
        Optional<BigDecimal> years = money.basis() == basis
                ? Optional.empty()
                : entry.initiative().period().years().filter(number -> number.compareTo(BigDecimal.ONE) != 0);
        UnaryOperator<BigDecimal> conversion =
                exchange.conversion(money.currency(), currency).orElseThrow();
        UnaryOperator<BigDecimal> overTime = value -> years.map(number -> basis == Basis.PER_YEAR
                        ? value.divide(number, MathContext.DECIMAL128)
                        : value.multiply(number, MathContext.DECIMAL128))
                .orElse(value);
        return new Row(
                entry, rounded(money.amount(), value -> conversion.apply(overTime.apply(value)), currency), years);
    }

    /** Two bounds that become one by rounding are an exact amount there. */
    private static Amount rounded(Amount amount, UnaryOperator<BigDecimal> calculation, String currency) {
        int decimals = Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
        UnaryOperator<BigDecimal> all = value -> calculation.apply(value).setScale(decimals, RoundingMode.HALF_EVEN);
        return amount instanceof Amount.Range(BigDecimal least, BigDecimal most)
                        && all.apply(least).compareTo(all.apply(most)) == 0
                ? new Amount.Exact(all.apply(least))
                : amount.with(all);
    }
}
