package org.aifactory.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.PersonId;
import org.aifactory.models.Facts.Base;
import org.aifactory.models.Facts.Evaluation;
import org.aifactory.models.Facts.Place;
import org.aifactory.models.Facts.RunFacts;
import org.aifactory.models.Facts.Score;
import org.aifactory.models.Facts.Shape;
import org.aifactory.models.Facts.Source;
import org.aifactory.models.Facts.Training;
import org.aifactory.training.RunId;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

class ModelCardTest {
    private static final String HOSTILE =
            "Evil \"--- \n---\n# Title | <script>alert(1)</script> ![x](http://x) \u202e\0 `a` \\";

    @Test
    void the_head_is_yaml_in_hugging_faces_words() {
        Map<String, Object> head = head(card("Handbook bot", "Handbook", Words.NONE));
        assertThat(head)
                .containsEntry("license", "apache-2.0")
                .containsEntry("language", List.of("en", "fi"))
                .containsEntry("library_name", "transformers")
                .containsEntry("base_model", "small-base-1")
                .containsEntry("datasets", List.of("Handbook"));
        assertThat(String.valueOf(head.get("model-index")))
                .contains("bits_per_byte")
                .contains("1.2346");
    }

    @Test
    void every_fact_of_its_making_stands_in_it() {
        assertThat(card("Handbook bot", "Handbook", Words.NONE))
                .contains("| Parameters | 1,234,567 |")
                .contains("| Charged | 360 cpu-core-seconds, EUR 1.50 |")
                .contains("| Computation | 1.23e+12 FLOP |")
                .contains("| Energy | 0.0013 kWh (estimated) |")
                .contains("| Took | 0 h 2 min 0 s |")
                .contains("Cores of LUMI, LUMI AI Factory, Kajaani, FI")
                .contains("less than the 10^25")
                .contains("Continued from | Small base (`base-id`, MIT)")
                .contains("Not said yet by its makers");
    }

    @Test
    void whatever_people_write_stays_words() {
        String card = card(HOSTILE, HOSTILE, new Words(HOSTILE, HOSTILE, "", "", HOSTILE));
        Map<String, Object> head = head(card);
        assertThat(head)
                .containsEntry("license", "apache-2.0")
                .containsOnlyKeys(head(card("x", "y", Words.NONE)).keySet());
        String body = card.substring(card.indexOf("\n---\n", 4) + 5);
        assertThat(body).doesNotContain("<script").doesNotContain("\0").doesNotContain("\u202e");
        assertThat(body.lines().filter(line -> line.startsWith("# "))).hasSize(1);
        assertThat(body.lines()).noneMatch(line -> line.startsWith("---"));
        // No cell of a table is opened by what others wrote.
        assertThat(body.lines().filter(line -> line.startsWith("| Evil")))
                .allMatch(line -> line.replaceAll("\\\\\\|", "")
                                .chars()
                                .filter(each -> each == '|')
                                .count()
                        == 9);
    }

    @Test
    void the_same_facts_and_words_give_the_same_card() {
        assertThat(card("A", "B", Words.NONE)).isEqualTo(card("A", "B", Words.NONE));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> head(String card) {
        assertThat(card).startsWith("---\n");
        String yaml = card.substring(4, card.indexOf("\n---\n", 4));
        return (Map<String, Object>) new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
    }

    private static String card(String name, String dataset, Words words) {
        Instant begin = Instant.parse("2026-11-27T10:00:00Z");
        Model model = new Model(
                new ModelId(ID),
                ORGANISATION,
                RUN,
                PERSON,
                "handbook-bot-1",
                name,
                begin,
                1_234_567,
                5_000_000,
                "Apache-2.0",
                Visibility.ORGANISATION,
                false);
        return ModelCard.write(
                model,
                new Facts(
                        name,
                        "FI",
                        new Shape("Qwen3ForCausalLM", "qwen3", 1_234_567, "F32", 256, 4096, true),
                        new RunFacts(
                                "finetune",
                                Optional.of("0.1"),
                                begin,
                                begin.plusSeconds(120),
                                3,
                                0,
                                "CPU_CORE_SECOND",
                                360,
                                Optional.of(150L),
                                Optional.of(0.00131),
                                List.of(
                                        new Facts.Funded(Optional.of("EU"), 180, Optional.of(75L)),
                                        new Facts.Funded(Optional.of("FI"), 180, Optional.of(75L)))),
                        new Place("LUMI AI Factory", "LUMI", "Cores", "Kajaani", Optional.of("FI"), ""),
                        Optional.of(new Training(10, 5120, 1.234e12, 100, 2.5)),
                        Optional.of(new Evaluation(
                                10, 10, Optional.of(new Score(1.23456, 9.5, 1000, 300)), Optional.empty())),
                        List.of(new Source("d:c", dataset, 1, "CC-BY-4.0", List.of("fi", "en"), 2, 1000, 3, 4)),
                        Optional.of(new Base("base-id", "small-base-1", "Small base", "MIT")),
                        List.of()),
                words);
    }

    private static final OrganisationId ORGANISATION = OrganisationId.random();
    private static final RunId RUN = RunId.random();
    private static final PersonId PERSON = PersonId.random();
    private static final java.util.UUID ID = java.util.UUID.randomUUID();
}
