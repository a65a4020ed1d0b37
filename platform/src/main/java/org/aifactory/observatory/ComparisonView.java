package org.aifactory.observatory;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.aifactory.facts.Mark;
import org.aifactory.observatory.Comparison.Apart;
import org.aifactory.observatory.Comparison.Entry;
import org.aifactory.observatory.Comparison.Group;
import org.aifactory.observatory.Comparison.Reason;
import org.aifactory.observatory.Comparison.Row;
import org.aifactory.observatory.InitiativeForm.Exactness;
import org.aifactory.web.Message;

/** A comparison as programs read it. */
record ComparisonView(
        String currency,
        Basis basis,
        LocalDate day,
        List<Rate> rates,
        List<GroupView> groups,
        List<ApartView> notComparable) {

    /** Like things; nothing of another group is to be set beside them. */
    record GroupView(Kind kind, Standing standing, Payer payer, List<RowView> initiatives) {}

    /**
     * An amount that can be compared.
     *
     * @param purpose of a line that comes beside its initiative's amount; absent for the initiative itself
     * @param announced as it was said, in its own currency
     * @param shown in the comparison's currency over its time
     * @param years by which the announced amount was divided or multiplied; absent where it was announced over this time
     */
    record RowView(
            String slug,
            Message title,
            String country,
            Optional<Purpose> purpose,
            Mark mark,
            AmountView announced,
            AmountView shown,
            Optional<BigDecimal> years,
            List<String> sources) {}

    /** An amount that cannot be compared, and why. */
    record ApartView(
            String slug,
            Message title,
            String country,
            Kind kind,
            Optional<Purpose> purpose,
            Reason reason,
            Message why) {}

    /** @param least the amount itself where it is exact; absent where there is none */
    record AmountView(
            Exactness exactness, Optional<BigDecimal> least, Optional<BigDecimal> most, String currency, Basis basis) {

        static AmountView of(Amount amount, String currency, Basis basis) {
            Exactness exactness = switch (amount) {
                case Amount.None none -> Exactness.NONE;
                case Amount.Exact exact -> Exactness.EXACT;
                case Amount.Range range -> Exactness.RANGE;
                case Amount.AtLeast atLeast -> Exactness.AT_LEAST;
            };
            return new AmountView(exactness, amount.lower(), amount.upper(), currency, basis);
        }
    }

    static ComparisonView of(Comparison comparison) {
        return new ComparisonView(
                comparison.currency(),
                comparison.basis(),
                comparison.day(),
                comparison.rates(),
                comparison.groups().stream()
                        .map(group -> view(comparison, group))
                        .toList(),
                comparison.apart().stream().map(ComparisonView::view).toList());
    }

    private static GroupView view(Comparison comparison, Group group) {
        return new GroupView(
                group.kind(),
                group.standing(),
                group.payer(),
                group.rows().stream().map(row -> view(comparison, row)).toList());
    }

    private static RowView view(Comparison comparison, Row row) {
        Entry entry = row.entry();
        Money money = entry.money();
        return new RowView(
                entry.initiative().slug(),
                entry.initiative().title(),
                entry.initiative().country(),
                entry.line().map(Initiative.Line::purpose),
                entry.mark(),
                AmountView.of(money.amount(), money.currency(), money.basis()),
                AmountView.of(row.shown(), comparison.currency(), comparison.basis()),
                row.years(),
                entry.sources());
    }

    private static ApartView view(Apart apart) {
        Initiative initiative = apart.entry().initiative();
        return new ApartView(
                initiative.slug(),
                initiative.title(),
                initiative.country(),
                initiative.kind(),
                apart.entry().line().map(Initiative.Line::purpose),
                apart.reason(),
                why(apart));
    }

    static Message why(Apart apart) {
        return switch (apart.reason()) {
            case NO_AMOUNT -> Message.of("observatory.apart.no-amount");
            case UNVERIFIED -> Message.of("observatory.apart.unverified");
            case NO_PERIOD -> Message.of("observatory.apart.no-period");
            case NO_RATE ->
                Message.of("observatory.apart.no-rate", apart.entry().money().currency());
        };
    }
}
