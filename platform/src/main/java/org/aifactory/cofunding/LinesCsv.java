package org.aifactory.cofunding;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.aifactory.cofunding.MoneyViews.Row;

/** Lines as comma-separated values (RFC 4180), in euro cents. */
final class LinesCsv {
    private static final String HEADER = "factory,funder,year,category,pledged,committed,called,paid,spent,late\r\n";

    private LinesCsv() {}

    static String of(List<Row> rows) {
        return rows.stream().map(LinesCsv::line).collect(Collectors.joining("", HEADER, ""));
    }

    /** Slugs, codes and numbers alone, so nothing needs quotes and nothing can be a formula. */
    private static String line(Row row) {
        LineMoney money = row.money();
        return Stream.<Object>of(
                        row.factory(),
                        row.funder(),
                        row.year(),
                        row.category(),
                        money.pledged(),
                        money.committed(),
                        money.called(),
                        money.paid(),
                        money.spent(),
                        money.late())
                .map(Object::toString)
                .collect(Collectors.joining(",", "", "\r\n"));
    }
}
