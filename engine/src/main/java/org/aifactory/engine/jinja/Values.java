package org.aifactory.engine.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Python's view of values: {@link Text}, {@link Long}, {@link Double}, {@link Boolean}, {@link None}, {@link Undefined},
 * {@link List} (lists and tuples), {@link Map}, {@link Lazy}, {@link Namespace}, {@link Loop} and {@link Callable}.
 */
final class Values {
    /** A character that stands alone takes as much memory as so many in a row. */
    private static final int CHARACTER_ALONE = 16;

    private final Budget budget;

    /** What a filter such as {@code select} gives: to be gone through, and true even where there is nothing in it. */
    record Lazy(List<Object> items) {}

    Values(Budget budget) {
        this.budget = budget;
    }

    static boolean isTrue(Object value) {
        return switch (value) {
            case Boolean flag -> flag;
            case Text text -> !text.isEmpty();
            case Long number -> number != 0;
            case Double number -> number != 0;
            case None _, Undefined _ -> false;
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            default -> true;
        };
    }

    static String typeOf(Object value) {
        return switch (value) {
            case Boolean _ -> "bool";
            case Text _ -> "str";
            case Long _ -> "int";
            case Double _ -> "float";
            case None _ -> "None";
            case List<?> _ -> "list";
            case Map<?, ?> _ -> "dict";
            case Lazy _ -> "generator";
            default -> "object";
        };
    }

    static JinjaException unfit(String operation, Object value) {
        return value instanceof Undefined undefined
                ? undefined.used()
                : new JinjaException(operation + " cannot be done with a value of type " + typeOf(value));
    }

    static Text text(Object value, String operation) {
        if (value instanceof Text text) {
            return text;
        }
        throw unfit(operation, value);
    }

    /** All items, as a loop goes through them. */
    List<Object> items(Object value) {
        List<Object> items = switch (value) {
            case List<?> list -> List.copyOf(list);
            case Lazy lazy -> lazy.items();
            case Map<?, ?> map -> List.copyOf(map.keySet());
            case Text text -> characters(text);
            case Undefined _ -> List.of();
            default -> throw unfit("going through", value);
        };
        budget.steps(items.size());
        return items;
    }

