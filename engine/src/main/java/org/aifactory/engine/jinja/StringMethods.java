package org.aifactory.engine.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;
import org.aifactory.engine.jinja.Callable.Call;

/** Python's methods of strings, which keep the origin of every character. */
record StringMethods(Values values, Budget budget, Text text) {
    static final Set<String> NAMES = Set.of(
            "strip",
            "lstrip",
            "rstrip",
            "split",
            "rsplit",
            "splitlines",
            "startswith",
            "endswith",
            "upper",
            "lower",
            "title",
            "capitalize",
            "replace",
            "find",
            "rfind",
            "index",
            "count",
            "join",
            "isdigit",
            "isalpha",
            "isalnum",
            "isspace",
            "isupper",
            "islower",
            "removeprefix",
            "removesuffix",
            "partition");

    Object call(String name, Call call) {
        budget.characters(text.length());
        return switch (name) {
            case "strip" -> stripped(call.get(0, "chars", None.NONE), true, true);
            case "lstrip" -> stripped(call.get(0, "chars", None.NONE), true, false);
            case "rstrip" -> stripped(call.get(0, "chars", None.NONE), false, true);
            case "split" -> split(call.get(0, "sep", None.NONE), Numbers.index(call.get(1, "maxsplit", -1L), name));
            case "rsplit" ->
                splitFromRight(call.get(0, "sep", None.NONE), Numbers.index(call.get(1, "maxsplit", -1L), name));
            case "splitlines" -> lines(Values.isTrue(call.get(0, "keepends", false)));
            case "startswith" -> any(call, part -> text.chars().startsWith(part));
            case "endswith" -> any(call, part -> text.chars().endsWith(part));
            case "upper" -> upper();
            case "lower" -> lower();
            case "title" -> title();
            case "capitalize" -> capitalized();
            case "replace" ->
                replaced(
                        argument(call, 0, "old"),
                        argument(call, 1, "new"),
                        Numbers.index(call.get(2, "count", -1L), name));
            case "find" -> place(text.chars().indexOf(sought(call)));
            case "rfind" -> place(text.chars().lastIndexOf(sought(call)));
            case "index" -> {
                long found = place(text.chars().indexOf(sought(call)));
                if (found < 0) {
                    throw new JinjaException("a string does not hold what is looked for");
                }
                yield found;
            }
            case "count" -> count(sought(call));
            case "join" -> joined(values.items(call.required(0, "iterable")));
            case "isdigit" -> all(Character::isDigit);
            case "isalpha" -> all(Character::isLetter);
            case "isalnum" -> all(Character::isLetterOrDigit);
            case "isspace" -> all(Python::isSpace);
            case "isupper" -> isCased(Character::isLowerCase, Character::isUpperCase);
            case "islower" -> isCased(Character::isUpperCase, Character::isLowerCase);
            case "removeprefix" -> {
                int length = argument(call, 0, "prefix").length();
                yield text.chars().startsWith(argument(call, 0, "prefix").chars())
                        ? text.slice(length, text.length())
                        : text;
            }
            case "removesuffix" -> {
                int end = text.length() - argument(call, 0, "suffix").length();
                yield text.chars().endsWith(argument(call, 0, "suffix").chars()) ? text.slice(0, end) : text;
            }
            case "partition" -> {
                Text separator = searched(argument(call, 0, "sep"));
                int at = text.chars().indexOf(separator.chars());
                yield at < 0
                        ? List.of(text, Text.EMPTY, Text.EMPTY)
                        : List.of(text.slice(0, at), separator, text.slice(at + separator.length(), text.length()));
            }
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static Text argument(Call call, int place, String name) {
        return Values.text(call.required(place, name), "a method of a string");
    }

    /** What is to be looked for, with the search counted. */
    private String sought(Call call) {
        return searched(argument(call, 0, "sub")).chars();
    }

    private Text searched(Text part) {
        budget.search(text.length(), part.length());
        return part;
    }

    private Long place(int index) {
        return index < 0 ? -1L : text.chars().codePointCount(0, index);
    }

    private Text stripped(Object characters, boolean left, boolean right) {
        IntPredicate drop;
        if (characters == None.NONE) {
            drop = Python::isSpace;
        } else {
            String set = Values.text(characters, "strip").chars();
            budget.search(text.length(), set.length());
            drop = codePoint -> set.indexOf(codePoint) >= 0;
        }
        String chars = text.chars();
        int from = 0;
        int to = chars.length();
        while (left && from < to && drop.test(chars.codePointAt(from))) {
            from += Character.charCount(chars.codePointAt(from));
        }
        while (right && from < to && drop.test(chars.codePointBefore(to))) {
            to -= Character.charCount(chars.codePointBefore(to));
        }
        return text.slice(from, to);
    }

    private List<Object> split(Object separator, int most) {
        List<Object> parts = new ArrayList<>();
        if (separator == None.NONE) {
            int at = Python.spaceEnd(text.chars(), 0);
            while (at < text.length()) {
                boolean last = most >= 0 && parts.size() == most;
                int end = last ? Python.spaceStart(text.chars(), text.length()) : wordEnd(at);
                parts.add(text.slice(at, end));
                at = last ? text.length() : Python.spaceEnd(text.chars(), end);
            }
            return counted(parts);
        }
        String between = separator(separator);
        int from = 0;
        int at = text.chars().indexOf(between);
        while (at >= 0 && (most < 0 || parts.size() < most)) {
            parts.add(text.slice(from, at));
            from = at + between.length();
            at = text.chars().indexOf(between, from);
        }
        parts.add(text.slice(from, text.length()));
        return counted(parts);
    }

    private List<Object> counted(List<Object> parts) {
        budget.steps(parts.size());
        return List.copyOf(parts);
    }

    private String separator(Object separator) {
        Text between = searched(Values.text(separator, "split"));
        if (between.isEmpty()) {
            throw new JinjaException("a string is split at an empty string");
        }
        return between.chars();
    }

    private int wordEnd(int from) {
        int end = from;
        while (end < text.length() && !Python.isSpace(text.chars().charAt(end))) {
            end++;
        }
        return end;
    }

    private List<Object> splitFromRight(Object separator, int most) {
        if (most < 0) {
            return split(separator, most);
        }
        String between = separator(separator);
        List<Object> parts = new ArrayList<>();
        int to = text.length();
        int at = text.chars().lastIndexOf(between);
        while (at >= 0 && parts.size() < most) {
            parts.add(text.slice(at + between.length(), to));
            to = at;
            at = at < between.length() ? -1 : text.chars().lastIndexOf(between, at - between.length());
        }
        parts.add(text.slice(0, to));
        return counted(parts).reversed();
    }

    List<Object> lines(boolean keepEnds) {
        List<Object> lines = new ArrayList<>();
        String chars = text.chars();
        int from = 0;
        while (from < chars.length()) {
            int end = from;
            while (end < chars.length() && !Python.isLineBreak(chars.charAt(end))) {
                end++;
            }
            int next = chars.startsWith("\r\n", end) ? end + 2 : Math.min(end + 1, chars.length());
            lines.add(text.slice(from, keepEnds ? next : end));
            from = next;
        }
        return counted(lines);
    }

    private boolean any(Call call, java.util.function.Predicate<String> test) {
        Object wanted = call.required(0, "prefix");
        List<Object> parts = wanted instanceof List<?> list ? values.items(list) : List.of(wanted);
        return parts.stream()
                .anyMatch(part -> test.test(Values.text(part, "startswith").chars()));
    }

    private boolean all(IntPredicate test) {
        return !text.isEmpty() && text.chars().codePoints().allMatch(test);
    }

    private boolean isCased(IntPredicate none, IntPredicate some) {
        return text.chars().codePoints().noneMatch(none)
                && text.chars().codePoints().anyMatch(some);
    }

    /** Where letters become other numbers of letters, each gives its origin to what it becomes. */
    private Text mapped(String whole, java.util.function.UnaryOperator<String> each) {
        if (whole.length() == text.length()) {
            return new Text(whole, text.origins());
        }
        Text.Builder mapped = new Text.Builder();
        int at = 0;
        while (at < text.length()) {
            int end = text.chars().offsetByCodePoints(at, 1);
            mapped.add(
                    each.apply(text.chars().substring(at, end)), text.origins().charAt(at));
            at = end;
        }
        return mapped.build();
    }

    Text upper() {
        return mapped(text.chars().toUpperCase(Locale.ROOT), part -> part.toUpperCase(Locale.ROOT));
    }

    Text lower() {
        return mapped(text.chars().toLowerCase(Locale.ROOT), part -> part.toLowerCase(Locale.ROOT));
    }

    Text title() {
        return cased(false);
    }

    Text capitalized() {
        return cased(true);
    }

    /** Letters in lower case but those that begin: the string, or each run of letters. */
    private Text cased(boolean onlyFirst) {
        Text.Builder cased = new Text.Builder();
        boolean inWord = false;
        int at = 0;
        while (at < text.length()) {
            int codePoint = text.chars().codePointAt(at);
            String part = Character.toString(codePoint);
            boolean small = onlyFirst ? at > 0 : inWord;
            String changed =
                    small ? part.toLowerCase(Locale.ROOT) : Character.toString(Character.toTitleCase(codePoint));
            cased.add(changed, text.origins().charAt(at));
            inWord = Character.isLetter(codePoint);
            at += part.length();
        }
        return cased.build();
    }

    Text replaced(Text old, Text substitute, int most) {
        searched(old);
        Text.Builder replaced = new Text.Builder();
        int from = 0;
        int done = 0;
        int at = text.chars().indexOf(old.chars());
        while (at >= 0 && (most < 0 || done < most)) {
            budget.steps(1);
            budget.characters(substitute.length());
            replaced.add(text, from, at).add(substitute);
            from = at + old.length();
            done++;
            if (old.isEmpty()) {
                if (from == text.length()) {
                    break;
                }
                replaced.add(text, from, from + 1);
                from++;
            }
            at = text.chars().indexOf(old.chars(), from);
        }
        return replaced.add(text, from, text.length()).build();
    }

    private Long count(String part) {
        if (part.isEmpty()) {
            return text.chars().codePointCount(0, text.length()) + 1L;
        }
        long count = 0;
        for (int at = text.chars().indexOf(part); at >= 0; at = text.chars().indexOf(part, at + part.length())) {
            count++;
        }
        return count;
    }

    Text joined(List<Object> parts) {
        Text.Builder joined = new Text.Builder();
        boolean first = true;
        for (Object part : parts) {
            Text each = Values.text(part, "join");
            budget.characters((long) each.length() + text.length());
            if (!first) {
                joined.add(text);
            }
            joined.add(each);
            first = false;
        }
        return joined.build();
    }
}
