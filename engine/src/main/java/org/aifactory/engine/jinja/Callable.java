package org.aifactory.engine.jinja;

import java.util.List;
import java.util.Map;

/** A function, a method of a value, or a macro. */
@FunctionalInterface
interface Callable {
    Object call(Call call);

    /** Arguments that a function, filter or test was called with. */
    record Call(List<Object> positional, Map<String, Object> named) {
        static final Call NOTHING = new Call(List.of(), Map.of());

        /** The argument at a place or of a name, or else the standard value. */
        Object get(int place, String name, Object standard) {
            if (place < positional.size()) {
                return positional.get(place);
            }
            return named.getOrDefault(name, standard);
        }

        Object required(int place, String name) {
            Object value = get(place, name, None.NONE);
            if (place >= positional.size() && !named.containsKey(name)) {
                throw new JinjaException("the argument " + name + " is missing");
            }
            return value;
        }

        Call without(int first) {
            return new Call(positional.subList(Math.min(first, positional.size()), positional.size()), named);
        }
    }
}
