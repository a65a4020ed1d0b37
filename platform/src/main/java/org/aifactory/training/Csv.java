package org.aifactory.training;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.aifactory.training.Statement.Line;

/** A statement as comma-separated values (RFC 4180). */
final class Csv {
    private static final String HEADER =
            "at,text,amount,balance,unit,run,attempt,project,started,ended,seconds,units,state,reason,borne_by_site,euro_cents";

    private Csv() {}

    static String of(Statement statement) {
        return statement.lines().stream()
                .map(line -> row(line, statement))
                .collect(Collectors.joining("\r\n", HEADER + "\r\n", "\r\n"));
    }

    private static String row(Line line, Statement statement) {
        List<Object> cells = List.of(
                line.at(),
                line.text(),
                line.amount(),
                line.balance(),
                statement.unit(),
                empty(line.run()),
                empty(line.attempt()),
                empty(line.project()),
                empty(line.started()),
                empty(line.ended()),
                empty(line.seconds()),
                empty(line.units()),
                empty(line.state()),
                empty(line.reason()),
                empty(line.borneBySite()),
                empty(line.cents()));
        return cells.stream().map(Csv::cell).collect(Collectors.joining(","));
    }

    private static Object empty(Optional<?> cell) {
        return cell.isPresent() ? cell.get() : "";
    }

    /** What begins like a formula would be one in a spreadsheet. */
    private static String cell(Object value) {
        String text = value.toString();
        boolean formula = !(value instanceof Number) && !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0;
        return "\"" + (formula ? "'" : "") + text.replace("\"", "\"\"") + "\"";
    }
}
