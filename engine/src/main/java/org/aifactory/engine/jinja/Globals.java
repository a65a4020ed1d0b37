package org.aifactory.engine.jinja;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.aifactory.engine.jinja.Callable.Call;

/** The functions that transformers gives to every chat template. */
record Globals(Values values, Budget budget, LocalDateTime now) {
    /** As many as Jinja2's sandbox allows. */
    private static final long RANGE_MAX = 100_000;

    /** Each part of a date takes about as long as so many steps. */
    private static final int STEPS_PER_DATE_CHARACTER = 100;

    Map<String, Object> all() {
        return Map.of(
                "range", (Callable) this::range,
                "dict", (Callable) this::dict,
                "namespace", (Callable) this::namespace,
                "raise_exception", (Callable) this::raise,
                "strftime_now", (Callable) this::strftime);
    }

    private Object range(Call call) {
        List<Object> numbers = call.positional();
        long from = numbers.size() < 2 ? 0 : Numbers.whole(numbers.get(0), "range");
        long to = Numbers.whole(numbers.size() < 2 ? call.required(0, "stop") : numbers.get(1), "range");
        long step = numbers.size() < 3 ? 1 : Numbers.whole(numbers.get(2), "range");
        if (step == 0) {
            throw new JinjaException("the step of a range is zero");
        }
        double size = Math.ceil(((double) to - from) / step);
        if (size > RANGE_MAX) {
            throw new JinjaException("a range has more than " + RANGE_MAX + " numbers");
        }
        budget.steps((long) Math.max(0, size));
        List<Object> range = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            range.add(from + i * step);
        }
        return List.copyOf(range);
    }

    private Map<Object, Object> dict(Call call) {
        Map<Object, Object> dict = new LinkedHashMap<>();
        for (Object given : call.positional()) {
            if (!(given instanceof Map<?, ?> map)) {
                throw Values.unfit("dict", given);
            }
            budget.steps(map.size());
            dict.putAll(map);
        }
        call.named().forEach((name, value) -> dict.put(Text.of(name), value));
        return dict;
    }

    private Object namespace(Call call) {
        Namespace namespace = new Namespace(new LinkedHashMap<>());
        dict(call).forEach((name, value) -> namespace.set(String.valueOf(name), value));
        return namespace;
    }

    private Object raise(Call call) {
        throw JinjaException.raised(
                values.string(call.get(0, "message", Text.EMPTY)).chars());
    }

    private Object strftime(Call call) {
        Text format = Values.text(call.required(0, "format"), "strftime_now");
        budget.steps((long) STEPS_PER_DATE_CHARACTER * format.length());
        return Text.of(Strftime.format(now, format.chars()));
    }
}
