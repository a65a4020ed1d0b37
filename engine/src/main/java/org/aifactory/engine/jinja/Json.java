package org.aifactory.engine.jinja;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.aifactory.engine.jinja.Callable.Call;

/** {@code json.dumps} as transformers' {@code tojson} calls it, except that letters beyond ASCII stay themselves. */
final class Json {
    private final Budget budget;
    private final Optional<String> indent;
    private final String itemSeparator;
    private final String keySeparator;
    private final boolean sorted;
    private final boolean asciiOnly;

    private Json(Budget budget, Call call) {
        this.budget = budget;
        this.indent = switch (call.get(1, "indent", None.NONE)) {
            case None _ -> Optional.empty();
            case Text text -> Optional.of(text.chars());
            case Object width -> Optional.of(" ".repeat(Math.clamp(Values.whole(width, "indent"), 0, 16)));
        };
        List<?> separators = call.get(2, "separators", None.NONE) instanceof List<?> list && list.size() == 2
                ? list
                : List.of(Text.of(indent.isPresent() ? "," : ", "), Text.of(": "));
        this.itemSeparator = Values.text(separators.getFirst(), "tojson").chars();
        this.keySeparator = Values.text(separators.getLast(), "tojson").chars();
        this.sorted = Values.isTrue(call.get(3, "sort_keys", false));
        this.asciiOnly = Values.isTrue(call.get(0, "ensure_ascii", false));
    }

    static Text of(Object value, Call call, Budget budget) {
        Text.Builder json = new Text.Builder();
        new Json(budget, call).write(value, json, 0);
        return budget.counted(json.build());
    }

    private void write(Object value, Text.Builder json, int level) {
        budget.enter();
        switch (value) {
            case Text text -> string(text, json);
            case Long number -> json.add(number.toString());
            case Double number -> json.add(Python.number(number));
            case Boolean flag -> json.add(flag.toString());
            case None _ -> json.add("null");
            case List<?> list -> {
                json.add("[");
                boolean first = true;
                for (Object item : list) {
                    lineBreak(json, first, level + 1);
                    write(item, json, level + 1);
                    first = false;
                }
                end(json, first, level, "]");
            }
            case Map<?, ?> map -> object(map, json, level);
            default -> throw Values.unfit("tojson", value);
        }
        budget.leave();
    }

    private void object(Map<?, ?> map, Text.Builder json, int level) {
        json.add("{");
        boolean first = true;
        List<? extends Map.Entry<?, ?>> entries = List.copyOf(map.entrySet());
        if (sorted) {
            entries = entries.stream()
                    .sorted((a, b) -> a.getKey().toString().compareTo(b.getKey().toString()))
                    .toList();
        }
        for (Map.Entry<?, ?> entry : entries) {
            lineBreak(json, first, level + 1);
            string(entry.getKey() instanceof Text text ? text : Text.of(String.valueOf(entry.getKey())), json);
            json.add(keySeparator);
            write(entry.getValue(), json, level + 1);
            first = false;
        }
        end(json, first, level, "}");
    }

    private void lineBreak(Text.Builder json, boolean first, int level) {
        if (!first) {
            json.add(itemSeparator);
        }
        indent.ifPresent(width -> json.add("\n" + width.repeat(level)));
    }

    private void end(Text.Builder json, boolean empty, int level, String bracket) {
        if (!empty) {
            indent.ifPresent(width -> json.add("\n" + width.repeat(level)));
        }
        json.add(bracket);
    }

    private void string(Text text, Text.Builder json) {
        budget.characters(text.length());
        json.add("\"");
        for (int i = 0; i < text.length(); i++) {
            char character = text.chars().charAt(i);
            String spelled = switch (character) {
                case '"' -> "\\\"";
                case '\\' -> "\\\\";
                case '\n' -> "\\n";
                case '\r' -> "\\r";
                case '\t' -> "\\t";
                case '\f' -> "\\f";
                case '\b' -> "\\b";
                default ->
                    character < ' ' || (asciiOnly && character > '~')
                            ? "\\u%04x".formatted((int) character)
                            : Character.toString(character);
            };
            json.add(spelled, text.origins().charAt(i));
        }
        json.add("\"");
    }
}
