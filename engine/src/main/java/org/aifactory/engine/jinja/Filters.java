package org.aifactory.engine.jinja;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.aifactory.engine.jinja.Callable.Call;

/** Jinja2's filters. */
record Filters(Values values, Tests tests, Budget budget) {

    Object apply(String name, Object value, Call call) {
        return switch (name) {
            case "trim" -> strings(value).call("strip", call);
            case "upper", "lower", "capitalize" -> strings(value).call(name, Call.NOTHING);
            case "title" -> title(values.string(value));
            case "replace" -> replaced(value, call);
            case "string", "safe" -> values.string(value);
            case "length", "count" -> values.length(value);
            case "default", "d" -> standard(value, call);
            case "tojson" -> Json.of(value, call, budget);
            case "join" -> joined(value, call);
            case "indent" -> indented(values.string(value), call);
            case "list" -> values.items(value);
            case "items" ->
                value instanceof Undefined
                        ? List.of()
                        : value instanceof Map<?, ?> map ? CollectionMethods.entries(map, budget) : fail(name, value);
            case "dictsort" -> dictsort(value, call);
            case "first" -> at(values.items(value), true);
            case "last" -> at(values.items(value), false);
            case "reverse" ->
                value instanceof Text text
                        ? values.slice(text, None.NONE, None.NONE, -1L)
                        : new Values.Lazy(values.items(value).reversed());
            case "sort" -> sorted(value, call);
            case "min", "max" -> extreme(name, value);
            case "unique" -> unique(value);
            case "sum" -> sum(value, call);
            case "select" -> chosen(value, item -> matches(item, call, true));
            case "reject" -> chosen(value, item -> !matches(item, call, true));
            case "selectattr" -> chosen(value, item -> matches(path(item, call), call.without(1), true));
            case "rejectattr" -> chosen(value, item -> !matches(path(item, call), call.without(1), true));
            case "map" -> mapped(value, call);
            case "attr" ->
                values.attribute(
                        value, Values.text(call.required(0, "name"), name).chars());
            case "int" -> whole(value, call);
            case "float" -> real(value, call);
            case "abs" -> Numbers.absolute(value);
            case "round" -> rounded(value, call);
            case "wordcount" -> (long) ((List<?>) strings(value).call("split", Call.NOTHING)).size();
            case "escape", "e" -> escaped(values.string(value));
            default -> throw new JinjaException("the filter '" + name + "' is not known");
        };
    }

    private static Object fail(String name, Object value) {
        throw Values.unfit(name, value);
    }

    private StringMethods strings(Object value) {
        return new StringMethods(values, budget, values.string(value));
    }

    private static Object standard(Object value, Call call) {
        boolean missing =
                value instanceof Undefined || (Values.isTrue(call.get(1, "boolean", false)) && !Values.isTrue(value));
        return missing ? call.get(0, "default_value", Text.EMPTY) : value;
    }

    private Text replaced(Object value, Call call) {
        return strings(value)
                .replaced(
                        values.string(call.required(0, "old")),
                        values.string(call.required(1, "new")),
                        call.get(2, "count", None.NONE) instanceof Long most ? Math.clamp(most, -1, 1 << 30) : -1);
    }

    /** Words begin after white space, hyphens and opening brackets here, unlike in {@code str.title}. */
    private Text title(Text text) {
        Text.Builder title = new Text.Builder();
        boolean begins = true;
        for (Object each : values.items(text)) {
            Text character = (Text) each;
            StringMethods methods = new StringMethods(values, budget, character);
            title.add(begins ? methods.upper() : methods.lower());
            begins = Python.isSpace(character.chars().codePointAt(0))
                    || Set.of("-", "(", "{", "[", "<").contains(character.chars());
        }
        return title.build();
    }

    private Text joined(Object value, Call call) {
        Object attribute = call.get(1, "attribute", None.NONE);
        List<Object> parts = values.items(value).stream()
                .map(item -> (Object) values.string(attribute == None.NONE ? item : path(item, attribute)))
                .toList();
        return new StringMethods(values, budget, values.string(call.get(0, "d", Text.EMPTY))).joined(parts);
    }

    private Text indented(Text text, Call call) {
        Object width = call.get(0, "width", 4L);
        Text indent = width instanceof Text given
                ? given
                : Text.of(" ".repeat(Math.clamp(Numbers.whole(width, "indent"), 0, 1000)));
        boolean first = Values.isTrue(call.get(1, "first", false));
        boolean blank = Values.isTrue(call.get(2, "blank", false));
        Text.Builder indented = new Text.Builder();
        List<Object> lines = new StringMethods(values, budget, text.plus(Text.of("\n"))).lines(false);
        for (int i = 0; i < lines.size(); i++) {
            Text line = (Text) lines.get(i);
            budget.characters((long) line.length() + indent.length());
            boolean indents = i == 0 ? first : blank || !line.isEmpty();
            indented.add(i == 0 ? "" : "\n").add(indents ? indent : Text.EMPTY).add(line);
        }
        return indented.build();
    }

    private Object dictsort(Object value, Call call) {
        if (!(value instanceof Map<?, ?> map)) {
            return fail("dictsort", value);
        }
        boolean exact = Values.isTrue(call.get(0, "case_sensitive", false));
        int by = call.get(1, "by", Text.of("key")).equals(Text.of("value")) ? 1 : 0;
        Comparator<Object> order =
                (a, b) -> values.compare(folded(((List<?>) a).get(by), exact), folded(((List<?>) b).get(by), exact));
        return CollectionMethods.entries(map, budget).stream()
                .sorted(Values.isTrue(call.get(2, "reverse", false)) ? order.reversed() : order)
                .toList();
    }

