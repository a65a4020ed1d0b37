package org.aifactory.engine.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class HandbookTest {
    private static final Path HANDBOOK = Path.of("..", "examples", "handbook");
    private static final JsonMapper JSON = new JsonMapper();

    record Fact(String id, String relation, String subject, String sentence, List<String> accepted) {
        boolean confusableWith(Fact other) {
            return relation.equals(other.relation) || (!subject.equals("-") && subject.equals(other.subject));
        }
    }

    @Test
    void committedFilesAreWhatTheGeneratorWrites(@TempDir Path written) throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var generator = new ProcessBuilder(
                        java, HANDBOOK.resolve("Generate.java").toString(), HANDBOOK.toString(), written.toString())
                .redirectErrorStream(true)
                .start();
        var said = new String(generator.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(generator.waitFor()).as(said).isZero();
        assertThat(generatedFiles(written)).containsExactlyElementsOf(generatedFiles(HANDBOOK));
        for (var file : generatedFiles(written)) {
            assertThat(Files.readString(written.resolve(file)))
                    .as("%s: run the generator and commit what it writes", file)
                    .isEqualTo(Files.readString(HANDBOOK.resolve(file)))
                    .doesNotContainPattern("\\{[a-z]|[a-z]}");
        }
    }

    @Test
    void thereAreEnoughFactsAndQuestionsInBothLanguages() throws IOException {
        var byLanguage = testQuestions().stream()
                .collect(Collectors.groupingBy(line -> line.get("language").asString(), Collectors.counting()));

        assertThat(facts("en")).hasSizeGreaterThanOrEqualTo(40);
        assertThat(byLanguage).containsOnlyKeys("en", "ko").containsEntry("ko", byLanguage.get("en"));
        assertThat(byLanguage.get("ko")).isGreaterThanOrEqualTo(40);
    }

    @Test
    void noTestQuestionOccursInTraining() throws IOException {
        var training = new HashSet<String>();
        for (var line : lines("conversations.jsonl")) {
            for (var message : line.get("messages")) {
                training.add(bare(message.get("content").asString()));
            }
        }

        assertThat(testQuestions())
                .noneMatch(line -> training.contains(bare(line.get("question").asString())));
    }

    @Test
    void noHeldOutTemplateIsATrainingTemplate() throws IOException {
        var training = new HashSet<String>();
        var heldOut = new HashSet<String>();
        for (var row : rows("templates.tsv")) {
            for (var template : alternatives(row.get(3))) {
                (row.get(2).equals("test") ? heldOut : training).addAll(framed(template, row.get(1), row.get(2)));
            }
        }

        assertThat(heldOut).isNotEmpty().doesNotContainAnyElementsOf(training);
    }

    @Test
    void anAcceptedAnswerIsInItsFactAndInNoFactItCouldBeConfusedWith() throws IOException {
        for (var language : List.of("en", "ko")) {
            var facts = facts(language);
            for (var fact : facts) {
                for (var answer : fact.accepted()) {
                    assertThat(facts.stream().filter(other -> !other.equals(fact) && other.confusableWith(fact)))
                            .as("%s in %s", answer, language)
                            .noneMatch(other -> contains(other.sentence(), answer));
                }
                assertThat(fact.accepted()).as(fact.id()).anyMatch(answer -> contains(fact.sentence(), answer));
            }
        }
    }

    @Test
    void everyFactNamesASourceThatAReaderCanOpenAndAMarkThatIsNotUnverified() throws IOException {
        var addresses = rows("sources.tsv").stream().collect(Collectors.toMap(row -> row.get(0), row -> row.get(1)));

        assertThat(addresses.values()).allMatch(address -> address.startsWith("https://"));
        for (var row : rows("facts.tsv")) {
            assertThat(row.get(8)).as(row.get(0)).isIn("P", "S", "D");
            assertThat(addresses.keySet())
                    .as(row.get(0))
                    .containsAll(List.of(row.get(7).split(" ")));
        }
    }

    @Test
    void theChaptersTellEveryFactInBothLanguages() throws IOException {
        for (var language : List.of("en", "ko")) {
            var text = new StringBuilder();
            for (var file : generatedFiles(HANDBOOK)) {
                text.append(file.endsWith("." + language + ".md") ? Files.readString(HANDBOOK.resolve(file)) : "");
            }
            for (var fact : facts(language)) {
                assertThat(contains(text.toString(), fact.accepted().getFirst()))
                        .as(fact.id())
                        .isTrue();
            }
        }
    }

    private static List<String> generatedFiles(Path folder) throws IOException {
        try (Stream<Path> chapters = Files.list(folder.resolve("text"))) {
            return Stream.concat(
                            Stream.of("conversations.jsonl", "questions.jsonl"),
                            chapters.map(chapter -> "text/" + chapter.getFileName())
                                    .sorted())
                    .toList();
        }
    }

    private static List<Fact> facts(String language) throws IOException {
        var sentence = language.equals("en") ? 3 : 5;
        return rows("facts.tsv").stream()
                .map(row -> new Fact(
                        row.get(0), row.get(1), row.get(2), row.get(sentence), alternatives(row.get(sentence + 1))))
                .toList();
    }

    /** A template in all its frames, with every placeholder alike, so that only its words count. */
    private static Set<String> framed(String template, String language, String use) throws IOException {
        var framed = new HashSet<String>();
        framed.add(bare(template.replaceAll("\\{[^}]*}", "PLACE")));
        for (var row : rows("frames.tsv")) {
            if (row.get(0).equals(language) && row.get(1).equals(use)) {
                for (var frame : alternatives(row.get(2))) {
                    var question = frame.replaceAll("\\{[qQ][^}]*}", template);
                    framed.add(bare(question.replaceAll("\\{[^}]*}", "PLACE")));
                }
            }
        }
        return framed;
    }

    private static List<JsonNode> testQuestions() throws IOException {
        return lines("questions.jsonl");
    }

    private static List<JsonNode> lines(String file) throws IOException {
        return Files.readAllLines(HANDBOOK.resolve(file)).stream()
                .map(JSON::readTree)
                .toList();
    }

    private static List<List<String>> rows(String table) throws IOException {
        return Files.readAllLines(HANDBOOK.resolve("tables").resolve(table)).stream()
                .skip(1)
                .map(line -> List.of(line.split("\t")))
                .toList();
    }

    private static List<String> alternatives(String cell) {
        return List.of(cell.split("\\|"));
    }

    /** The rule by which a reply counts as right: it holds the answer, and a number only as a whole number. */
    private static boolean contains(String reply, String answer) {
        return Pattern.compile("(?<!\\d(?=\\d))" + Pattern.quote(normalised(answer)) + "(?!(?<=\\d)\\d)")
                .matcher(normalised(reply))
                .find();
    }

    private static String normalised(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    }

    private static String bare(String text) {
        return normalised(text).replaceAll("[^\\p{L}\\p{N}]+", " ").strip();
    }
}
