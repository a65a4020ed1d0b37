package org.aifactory.cofunding;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.aifactory.cofunding.Following.Use;
import org.aifactory.cofunding.MoneyTable.Open;
import org.aifactory.cofunding.TermsTable.Cost;
import org.aifactory.federation.Factories;
import org.aifactory.federation.Factory;
import org.aifactory.federation.FactoryId;
import org.aifactory.identity.Actor;
import org.aifactory.ledger.AccountId;
import org.aifactory.ledger.Balance;
import org.aifactory.ledger.EntryId;
import org.aifactory.ledger.Ledger;
import org.aifactory.ledger.Unit;
import org.aifactory.web.Problem;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Who has pledged, committed and paid how much. Everybody may read the totals that are published; the programme office reads all. */
@Component
class MoneyViews {
    private static final int MOST_MOVEMENTS = 500;

    private final MoneyTable table;
    private final TermsTable terms;
    private final Ceilings ceilings;
    private final Factories factories;
    private final Following following;
    private final Ledger ledger;
    private final Funding funding;

    MoneyViews(
            MoneyTable table,
            TermsTable terms,
            Ceilings ceilings,
            Factories factories,
            Following following,
            Ledger ledger,
            Funding funding) {
        this.table = table;
        this.terms = terms;
        this.ceilings = ceilings;
        this.factories = factories;
        this.following = following;
        this.ledger = ledger;
        this.funding = funding;
    }

    /** @param factory its slug */
    record Row(String factory, String factoryName, String funder, int year, String category, LineMoney money) {}

    /** @param key the funder, the factory's slug, or the year */
    record Total(String key, String name, LineMoney money) {}

    /**
     * @param unpublished the names of factories whose totals are not published
     * @param late what was to be paid and has not come, the first first; the office alone sees it
     */
    record Overview(
            LineMoney total,
            List<Total> byFunder,
            List<Total> byFactory,
            List<Total> byYear,
            List<String> unpublished,
            List<OpenInstalment> late) {}

    record OpenInstalment(
            EntryId instalment,
            String factory,
            String factoryName,
            String funder,
            int year,
            String category,
            LocalDate due,
            long cents,
            long leftCents,
            boolean late) {}

    /** @param uses what became of the funder's time; of what was used, everybody but the office sees what made public models */
    record FunderView(
            String funder,
            LineMoney total,
            List<Row> lines,
            List<Total> byYear,
            List<OpenInstalment> open,
            List<Use> uses) {}

    /**
     * @param factory its slug
     * @param published where it is not, only the office sees more than the terms
     * @param movements and {@code open}: the office alone sees them
     */
    record FactoryView(
            String factory,
            String name,
            String kind,
            boolean published,
            int version,
            LineMoney total,
            List<Ceiling> ceilings,
            List<Cost> costs,
            List<Row> lines,
            List<Total> byYear,
            List<OpenInstalment> open,
            List<MovementView> movements) {}

    /** @param takenBack whether another movement undid it */
    record MovementView(
            EntryId entry,
            long number,
            Movement.Kind kind,
            String funder,
            int year,
            String category,
            LocalDate day,
            @Nullable LocalDate due,
            @Nullable EntryId instalment,
            long cents,
            String reason,
            @Nullable EntryId undoes,
            boolean takenBack) {
        static MovementView of(Movement movement, Set<EntryId> undone) {
            Line line = movement.line();
            return new MovementView(
                    movement.entry(),
                    movement.number(),
                    movement.kind(),
                    line.funder(),
                    line.year(),
                    line.category(),
                    movement.day(),
                    movement.due().orElse(null),
                    movement.instalment().orElse(null),
                    movement.cents(),
                    movement.reason(),
                    movement.undoes().orElse(null),
                    undone.contains(movement.entry()));
        }
    }

    static boolean seesAll(Optional<Actor> actor) {
        return actor.filter(Funding::mayBook).isPresent();
    }

    /** Of one factory or funder alone, or of all: what the person may see, by factory, funder, year and category. */
    List<Row> rows(Optional<Actor> actor, Optional<FactoryId> only, Optional<String> funder) {
        Map<FactoryId, Factory> known =
                factories.all().stream().collect(Collectors.toMap(Factory::id, Function.identity()));
        Map<FactoryId, Terms> agreed = terms.all();
        List<Line> lines = table.lines(only, funder).stream()
                .filter(line -> seesAll(actor) || isPublished(agreed, line.factory()))
                .toList();
        Map<UUID, Long> late = seesAll(actor) ? table.late(funding.today(), only, funder) : Map.of();
        Map<AccountId, Balance> balances = ledger.balances(lines.stream()
                .flatMap(line -> List.of(line.pledged(), line.committed(), line.called(), line.paid()).stream())
                .toList());
        return lines.stream()
                .map(line -> {
                    Factory factory = Objects.requireNonNull(known.get(line.factory()));
                    return new Row(
                            factory.slug(),
                            factory.name(),
                            line.funder(),
                            line.year(),
                            line.category(),
                            money(line, balances, late.getOrDefault(line.id(), 0L)));
                })
                .sorted(Comparator.comparing(Row::factoryName)
                        .thenComparing(Row::factory)
                        .thenComparing(row -> !row.funder().equals(Funder.UNION))
                        .thenComparing(Row::funder)
                        .thenComparingInt(Row::year)
                        .thenComparing(Row::category))
                .toList();
    }