    private Object folded(Object value, boolean exact) {
        return value instanceof Text text && !exact ? new StringMethods(values, budget, text).lower() : value;
    }

    private static Object at(List<Object> items, boolean first) {
        if (items.isEmpty()) {
            return new Undefined("an item of nothing");
        }
        return first ? items.getFirst() : items.getLast();
    }

    private Object sorted(Object value, Call call) {
        boolean exact = Values.isTrue(call.get(1, "case_sensitive", false));
        Object attribute = call.get(2, "attribute", None.NONE);
        Comparator<Object> order = (a, b) -> values.compare(
                folded(attribute == None.NONE ? a : path(a, attribute), exact),
                folded(attribute == None.NONE ? b : path(b, attribute), exact));
        return values.items(value).stream()
                .sorted(Values.isTrue(call.get(0, "reverse", false)) ? order.reversed() : order)
                .toList();
    }

    private Object extreme(String name, Object value) {
        int wanted = name.equals("min") ? -1 : 1;
        Object best = new Undefined("an item of nothing");
        for (Object item : values.items(value)) {
            boolean better = best instanceof Undefined
                    || Integer.signum(values.compare(folded(item, false), folded(best, false))) == wanted;
            best = better ? item : best;
        }
        return best;
    }

    private Object unique(Object value) {
        List<Object> kept = new ArrayList<>();
        for (Object item : values.items(value)) {
            Object folded = folded(item, false);
            if (kept.stream().noneMatch(other -> values.equal(folded(other, false), folded))) {
                kept.add(item);
            }
        }
        return new Values.Lazy(List.copyOf(kept));
    }

    private Object sum(Object value, Call call) {
        Object attribute = call.get(0, "attribute", None.NONE);
        Object sum = call.get(1, "start", 0L);
        for (Object item : values.items(value)) {
            sum = values.binary("+", sum, attribute == None.NONE ? item : path(item, attribute));
        }
        return sum;
    }

    private Object chosen(Object value, Predicate<Object> wanted) {
        return new Values.Lazy(values.items(value).stream().filter(wanted).toList());
    }

    /** By the test that the first argument names, or by truth. */
    private boolean matches(Object item, Call call, boolean byTruth) {
        if (call.positional().isEmpty()) {
            return byTruth && Values.isTrue(item);
        }
        return tests.holds(Values.text(call.positional().getFirst(), "a test").chars(), item, call.without(1));
    }

    private Object path(Object item, Call call) {
        return path(item, call.required(0, "attribute"));
    }

    /** An attribute of an attribute, such as {@code function.name}. */
    private Object path(Object item, Object attribute) {
        if (!(attribute instanceof Text names)) {
            return values.item(item, attribute);
        }
        Object found = item;
        for (String name : names.chars().split("\\.", -1)) {
            boolean isNumber =
                    !name.isEmpty() && name.length() < 10 && name.chars().allMatch(c -> c >= '0' && c <= '9');
            found = values.item(found, isNumber ? (Object) Long.valueOf(name) : Text.of(name));
        }
        return found;
    }

    private Object mapped(Object value, Call call) {
        if (call.named().containsKey("attribute")) {
            Object attribute = call.named().get("attribute");
            return new Values.Lazy(values.items(value).stream()
                    .map(item -> {
                        Object found = path(item, attribute);
                        return found instanceof Undefined ? call.named().getOrDefault("default", found) : found;
                    })
                    .toList());
        }
        String filter = Values.text(call.required(0, "filter"), "map").chars();
        return new Values.Lazy(values.items(value).stream()
                .map(item -> apply(filter, item, call.without(1)))
                .toList());
    }

    private Object whole(Object value, Call call) {
        try {
            return switch (value) {
                case Double number -> number.longValue();
                case Text text -> (long) Double.parseDouble(text.chars().strip());
                default -> Numbers.whole(value, "int");
            };
        } catch (NumberFormatException | JinjaException notANumber) {
            return call.get(0, "default", 0L);
        }
    }

    private Object real(Object value, Call call) {
        try {
            return value instanceof Text text ? Double.parseDouble(text.chars().strip()) : Numbers.real(value, "float");
        } catch (NumberFormatException | JinjaException notANumber) {
            return call.get(0, "default", 0.0);
        }
    }

    private static Object rounded(Object value, Call call) {
        double factor = Math.pow(10, Numbers.whole(call.get(0, "precision", 0L), "round"));
        double scaled = Numbers.real(value, "round") * factor;
        return switch (call.get(1, "method", Text.of("common")).toString()) {
            case "ceil" -> Math.ceil(scaled) / factor;
            case "floor" -> Math.floor(scaled) / factor;
            default -> Math.rint(scaled) / factor;
        };
    }

    private Text escaped(Text text) {
        Text.Builder escaped = new Text.Builder();
        for (int i = 0; i < text.length(); i++) {
            char character = text.chars().charAt(i);
            escaped.add(
                    switch (character) {
                        case '&' -> "&amp;";
                        case '<' -> "&lt;";
                        case '>' -> "&gt;";
                        case '"' -> "&#34;";
                        case '\'' -> "&#39;";
                        default -> Character.toString(character);
                    },
                    text.origins().charAt(i));
        }
        return budget.counted(escaped.build());
    }
}
