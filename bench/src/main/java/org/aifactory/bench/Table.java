package org.aifactory.bench;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Figures of one part.
 *
 * @param columns of which the first names the row
 * @param rows cells in the order of the columns: texts, or numbers as they were measured
 * @param notes what has to be known to read or repeat the figures
 */
record Table(String title, List<String> columns, List<List<Object>> rows, List<String> notes) {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    Table {
        for (List<Object> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException("a row of " + title + " needs " + columns.size() + " cells: " + row);
            }
        }
    }

    /** Stands for a part that could not be measured. */
    static Table missing(String title, String reason) {
        return new Table(title, List.of("not measured"), List.of(List.of(reason)), List.of());
    }

    /** The table as Markdown, the notes below it. */
    String markdown() {
        Stream<String> head = Stream.of(
                "## " + title,
                "",
                line(columns),
                line(columns.stream().map(_ -> "---").toList()));
        Stream<String> body =
                rows.stream().map(row -> line(row.stream().map(Table::text).toList()));
        Stream<String> foot = notes.stream().flatMap(note -> Stream.of("", note));
        return Stream.of(head, body, foot).flatMap(lines -> lines).collect(Collectors.joining("\n", "", "\n"));
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    /** Three digits are what a measurement is worth. */
    private static String text(Object cell) {
        if (!(cell instanceof Double number)) {
            return cell.toString();
        }
        double size = Math.abs(number);
        String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, number);
    }

    /** All tables of a run as one JSON object, the numbers not rounded. */
    static String json(Machine machine, List<Table> tables) {
        Map<String, Object> run = new LinkedHashMap<>();
        run.put("date", LocalDate.now(ZoneId.systemDefault()).toString());
        run.put("machine", machine);
        run.put("tables", tables.stream().map(Table::object).toList());
        return JSON.writeValueAsString(run) + "\n";
    }

    private Map<String, Object> object() {
        List<Map<String, Object>> objects = new ArrayList<>();
        for (List<Object> row : rows) {
            Map<String, Object> object = new LinkedHashMap<>();
            for (int i = 0; i < columns.size(); i++) {
                object.put(columns.get(i), row.get(i));
            }
            objects.add(object);
        }
        return Map.of("title", title, "rows", objects, "notes", notes);
    }
}
