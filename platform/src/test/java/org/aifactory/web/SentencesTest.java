package org.aifactory.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Walks the bundles and the source: whatever can be said is said in every language, and whatever stands in a bundle is said somewhere. */
class SentencesTest {
    private static final Path SOURCE = Path.of("src/main/java");
    private static final Path TEMPLATES = Path.of("src/main/resources/templates");
    private static final Path BUNDLES = Path.of("src/main/resources/messages");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{(\\d+)[,}]");
    private static final Pattern QUOTED = Pattern.compile("''|'[^']*'");
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9-]*(?:\\.[A-Za-z0-9_-]+)*\\.?");
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\\n]|\\\\.)*)\"");
    /** Where the code says something: the first literal after any of these is a key, or the beginning of one. */
    private static final Pattern SAID = Pattern.compile(
            "(?:Message\\.of\\(|Problem\\.of\\(\\s*ProblemType\\.\\w+,|Problem\\.invalid\\(\\s*[^,;\"]*(?:\"[^\"]*\")?,|FieldFault\\.of\\("
                    + "[^,;]*,|Said\\.(?:good|warn|bad)\\(\\s*\\w+,|words\\.say\\(|OpenAiException\\.unavailable\\(|notNow\\()"
                    + "\\s*\"((?:[^\"\\\\\\n]|\\\\.)*)\"");

    private static final Pattern IN_TEMPLATE = Pattern.compile("#\\{([A-Za-z][\\w.-]*)[({}]");
    private static final Pattern COMMENT = Pattern.compile("<!--.*?-->", Pattern.DOTALL);
    /** Spring and the validator look for these by the names of their own classes. */
    private static final Pattern OF_FRAMEWORKS =
            Pattern.compile("(problemDetail|typeMismatch|NotBlank|NotNull|Email|Size|Min|Max|Pattern)(\\..*)?");

    private final Map<String, String> english = sentences("");
    private final Map<String, String> korean = sentences("_ko");

    @Test
    void every_sentence_is_there_in_both_languages() {
        assertThat(korean.keySet()).isEqualTo(english.keySet());
        assertThat(korean.entrySet()).noneMatch(sentence -> sentence.getValue().isBlank());
        assertThat(english.entrySet()).noneMatch(sentence -> sentence.getValue().isBlank());
    }

    @Test
    void both_languages_are_filled_in_with_the_same() {
        english.forEach((key, sentence) ->
                assertThat(placeholders(korean.getOrDefault(key, ""))).as(key).isEqualTo(placeholders(sentence)));
    }

    /** An apostrophe that is not doubled hides all that follows it from whoever fills the sentence in. */
    @Test
    void every_sentence_that_is_filled_in_can_be() {
        Stream.of(english, korean).flatMap(all -> all.entrySet().stream()).forEach(sentence -> {
            if (!placeholders(sentence.getValue()).isEmpty()) {
                assertThat(QUOTED.matcher(sentence.getValue()).replaceAll(""))
                        .as(sentence.getKey())
                        .doesNotContain("'");
                assertThat(new MessageFormat(sentence.getValue(), Locale.ENGLISH).getFormats())
                        .as(sentence.getKey())
                        .isNotEmpty();
            }
        });
    }

    @Test
    void no_sentence_is_left_that_nobody_says() throws IOException {
        Set<String> said = new TreeSet<>(names());
        Set<String> beginnings =
                said.stream().filter(name -> name.endsWith(".")).collect(Collectors.toCollection(TreeSet::new));
        assertThat(english.keySet().stream()
                        .filter(key -> !OF_FRAMEWORKS.matcher(key).matches())
                        .filter(key -> !said.contains(key))
                        .filter(key -> beginnings.stream().noneMatch(key::startsWith)))
                .isEmpty();
    }

    @Test
    void whatever_the_code_says_stands_in_the_bundles() throws IOException {
        Set<String> missing = new TreeSet<>();
        for (Path file : files(SOURCE, ".java")) {
            SAID.matcher(Files.readString(file))
                    .results()
                    .map(found -> found.group(1))
                    .filter(key -> !isKnown(key))
                    .forEach(key -> missing.add(file.getFileName() + ": " + key));
        }
        for (Path file : files(TEMPLATES, ".html")) {
            IN_TEMPLATE
                    .matcher(COMMENT.matcher(Files.readString(file)).replaceAll(""))
                    .results()
                    .map(found -> found.group(1))
                    .filter(key -> !isKnown(key))
                    .forEach(key -> missing.add(file.getFileName() + ": " + key));
        }
        assertThat(missing).isEmpty();
    }

    private boolean isKnown(String key) {
        return (key.endsWith(".") || key.endsWith("-"))
                ? english.keySet().stream().anyMatch(known -> known.startsWith(key))
                : english.containsKey(key);
    }

    @Test
    void a_message_says_the_same_after_it_was_kept() {
        Message message = Message.of(
                "access.refused.ended", Message.inEach("first", "하나"), java.time.Instant.parse("2027-03-01T08:00:00Z"));

        Message kept = Message.kept(message.inEnglish(), message.toKeep());

        assertThat(kept).isEqualTo(message);
        assertThat(kept.in(Locale.KOREAN)).contains("하나", "2027");
        assertThat(Message.kept("As it stood before there were keys.", null).in(Locale.KOREAN))
                .isEqualTo("As it stood before there were keys.");
    }

    private static Set<String> placeholders(String sentence) {
        return PLACEHOLDER
                .matcher(QUOTED.matcher(sentence).replaceAll(""))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Everything in literals and templates that could be a key, or begin one. */
    private static Set<String> names() throws IOException {
        Set<String> names = new TreeSet<>();
        for (Path file : files(SOURCE, ".java")) {
            LITERAL.matcher(Files.readString(file))
                    .results()
                    .map(found -> found.group(1))
                    .filter(literal -> NAME.matcher(literal).matches())
                    .forEach(names::add);
        }
        for (Path file : files(TEMPLATES, ".html")) {
            NAME.matcher(Files.readString(file))
                    .results()
                    .map(MatchResult::group)
                    .filter(name -> name.contains("."))
                    .forEach(names::add);
        }
        return names;
    }

    private static List<Path> files(Path root, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(ending)).toList();
        }
    }

    private static Map<String, String> sentences(String language) {
        Map<String, String> sentences = new TreeMap<>();
        try (Stream<Path> files = Files.list(BUNDLES)) {
            for (Path file : files.toList()) {
                String name = String.valueOf(file.getFileName());
                if (name.endsWith(language + ".properties") && name.contains("_") == language.contains("_")) {
                    read(file)
                            .forEach((key, value) -> assertThat(sentences.put(key.toString(), value.toString()))
                                    .as("twice: " + key)
                                    .isNull());
                }
            }
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
        return sentences;
    }

    private static Properties read(Path file) throws IOException {
        Properties read = new Properties();
        try (Reader text = Files.newBufferedReader(file)) {
            read.load(text);
        }
        return read;
    }
}
