package org.aifactory.engine.jinja;

import java.util.List;
import java.util.Map;
import org.aifactory.engine.jinja.Callable.Call;

/** Jinja2's tests: what may stand after {@code is}. */
record Tests(Values values) {

    boolean holds(String name, Object value, Call call) {
        return switch (name) {
            case "defined" -> !(value instanceof Undefined);
            case "undefined" -> value instanceof Undefined;
            case "none" -> value == None.NONE;
            case "string" -> value instanceof Text;
            case "mapping" -> value instanceof Map<?, ?>;
            case "sequence" -> value instanceof Text || value instanceof List<?> || value instanceof Map<?, ?>;
            case "iterable" ->
                value instanceof Text
                        || value instanceof List<?>
                        || value instanceof Map<?, ?>
                        || value instanceof Values.Lazy
                        || value instanceof Undefined;
            case "boolean" -> value instanceof Boolean;
            case "true" -> Boolean.TRUE.equals(value);
            case "false" -> Boolean.FALSE.equals(value);
            case "integer" -> value instanceof Long;
            case "float" -> value instanceof Double;
            case "number" -> value instanceof Long || value instanceof Double || value instanceof Boolean;
            case "callable" -> value instanceof Callable;
            case "odd" -> Math.floorMod(Numbers.whole(value, "odd"), 2) == 1;
            case "even" -> Math.floorMod(Numbers.whole(value, "even"), 2) == 0;
            case "divisibleby" -> Long.valueOf(0).equals(values.binary("%", value, call.required(0, "num")));
            case "lower" -> Boolean.TRUE.equals(method(value, "islower"));
            case "upper" -> Boolean.TRUE.equals(method(value, "isupper"));
            case "in" -> values.contains(call.required(0, "seq"), value);
            case "eq", "equalto", "==" -> values.equal(value, call.required(0, "other"));
            case "ne", "!=" -> !values.equal(value, call.required(0, "other"));
            case "lt", "lessthan", "<" -> values.compare(value, call.required(0, "other")) < 0;
            case "le", "<=" -> values.compare(value, call.required(0, "other")) <= 0;
            case "gt", "greaterthan", ">" -> values.compare(value, call.required(0, "other")) > 0;
            case "ge", ">=" -> values.compare(value, call.required(0, "other")) >= 0;
            case "sameas" -> value.equals(call.required(0, "other"));
            default -> throw new JinjaException("the test '" + name + "' is not known");
        };
    }

    private Object method(Object value, String name) {
        return values.attribute(values.string(value), name) instanceof Callable method
                ? method.call(Call.NOTHING)
                : false;
    }
}