    private static boolean isPublished(Map<FactoryId, Terms> agreed, FactoryId factory) {
        Terms terms = agreed.get(factory);
        return terms != null && terms.published();
    }

    private static LineMoney money(Line line, Map<AccountId, Balance> balances, long late) {
        Balance paid = balance(balances, line.paid());
        return new LineMoney(
                balance(balances, line.pledged()).granted(),
                balance(balances, line.committed()).granted(),
                balance(balances, line.called()).granted(),
                paid.granted(),
                paid.spent(),
                late);
    }

    private static Balance balance(Map<AccountId, Balance> balances, AccountId account) {
        return balances.getOrDefault(account, new Balance(Unit.EUR_CENT, 0, 0, 0));
    }

    static LineMoney sum(List<Row> rows) {
        return rows.stream().map(Row::money).reduce(LineMoney.NONE, LineMoney::plus);
    }

    private static List<Total> totals(List<Row> rows, Function<Row, String> key, Function<Row, String> name) {
        Map<String, Total> totals = new TreeMap<>();
        rows.forEach(row -> totals.merge(
                key.apply(row),
                new Total(key.apply(row), name.apply(row), row.money()),
                (one, other) -> new Total(one.key(), one.name(), one.money().plus(other.money()))));
        return List.copyOf(totals.values());
    }

    private static List<Total> byYear(List<Row> rows) {
        return totals(rows, row -> Integer.toString(row.year()), row -> Integer.toString(row.year()));
    }

    /** Those who have committed most first. */
    private static List<Total> byFunder(List<Row> rows) {
        return totals(rows, Row::funder, Row::funder).stream()
                .sorted(Comparator.comparingLong((Total total) -> total.money().committed())
                        .reversed()
                        .thenComparing(Total::key))
                .toList();
    }

    Overview overview(Optional<Actor> actor) {
        List<Row> rows = rows(actor, Optional.empty(), Optional.empty());
        Map<FactoryId, Terms> agreed = terms.all();
        return new Overview(
                sum(rows),
                byFunder(rows),
                totals(rows, Row::factory, Row::factoryName),
                byYear(rows),
                factories.all().stream()
                        .filter(factory -> !isPublished(agreed, factory.id()))
                        .map(Factory::name)
                        .toList(),
                open(actor, Optional.empty(), Optional.empty()).stream()
                        .filter(OpenInstalment::late)
                        .toList());
    }

    FunderView funder(Optional<Actor> actor, String code) {
        if (!Funder.exists(code)) {
            throw Problem.notFound("funder", code);
        }
        List<Row> rows = rows(actor, Optional.empty(), Optional.of(code));
        return new FunderView(
                code,
                sum(rows),
                rows,
                byYear(rows),
                open(actor, Optional.empty(), Optional.of(code)),
                following.uses(code, !seesAll(actor)));
    }

    FactoryView factory(Optional<Actor> actor, String slug) {
        Factory factory = funding.require(slug);
        Terms agreed = terms.of(factory.id());
        boolean seen = agreed.published() || seesAll(actor);
        List<Row> rows = rows(actor, Optional.of(factory.id()), Optional.empty());
        List<Movement> movements = seesAll(actor) ? table.movements(factory.id(), MOST_MOVEMENTS) : List.of();
        Set<EntryId> undone = movements.stream()
                .flatMap(movement -> movement.undoes().stream())
                .collect(Collectors.toSet());
        return new FactoryView(
                slug,
                factory.name(),
                agreed.kind(),
                agreed.published(),
                agreed.version(),
                sum(rows),
                seen ? ceilings.of(agreed) : List.of(),
                seen ? terms.costs(factory.id()) : List.of(),
                rows,
                byYear(rows),
                open(actor, Optional.of(factory.id()), Optional.empty()),
                movements.stream()
                        .map(movement -> MovementView.of(movement, undone))
                        .toList());
    }

    /** What was asked for and has not come, for the office alone; of one factory or funder, or of all. */
    private List<OpenInstalment> open(Optional<Actor> actor, Optional<FactoryId> only, Optional<String> funder) {
        if (!seesAll(actor)) {
            return List.of();
        }
        Map<FactoryId, Factory> known = new HashMap<>();
        factories.all().forEach(factory -> known.put(factory.id(), factory));
        LocalDate today = funding.today();
        List<OpenInstalment> all = new ArrayList<>();
        for (Open open : table.open(only, funder)) {
            Factory factory = Objects.requireNonNull(known.get(open.line().factory()));
            all.add(new OpenInstalment(
                    open.instalment(),
                    factory.slug(),
                    factory.name(),
                    open.line().funder(),
                    open.line().year(),
                    open.line().category(),
                    open.due(),
                    open.cents(),
                    open.left(),
                    open.isLate(today)));
        }
        return all;
    }
}