    private List<Object> characters(Text text) {
        budget.characters((long) CHARACTER_ALONE * text.length());
        List<Object> characters = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int end = text.chars().offsetByCodePoints(at, 1);
            characters.add(text.slice(at, end));
            at = end;
        }
        return characters;
    }

    long length(Object value) {
        return switch (value) {
            case Text text -> codePoints(text);
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            case Undefined _ -> 0;
            default -> throw unfit("len()", value);
        };
    }

    private int codePoints(Text text) {
        budget.looks(text.length());
        return text.chars().codePointCount(0, text.length());
    }

    /** {@code str(value)}. */
    Text string(Object value) {
        return switch (value) {
            case Text text -> text;
            case Undefined _ -> Text.EMPTY;
            default -> written(value);
        };
    }

    /** {@code repr(value)}. */
    private Text written(Object value) {
        budget.enter();
        Text written = switch (value) {
            case Text text -> Python.quoted(text);
            case Long number -> Text.of(number.toString());
            case Double number -> Text.of(Python.number(number));
            case Boolean flag -> Text.of(flag ? "True" : "False");
            case None _ -> Text.of("None");
            case Undefined _ -> Text.of("Undefined");
            case List<?> list -> {
                Text.Builder all = new Text.Builder().add("[");
                String between = "";
                for (Object item : list) {
                    all.add(between).add(written(item));
                    between = ", ";
                }
                yield all.add("]").build();
            }
            case Map<?, ?> map -> {
                Text.Builder all = new Text.Builder().add("{");
                String between = "";
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    all.add(between).add(written(entry.getKey())).add(": ").add(written(entry.getValue()));
                    between = ", ";
                }
                yield all.add("}").build();
            }
            default -> throw unfit("printing", value);
        };
        budget.leave();
        return budget.counted(written);
    }

    boolean equal(Object left, Object right) {
        budget.steps(1);
        if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
            return Numbers.compare(left, right) == 0;
        }
        budget.enter();
        boolean equal = switch (left) {
            case List<?> list -> right instanceof List<?> other && equalItems(list, other);
            case Map<?, ?> map -> right instanceof Map<?, ?> other && equalEntries(map, other);
            case Undefined _ -> right instanceof Undefined;
            case Text text -> right instanceof Text other && equalTexts(text, other);
            default -> left.equals(right);
        };
        budget.leave();
        return equal;
    }

    private boolean equalTexts(Text left, Text right) {
        budget.looks(Math.min(left.length(), right.length()));
        return left.equals(right);
    }

    private boolean equalItems(List<?> left, List<?> right) {
        boolean equal = left.size() == right.size();
        for (int i = 0; equal && i < left.size(); i++) {
            equal = equal(left.get(i), right.get(i));
        }
        return equal;
    }

    private boolean equalEntries(Map<?, ?> left, Map<?, ?> right) {
        return left.size() == right.size()
                && left.entrySet().stream().allMatch(entry -> {
                    Object other = right.get(entry.getKey());
                    return other != null && equal(entry.getValue(), other);
                });
    }

    /** Order of two values; those that have none are refused, as in Python. */
    int compare(Object left, Object right) {
        budget.steps(1);
        if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
            return Numbers.compare(left, right);
        }
        if (left instanceof Text a && right instanceof Text b) {
            budget.looks(Math.min(a.length(), b.length()));
            return compareCodePoints(a.chars(), b.chars());
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            budget.enter();
            int order = 0;
            for (int i = 0; order == 0 && i < Math.min(a.size(), b.size()); i++) {
                order = equal(a.get(i), b.get(i)) ? 0 : compare(a.get(i), b.get(i));
            }
            budget.leave();
            return order == 0 ? Integer.compare(a.size(), b.size()) : order;
        }
        throw unfit("ordering", left instanceof Undefined ? left : right);
    }

    private static int compareCodePoints(String left, String right) {
        int same = 0;
        while (same < Math.min(left.length(), right.length()) && left.charAt(same) == right.charAt(same)) {
            same++;
        }
        if (same == left.length() || same == right.length()) {
            return Integer.compare(left.length(), right.length());
        }
        return Integer.compare(left.codePointAt(same), right.codePointAt(same));
    }

    boolean contains(Object container, Object item) {
        return switch (container) {
            case Text text -> contains(text, text(item, "in"));
            case Map<?, ?> map -> map.containsKey(key(item));
            case List<?> _, Lazy _, Undefined _ -> items(container).stream().anyMatch(each -> equal(each, item));
            default -> throw unfit("in", container);
        };
    }

    private boolean contains(Text whole, Text part) {
        budget.search(whole.length(), part.length());
        return whole.chars().contains(part.chars());
    }

    /** What may be a key of a dict. */
    static Object key(Object value) {
        return switch (value) {
            case Text _, Long _, Double _, Boolean _, None _ -> value;
            default -> throw unfit("a key of a dict", value);
        };
    }

    Object binary(String operator, Object left, Object right) {
        return switch (operator) {
            case "+" -> plus(left, right);
            case "~" -> budget.counted(string(left).plus(string(right)));
            case "*" -> times(left, right);
            default -> Numbers.calculated(operator, left, right);
        };
    }

    private Object plus(Object left, Object right) {
        if (left instanceof Text a && right instanceof Text b) {
            budget.characters((long) a.length() + b.length());
            return a.plus(b);
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            budget.steps((long) a.size() + b.size());
            List<Object> joined = new ArrayList<>(a);
            joined.addAll(b);
            return List.copyOf(joined);
        }
        return Numbers.calculated("+", left, right);
    }

    private Object times(Object left, Object right) {
        if (left instanceof Text || left instanceof List<?>) {
            return repeated(left, Math.max(0, Numbers.whole(right, "*")));
        }
        if (right instanceof Text || right instanceof List<?>) {
            return repeated(right, Math.max(0, Numbers.whole(left, "*")));
        }
        return Numbers.calculated("*", left, right);
    }

    private Object repeated(Object value, long times) {
        int count = (int) Math.min(times, Integer.MAX_VALUE);
        if (value instanceof Text text) {
            budget.characters((long) text.length() * count);
            return new Text(text.chars().repeat(count), text.origins().repeat(count));
        }
        List<?> list = (List<?>) value;
        budget.steps((long) list.size() * count);
        List<Object> all = new ArrayList<>();
        for (int i = 0; i < count && !list.isEmpty(); i++) {
            all.addAll(list);
        }
        return List.copyOf(all);
    }

    /** {@code value[from:to:step]}; bounds that are absent are {@link None}. */
    Object slice(Object value, Object from, Object to, Object step) {
        int by = step == None.NONE ? 1 : Numbers.index(step, "a slice");
        if (by == 0) {
            throw new JinjaException("the step of a slice is zero");
        }
        int size = (int) length(value);
        int first = from == None.NONE ? (by > 0 ? 0 : size - 1) : bound(from, size, by);
        int last = to == None.NONE ? (by > 0 ? size : -1) : bound(to, size, by);
        return switch (value) {
            case Text text -> sliced(text, first, last, by);
            case List<?> list -> {
                List<Object> items = new ArrayList<>();
                for (long i = first; by > 0 ? i < last : i > last; i += by) {
                    items.add(list.get((int) i));
                }
                budget.steps(items.size());
                yield List.copyOf(items);
            }
            default -> throw unfit("a slice", value);
        };
    }

    private static int bound(Object value, int size, int step) {
        int index = Numbers.index(value, "a slice");
        int absolute = index < 0 ? index + size : index;
        return step > 0 ? Math.clamp(absolute, 0, size) : Math.clamp(absolute, -1, size - 1);
    }

    private Text sliced(Text text, int first, int last, int step) {
        if (step == 1) {
            budget.looks(text.length());
            int from = text.chars().offsetByCodePoints(0, first);
            int to = first < last ? text.chars().offsetByCodePoints(from, last - first) : from;
            return budget.counted(text.slice(from, to));
        }
        List<Object> characters = characters(text);
        Text.Builder slice = new Text.Builder();
        for (long i = first; step > 0 ? i < last : i > last; i += step) {
            slice.add((Text) characters.get((int) i));
        }
        return slice.build();
    }

    /** {@code value[key]}. */
    Object item(Object value, Object key) {
        return switch (value) {
            case Undefined undefined -> throw undefined.used();
            case Map<?, ?> map when map.containsKey(key(key)) -> entry(map, key);
            case List<?> list when key instanceof Long index -> element(list, index);
            case Text text when key instanceof Long index -> character(text, index);
            default ->
                key instanceof Text name
                        ? attribute(value, name.chars())
                        : new Undefined(string(key).chars());
        };
    }

    private static Object entry(Map<?, ?> map, Object key) {
        return Objects.requireNonNull(map.get(key));
    }

    private static Object element(List<?> list, long index) {
        long place = index < 0 ? index + list.size() : index;
        return place >= 0 && place < list.size() ? list.get((int) place) : new Undefined("item " + index);
    }

    private Object character(Text text, long index) {
        long size = codePoints(text);
        long place = index < 0 ? index + size : index;
        if (place < 0 || place >= size) {
            return new Undefined("character " + index);
        }
        int from = text.chars().offsetByCodePoints(0, (int) place);
        return text.slice(from, text.chars().offsetByCodePoints(from, 1));
    }

    /** {@code value.name}: there are only the attributes named here, and none of them leads out of the template. */
    Object attribute(Object value, String name) {
        return switch (value) {
            case Undefined undefined -> throw undefined.used();
            case Namespace namespace -> namespace.attributes().getOrDefault(name, new Undefined(name));
            case Loop loop -> loop.attribute(name);
            case Text text
            when StringMethods.NAMES.contains(name) ->
                (Callable) call -> new StringMethods(this, budget, text).call(name, call);
            case List<?> list
            when CollectionMethods.OF_LISTS.contains(name) ->
                (Callable) call -> new CollectionMethods(this, budget).call(list, name, call);
            case Map<?, ?> map
            when CollectionMethods.OF_DICTS.contains(name) ->
                (Callable) call -> new CollectionMethods(this, budget).call(map, name, call);
            case Map<?, ?> map when map.containsKey(Text.of(name)) -> entry(map, Text.of(name));
            default -> new Undefined(name);
        };
    }
}
