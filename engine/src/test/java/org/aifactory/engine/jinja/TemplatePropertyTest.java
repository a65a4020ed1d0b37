package org.aifactory.engine.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** Templates come from strangers: whatever one says, its rendering ends in text or in a {@link JinjaException}. */
class TemplatePropertyTest {
    private static final LocalDateTime NOW = LocalDateTime.of(2026, 3, 7, 9, 5, 2);

    private static final List<String> VALUES =
            words("0 1 -1 3 9223372036854775807 (-9223372036854775807-1) 1.5 1e308 ''"
                    + " 'ab' 'é😀a' '{}%d' messages messages[0].content messages[0] none true [1,'a',2.5] [[1],[0]] {'a':1,'b':'c'}"
                    + " {} [] range(3) namespace(a=1) unknown loop range dict(a=2) bos");
    private static final List<String> OPERATORS =
            words("+ - * / // % ** ~ == != < <= > >= in and or", " not in ", " if unknown else ");
    private static final List<String> FILTERS =
            words("trim upper lower capitalize title replace('a','bc') replace('','x')"
                    + " string length default('d') tojson tojson(indent=2) join(',') join indent indent('>') list items dictsort first"
                    + " last reverse sort sort(attribute='a') min max unique sum select reject select('string') selectattr('a')"
                    + " rejectattr('a','equalto',1) map('upper') map(attribute='a') map(attribute=0) attr('a') int float abs round"
                    + " round(2,'ceil') wordcount escape safe nosuch");
    private static final List<String> TESTS =
            words("defined undefined none string mapping sequence iterable boolean true false"
                    + " integer float number callable odd even divisibleby(2) divisibleby(0) lower upper in([1]) eq(1) ne('a') lt(1)"
                    + " ge('a') sameas(none) nosuch");
    private static final List<String> METHODS =
            words("strip() lstrip('a') rstrip(1) split() split('a') split('a',1) rsplit('b',1)"
                    + " splitlines() startswith('a') endswith(('a','b')) upper() lower() title() capitalize() replace('a','b',1)"
                    + " find('a') rfind('') index('z') count('') join(['a','b']) join([1]) isdigit() isalpha() isupper() removeprefix('a')"
                    + " removesuffix('ab') partition('a') get('a') get([]) items() keys() values() index(1) count(1) copy() a nosuch"
                    + " cycle(1,2) changed(1) __class__ nosuch()");
    private static final List<String> BOUNDS = words("0 1 -1 9223372036854775807 -9223372036854775807 'a'", "");

    private static List<String> words(String separated, String... more) {
        return java.util.stream.Stream.concat(Arrays.stream(separated.split(" ")), Arrays.stream(more))
                .toList();
    }

    @Property(tries = 5_000)
    void whateverATemplateSaysItsRenderingEndsInTextOrInARefusal(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        String template = statement(random, 3);
        try {
            Text text = Template.parse(template).render(variables(), NOW);
            assertThat(text.origins()).as(template).hasSameSizeAs(text.chars());
        } catch (JinjaException refusal) {
            assertThat(refusal).message().as(template).isNotBlank();
        } catch (RuntimeException | Error failure) {
            throw new AssertionError(template, failure);
        }
    }

    private static Map<String, @Nullable Object> variables() {
        Map<String, @Nullable Object> variables = new HashMap<>();
        variables.put(
                "messages",
                List.of(
                        Map.of("role", "user", "content", Text.said(" a é😀\n", (char) 1)),
                        Map.of("role", "assistant", "content", Text.said("", (char) 2))));
        variables.put("bos", "<s>");
        return variables;
    }

    private static String statement(SplittableRandom random, int depth) {
        String value = expression(random, depth);
        return switch (random.nextInt(8)) {
            case 0 -> "{% for x in " + value + " %}{{ x }}{{ loop.index }}{% else %}-{% endfor %}";
            case 1 -> "{% for x, y in " + value + " if x %}{{ y }}{% endfor %}";
            case 2 -> "{% set x = " + value + " %}{{ x }}";
            case 3 -> "{% set x, y = " + value + " %}{{ y }}";
            case 4 -> "{% if " + value + " %}a{% elif x %}b{% else %}c{% endif %}";
            case 5 -> "{% macro m(a, b=1) %}{{ a }}{{ b }}{% endmacro %}{{ m(" + value + ") }}";
            case 6 -> "{% filter " + any(random, FILTERS) + " %}{{ " + value + " }}{% endfilter %}";
            default -> "{{ " + value + " }}";
        };
    }

    private static String expression(SplittableRandom random, int depth) {
        if (depth == 0) {
            return any(random, VALUES);
        }
        String inner = expression(random, depth - 1);
        return switch (random.nextInt(8)) {
            case 0 -> inner;
            case 1 -> "(" + inner + " " + any(random, OPERATORS) + " " + expression(random, depth - 1) + ")";
            case 2 -> "(" + inner + "|" + any(random, FILTERS) + ")";
            case 3 -> "(" + inner + " is " + any(random, TESTS) + ")";
            case 4 -> inner + "." + any(random, METHODS);
            case 5 -> inner + "[" + any(random, BOUNDS) + ":" + any(random, BOUNDS) + ":" + any(random, BOUNDS) + "]";
            case 6 -> inner + "[" + expression(random, depth - 1) + "]";
            default -> "[" + inner + "," + expression(random, depth - 1) + "]";
        };
    }

    private static String any(SplittableRandom random, List<String> words) {
        return words.get(random.nextInt(words.size()));
    }
}
