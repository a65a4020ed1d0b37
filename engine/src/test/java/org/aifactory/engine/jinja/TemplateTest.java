package org.aifactory.engine.jinja;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TemplateTest {
    private static final LocalDateTime NOW = LocalDateTime.of(2026, 3, 7, 9, 5, 2);

    private static Map<String, @Nullable Object> variables() {
        Map<String, @Nullable Object> variables = new HashMap<>();
        variables.put(
                "messages",
                List.of(
                        said("system", " Be  kind. ", 1),
                        said("user", "Hi \"there\"\n<b>&é😀", 2),
                        said("assistant", "<think>\nhm\n</think>\n\nYes", 3),
                        said("user", "ok?", 4)));
        variables.put("tools", null);
        variables.put("add_generation_prompt", true);
        variables.put("bos_token", "<s>");
        variables.put("eos_token", "</s>");
        return variables;
    }

    private static Map<String, Object> said(String role, String content, int origin) {
        Map<String, Object> message = new java.util.LinkedHashMap<>();
        message.put("role", role);
        message.put("content", Text.said(content, (char) origin));
        return message;
    }

    private static Text render(String template) {
        return Template.parse(template).render(variables(), NOW);
    }

    /** The lines of {@code jinja2.jsonl} hold what transformers 5.23 with Jinja2 3.1.6 made of the same variables. */
    @TestFactory
    List<DynamicTest> rendersAsTransformersDoes() throws Exception {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                requireNonNull(TemplateTest.class.getResourceAsStream("jinja2.jsonl")), StandardCharsets.UTF_8))) {
            return lines.lines()
                    .map(JsonMapper.shared()::readTree)
                    .map(each -> DynamicTest.dynamicTest(each.path("template").asString(), () -> agrees(each)))
                    .toList();
        }
    }

    private static void agrees(JsonNode golden) {
        String template = golden.path("template").asString();
        if (golden.has("out")) {
            assertThat(render(template).chars()).isEqualTo(golden.path("out").asString());
        } else {
            assertThatThrownBy(() -> render(template)).isInstanceOf(JinjaException.class);
        }
    }

    @Test
    void everyCharacterKnowsWhoSaidItWhateverIsDoneToIt() {
        assertThat(render("x{{ messages[1].content[4:7] }}y").origins()).isEqualTo("\0\2\2\2\0");
        assertThat(render("{{ messages[0].content | trim | upper }}!").origins())
                .isEqualTo("\1".repeat(9) + "\0");
        assertThat(render("{{ messages[2].content.split('</think>')[-1].strip() ~ messages[3].content }}")
                        .origins())
                .isEqualTo("\3\3\3\4\4\4");
        assertThat(render("{{ messages[3].content | tojson }}").origins()).isEqualTo("\0\4\4\4\0");
        assertThat(render("{{ 'a?c'.replace('?', messages[3].content) }}").origins())
                .isEqualTo("\0\4\4\4\0");
        assertThat(render("{% set x %}<{{ messages[3].content }}>{% endset %}{{ x[::-1] | join('-') }}")
                        .origins())
                .isEqualTo("\0\0\4\0\4\0\4\0\0");
        assertThat(render("{{ [messages[3].content] }}").origins()).isEqualTo("\0\0\4\4\4\0\0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for i in range(10 ** 9) %}x{% endfor %}",
                "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
                "{{ 'x' * 10 ** 12 }}",
                "{{ [0] * 10 ** 9 }}",
                "{% set n = namespace(x='xxxxxxxx') %}{% for i in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}",
                "{% set n = namespace(x=[1]) %}{% for i in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}",
                "{% set n = namespace(x=[]) %}{% for i in range(9999) %}{% set n.x = [n.x] %}{% endfor %}{{ n.x }}",
                "{% set n = namespace(x=[]) %}{% for i in range(9999) %}{% set n.x = [n.x] %}{% endfor %}{{ n.x == [n.x] }}",
                "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
                "{{ 'ab'.replace('', 'x' * 4000000) }}",
                "{{ ('a' * 99999).replace('a', 'a' * 99999) }}",
                "{{ (range(99999) | list | join('x' * 9999)) }}",
                "{{ ('x\n' * 99999) | indent(1000) }}",
                "{% set a = 'a' * 1000000 %}{{ a.find(a[:500000] + 'b') }}",
                "{% set a = 'a' * 1000000 %}{{ (a[:500000] + 'b') in a }}",
                "{% set a = 'a' * 1000000 %}{% for i in range(99999) %}{% if 'b' in a %}{% endif %}{% endfor %}",
                "{% set a = 'a' * 1000000 %}{% for i in range(99999) %}{% if a[999999] %}{% endif %}{% endfor %}",
                "{% set a = 'a' * 1000000 %}{% for i in range(99999) %}{% if a | length %}{% endif %}{% endfor %}",
                "{% set a = 'a' * 1000000 %}{% set b = a + '' %}{% for i in range(99999) %}{% if a == b %}{% endif %}{% endfor %}",
                "{{ range(99999) | list | tojson(separators=('x' * 1000000, ':')) }}",
                "{{ [[1, 2, 3]] * 9999 | tojson(indent='x' * 1000000) }}",
                "{{ range(99999) | list | unique | list }}",
                "{% set l = range(99999) | list %}{% for i in range(99999) %}{% if l.index(99998) %}{% endif %}{% endfor %}",
                "{{ strftime_now('%c' * 500000) }}",
                "{{ (-9223372036854775807 - 1) | abs }}",
                "{{ (-9223372036854775807 - 1) ** 2 }}",
                "{{ (-9223372036854775807 - 1) // -1 }}",
                "{{ 9 ** 9 ** 9 }}",
                "{{ 9223372036854775807 + 1 }}"
            })
    void whatNeverEndsOrGrowsWithoutEndIsStopped(String template) {
        assertThatThrownBy(() -> render(template)).isInstanceOf(JinjaException.class);
    }

    @Test
    void whatIsNestedWithoutEndIsNotRead() {
        for (String template : List.of(
                "{{ " + "(".repeat(100_000) + "1" + ")".repeat(100_000) + " }}",
                "{{ " + "[".repeat(100_000),
                "{{ " + "not ".repeat(100_000) + "1 }}",
                "{{ " + "-".repeat(100_000) + "1 }}",
                "{{ 1" + " if 1 else 1".repeat(100_000) + " }}",
                "{% if 1 %}".repeat(100_000),
                "{{ 1" + " + 1".repeat(100_000) + " }}",
                "{{ x" + ".y".repeat(100_000) + " }}",
                "{{ 'x'" + " | trim".repeat(100_000) + " }}",
                "{#".repeat(400_000),
                "{% raw %}".repeat(100_000))) {
            assertThatThrownBy(() -> render(template))
                    .as(template.substring(0, 30))
                    .isInstanceOf(JinjaException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "class",
                "getClass()",
                "__class__",
                "__init__.__globals__",
                "hashCode()",
                "chars",
                "origins",
                "encode()",
                "format()",
                "wait()"
            })
    void nothingOutsideIsReached(String attribute) {
        for (String value :
                List.of("''", "messages", "messages[0]", "namespace()", "range", "1", "none", "loop", "self")) {
            String template = "{% for i in [1] %}{{ " + value + "." + attribute + " }}{% endfor %}";
            try {
                assertThat(render(template).chars()).as(template).isEmpty();
            } catch (JinjaException expected) {
                assertThat(expected).as(template).message().doesNotContain("java");
            }
        }
    }

    @Test
    void aRefusalOfTheTemplatesOwnIsToldFromAFailure() {
        assertThatThrownBy(() -> render("{{ raise_exception('roles must ' + 'alternate') }}"))
                .isInstanceOfSatisfying(JinjaException.class, refusal -> {
                    assertThat(refusal.isRaised()).isTrue();
                    assertThat(refusal).hasMessage("roles must alternate");
                });
        assertThatThrownBy(() -> render("a\nb{{ c.d }}")).isInstanceOfSatisfying(JinjaException.class, failure -> {
            assertThat(failure.isRaised()).isFalse();
            assertThat(failure).hasMessage("'c' is undefined");
        });
        assertThatThrownBy(() -> Template.parse("a\nb{% for %}")).hasMessageContaining("line 2");
    }
}
