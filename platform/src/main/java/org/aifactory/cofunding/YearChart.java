package org.aifactory.cofunding;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.aifactory.cofunding.MoneyViews.Total;

/**
 * Columns of what was committed in each year, with what has come of it; drawn on the server, and told beside in a table. Lengths are those
 * of the picture's own coordinates.
 */
record YearChart(List<Column> columns, int width, int height) {
    private static final int HEIGHT = 160;
    private static final int STEP = 64;
    private static final int COLUMN = 40;
    private static final int FOOT = 24;
    private static final int HEAD = 8;

    /** @param committed and {@code paid}: from where on, and how high */
    record Column(String year, int x, int width, Bar committed, Bar paid) {
        public int middle() {
            return x + width / 2;
        }
    }

    record Bar(String y, String height) {}

    static YearChart of(List<Total> years) {
        long most = years.stream()
                .mapToLong(
                        year -> Math.max(year.money().committed(), year.money().paid()))
                .max()
                .orElse(0);
        List<Column> columns = new ArrayList<>();
        for (Total year : years) {
            columns.add(new Column(
                    year.key(),
                    columns.size() * STEP + (STEP - COLUMN) / 2,
                    COLUMN,
                    bar(year.money().committed(), most),
                    bar(year.money().paid(), most)));
        }
        return new YearChart(columns, Math.max(1, columns.size()) * STEP, HEIGHT);
    }

    private static Bar bar(long cents, long most) {
        double room = HEIGHT - FOOT - HEAD;
        double height = most == 0 ? 0 : room * cents / most;
        return new Bar(number(HEIGHT - FOOT - height), number(height));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    public boolean isEmpty() {
        return columns.stream().allMatch(column -> column.committed().height().equals("0.0"));
    }

    public int base() {
        return HEIGHT - FOOT;
    }
}
