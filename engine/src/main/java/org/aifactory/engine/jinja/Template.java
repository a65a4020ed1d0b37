package org.aifactory.engine.jinja;

import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A chat template, run as transformers' {@code apply_chat_template} runs it: Jinja2 with its sandbox, {@code trim_blocks} and
 * {@code lstrip_blocks}. Templates come from strangers: they reach nothing but the values they are given, and time, memory and
 * depth are bounded by counting. Immutable, and safe for use by any number of threads.
 */
public final class Template {
    private static final int SOURCE_MAX = 1 << 20;

    private final List<Statement> statements;

    private Template(List<Statement> statements) {
        this.statements = statements;
    }

    /**
     * Reads a template.
     *
     * @throws JinjaException when the source is not understood
     */
    public static Template parse(String source) {
        if (source.length() > SOURCE_MAX) {
            throw new JinjaException("it is longer than " + SOURCE_MAX + " characters");
        }
        return new Template(Parser.parse(source));
    }

    /**
     * Renders the template.
     *
     * @param variables strings, {@link Text}s, whole numbers, truth values, and lists and maps of these; null is Python's None
     * @param now what {@code strftime_now} tells
     * @throws JinjaException when the template refuses the variables, fails, or uses more than it may
     */
    public Text render(Map<String, ? extends @Nullable Object> variables, LocalDateTime now) {
        long[] characters = new long[1];
        Map<String, Object> values = new HashMap<>();
        variables.forEach((name, value) -> values.put(name, value(value, characters)));
        return Renderer.render(statements, values, now, new Budget(characters[0]));
    }

    private static Object value(@Nullable Object given, long[] characters) {
        return switch (given) {
            case null -> None.NONE;
            case String text -> Text.of(text);
            case Text text -> {
                characters[0] += text.length();
                yield text;
            }
            case Integer number -> number.longValue();
            case Long number -> number;
            case Boolean flag -> flag;
            case List<?> list ->
                list.stream().map(item -> value(item, characters)).toList();
            case Map<?, ?> map -> {
                Map<Object, Object> dict = new LinkedHashMap<>();
                map.forEach((name, value) -> dict.put(Text.of(String.valueOf(name)), value(value, characters)));
                yield dict;
            }
            default -> throw new IllegalArgumentException("a template has no use for " + given.getClass());
        };
    }
}
