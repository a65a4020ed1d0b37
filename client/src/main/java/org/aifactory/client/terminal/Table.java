package org.aifactory.client.terminal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows under a head, each column as wide as its widest cell. Columns whose head begins with {@code >} stand to the right. */
public final class Table {
    private static final String BETWEEN = "  ";

    private final String[] head;
    private final boolean[] right;
    private final List<String[]> rows = new ArrayList<>();

    public Table(String... head) {
        this.head = Arrays.stream(head)
                .map(word -> word.startsWith(">") ? word.substring(1) : word)
                .toArray(String[]::new);
        this.right = new boolean[head.length];
        for (int column = 0; column < head.length; column++) {
            right[column] = head[column].startsWith(">");
        }
    }

    public Table row(String... cells) {
        if (cells.length != head.length) {
            throw new IllegalArgumentException("a row has " + head.length + " cells, not " + cells.length);
        }
        rows.add(cells);
        return this;
    }

    public List<String> lines() {
        int[] widths = new int[head.length];
        List<String[]> all = new ArrayList<>(rows);
        all.addFirst(head);
        for (String[] row : all) {
            for (int column = 0; column < row.length; column++) {
                widths[column] = Math.max(widths[column], width(row[column]));
            }
        }
        return all.stream().map(row -> line(row, widths)).toList();
    }

    private String line(String[] row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < row.length; column++) {
            String space = " ".repeat(widths[column] - width(row[column]));
            line.append(column == 0 ? "" : BETWEEN)
                    .append(right[column] ? space : "")
                    .append(row[column])
                    .append(right[column] ? "" : space);
        }
        return line.toString().stripTrailing();
    }

    /** In places of a terminal, where a Korean or Chinese character takes two. */
    static int width(String text) {
        return text.codePoints().map(character -> isWide(character) ? 2 : 1).sum();
    }

    private static boolean isWide(int character) {
        return switch (Character.UnicodeScript.of(character)) {
            case HANGUL, HAN, HIRAGANA, KATAKANA, BOPOMOFO, YI -> true;
            default -> character >= 0xFF01 && character <= 0xFF60;
        };
    }
}
