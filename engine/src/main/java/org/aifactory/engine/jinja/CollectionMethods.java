package org.aifactory.engine.jinja;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.aifactory.engine.jinja.Callable.Call;

/** Methods of lists and dicts that change nothing; transformers forbids the others, too. */
record CollectionMethods(Values values, Budget budget) {
    static final Set<String> OF_LISTS = Set.of("index", "count", "copy");
    static final Set<String> OF_DICTS = Set.of("get", "items", "keys", "values", "copy");

    Object call(List<?> list, String name, Call call) {
        return switch (name) {
            case "count" ->
                values.items(list).stream()
                        .filter(each -> values.equal(each, call.required(0, "value")))
                        .count();
            case "index" -> {
                for (int i = 0; i < list.size(); i++) {
                    if (values.equal(list.get(i), call.required(0, "value"))) {
                        yield (long) i;
                    }
                }
                throw new JinjaException("a list does not hold what is looked for");
            }
            default -> list;
        };
    }

    Object call(Map<?, ?> map, String name, Call call) {
        return switch (name) {
            case "get" -> {
                Object found = map.get(Values.key(call.required(0, "key")));
                yield found == null ? call.get(1, "default", None.NONE) : found;
            }
            case "items" -> entries(map, budget);
            case "keys" -> values.items(map);
            case "values" -> {
                budget.steps(map.size());
                yield List.copyOf(map.values());
            }
            default -> map;
        };
    }

    static List<Object> entries(Map<?, ?> map, Budget budget) {
        budget.steps(map.size());
        return map.entrySet().stream()
                .map(entry -> (Object) List.of(entry.getKey(), entry.getValue()))
                .toList();
    }
}
