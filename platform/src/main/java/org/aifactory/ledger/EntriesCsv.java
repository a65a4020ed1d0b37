package org.aifactory.ledger;

import java.io.IOException;
import java.util.Optional;

/** Entries as comma-separated values (RFC 4180), as they stand in the ledger. */
final class EntriesCsv {
    static final String HEADER = "number,id,at,kind,unit,moved,held,from,to,concerns,expires,reason\r\n";

    private EntriesCsv() {}

    static void write(StatementLine line, Appendable out) throws IOException {
        Entry entry = line.entry();
        out.append(String.join(
                        ",",
                        Long.toString(line.number()),
                        entry.id().toString(),
                        entry.at().toString(),
                        entry.kind().name(),
                        entry.unit().name(),
                        Long.toString(entry.moved()),
                        Long.toString(entry.held()),
                        entry.from().toString(),
                        entry.to().toString(),
                        word(Optional.ofNullable(entry.concerns())),
                        word(Optional.ofNullable(entry.expires())),
                        quoted(entry.reason())))
                .append("\r\n");
    }

    private static String word(Optional<?> value) {
        return value.isPresent() ? value.get().toString() : "";
    }

    /** What begins like a formula would be one in a spreadsheet. */
    private static String quoted(String text) {
        boolean formula = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0;
        return "\"" + (formula ? "'" : "") + text.replace("\"", "\"\"") + "\"";
    }
}
