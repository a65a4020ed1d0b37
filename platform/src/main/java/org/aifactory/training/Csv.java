package org.aifactory.training;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.aifactory.ledger.Unit;
import org.aifactory.training.Statement.Line;

/** A statement as comma-separated values (RFC 4180). */
final class Csv {
    /** The first line. */
    static final String HEADER =
            "at,text,amount,balance,unit,run,attempt,project,started,ended,seconds,units,state,reason,borne_by_site,euro_cents\r\n";

    private Csv() {}

    static String row(Line line, Unit unit) {
        List<Object> cells = List.of(
                line.at(),
                line.text(),
                line.amount(),
                line.balance(),
                unit,
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
        return cells.stream().map(Csv::cell).collect(Collectors.joining(",", "", "\r\n"));
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
