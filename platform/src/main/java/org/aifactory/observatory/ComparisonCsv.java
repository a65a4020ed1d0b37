package org.aifactory.observatory;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.aifactory.observatory.Comparison.Apart;
import org.aifactory.observatory.Comparison.Entry;
import org.aifactory.observatory.Comparison.Row;

/** A comparison as comma-separated values (RFC 4180): a line for each amount, comparable or not, with the rates that were used. */
final class ComparisonCsv {
    private static final String HEADER =
            "kind,standing,payer,country,slug,title,purpose,mark,announced_least,announced_most,"
                    + "announced_currency,announced_basis,shown_least,shown_most,shown_currency,shown_basis,years,not_comparable,rates,sources\r\n";

    private ComparisonCsv() {}

    static String of(Comparison comparison) {
        String rates = comparison.rates().stream()
                .map(rate ->
                        "EUR 1 = " + rate.currency() + " " + rate.perEuro().toPlainString() + " (" + rate.day() + ")")
                .collect(Collectors.joining("; "));
        StringBuilder lines = new StringBuilder(HEADER);
        comparison.groups().forEach(group -> group.rows().forEach(row -> lines.append(line(comparison, row, rates))));
        comparison.apart().forEach(apart -> lines.append(line(apart)));
        return lines.toString();
    }

    private static String line(Comparison comparison, Row row, String rates) {
        return line(Stream.concat(
                announced(row.entry()),
                Stream.of(
                        number(row.shown().lower()),
                        number(row.shown().upper()),
                        comparison.currency(),
                        comparison.basis(),
                        number(row.years()),
                        "",
                        rates,
                        String.join(" ", row.entry().sources()))));
    }

    private static String line(Apart apart) {
        return line(Stream.concat(
                announced(apart.entry()),
                Stream.of(
                        "",
                        "",
                        "",
                        "",
                        "",
                        apart.reason(),
                        "",
                        String.join(" ", apart.entry().sources()))));
    }

    private static Stream<Object> announced(Entry entry) {
        Initiative initiative = entry.initiative();
        Money money = entry.money();
        return List.<Object>of(
                initiative.kind(),
                money.standing(),
                money.payer(),
                initiative.country(),
                initiative.slug(),
                initiative.title(),
                entry.line().map(line -> line.purpose().name()).orElse(""),
                entry.mark(),
                number(money.amount().lower()),
                number(money.amount().upper()),
                money.currency(),
                money.basis())
                .stream();
    }

    private static Object number(Optional<BigDecimal> number) {
        return number.<Object>map(BigDecimal::toPlainString).orElse("");
    }

    private static String line(Stream<?> cells) {
        return cells.map(cell -> quoted(cell.toString())).collect(Collectors.joining(",", "", "\r\n"));
    }

    /** What begins like a formula would be one in a spreadsheet. */
    private static String quoted(String text) {
        boolean formula = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0;
        return "\"" + (formula ? "'" : "") + text.replace("\"", "\"\"") + "\"";
    }
}
