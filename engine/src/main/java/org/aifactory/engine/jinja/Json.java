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
    private final Text.Builder json = new Text.Builder();

    private Json(Budget budget, Call call) {
        this.budget = budget;
        this.indent = switch (call.get(1, "indent", None.NONE)) {
            case None _ -> Optional.empty();
            case Text text -> Optional.of(text.chars());
            case Object width -> Optional.of(" ".repeat(Math.clamp(Numbers.whole(width, "indent"), 0, 16)));
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
        Json writer = new Json(budget, call);
        writer.write(value, 0);
        return writer.json.build();
    }

    private void write(Object value, int level) {
        budget.enter();
        switch (value) {
            case Text text -> string(text);
            case Long number -> add(number.toString());
            case Double number -> add(Python.number(number));
            case Boolean flag -> add(flag.toString());
            case None _ -> add("null");
            case List<?> list -> {
                add("[");
                boolean first = true;
                for (Object item : list) {
                    lineBreak(first, level + 1);
                    write(item, level + 1);
                    first = false;
                }
                end(first, level, "]");
            }
            case Map<?, ?> map -> object(map, level);
            default -> throw Values.unfit("tojson", value);
        }
        budget.leave();
    }

    private void object(Map<?, ?> map, int level) {
        add("{");
        boolean first = true;
        List<? extends Map.Entry<?, ?>> entries = List.copyOf(map.entrySet());
        if (sorted) {
            entries = entries.stream()
                    .sorted((a, b) -> a.getKey().toString().compareTo(b.getKey().toString()))
                    .toList();
        }
        for (Map.Entry<?, ?> entry : entries) {
            lineBreak(first, level + 1);
            string(entry.getKey() instanceof Text text ? text : Text.of(String.valueOf(entry.getKey())));
            add(keySeparator);
            write(entry.getValue(), level + 1);
            first = false;
        }
        end(first, level, "}");
    }

    private void lineBreak(boolean first, int level) {
        if (!first) {
            add(itemSeparator);
        }
        lineBreak(level);
    }

    private void lineBreak(int level) {
        indent.ifPresent(width -> {
            budget.characters((long) width.length() * level + 1);
            json.add("\n" + width.repeat(level));
        });
    }

    private void end(boolean empty, int level, String bracket) {
        if (!empty) {
            lineBreak(level);
        }
        add(bracket);
    }

    private void add(String written) {
        budget.characters(written.length());
        json.add(written);
    }

    private void string(Text text) {
        budget.characters(text.length());
        add("\"");
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
        add("\"");
    }
}
