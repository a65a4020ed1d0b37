package org.aifactory.engine.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.aifactory.engine.ScratchFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SplitTest {
    @TempDir
    private Path folder;

    @Test
    void ofTwentyDocumentsOrMoreOneInTwentyIsHeldOut() {
        Split split = corpus(lines(200)).split(1);

        assertThat(split.validation().size()).isEqualTo(10);
        assertThat(split.training().size()).isEqualTo(190);
        assertThat(corpus(lines(20)).split(1).validation().size()).isEqualTo(1);
    }

    @Test
    void whatIsHeldOutHasNoMoreThanATenthOfTheBytes() {
        String large = "{\"text\": \"" + "large ".repeat(1000) + "\"}\n";
        for (int seed = 0; seed < 20; seed++) {
            Split split = corpus(large + lines(40)).split(seed);
            assertThat(split.validation().bytes()).isLessThan(1000);
            assertThat(split.validation().size()).isEqualTo(2);
        }
    }

    @Test
    void documentsThatStayKeepTheirSideWhenOthersCome() {
        List<String> before = Texts.of(corpus(lines(400)).split(3).validation());
        List<String> after = Texts.of(corpus(lines(420)).split(3).validation());

        assertThat(after.stream().filter(before::contains).count()).isGreaterThanOrEqualTo(before.size() - 2);
        assertThat(Texts.of(corpus(lines(400)).split(4).validation())).isNotEqualTo(before);
    }

    @Test
    void ofFewDocumentsTheLastTenthIsCutOffAtAParagraph() {
        String text = IntStream.range(0, 100)
                .mapToObj(i -> "Paragraph " + i + " begins.\nIt has a second line.")
                .collect(Collectors.joining("\n\n"));
        Texts.write(folder.resolve("a.txt"), text.getBytes(UTF_8));

        Split split = Corpus.open(List.of(folder)).split(1);

        String training = Texts.of(split.training()).getFirst();
        String validation = Texts.of(split.validation()).getFirst();
        assertThat(training + validation).isEqualTo(text);
        assertThat(validation).startsWith("Paragraph 90 begins.");
        assertThat(split.validation().bytes()).isEqualTo(validation.length());
        assertThat(split.training().bytes()).isEqualTo(training.length());
    }

    @Test
    void whereThereIsNoParagraphTheCutFallsOnALineThenASentenceThenAWordThenACharacter() {
        assertThat(tail("a line of words\n".repeat(100))).startsWith("a line of words\n");
        assertThat(tail("A sentence. ".repeat(100))).startsWith("A sentence. ");
        assertThat(tail("한국어 문장이다。".repeat(100))).startsWith("한국어 문장이다。");
        assertThat(tail("word ".repeat(100))).startsWith("word ");
        assertThat(tail("한".repeat(100))).isEqualTo("한".repeat(10));
    }

    private String tail(String text) {
        Texts.write(folder.resolve("a.txt"), text.getBytes(UTF_8));
        Split split = Corpus.open(List.of(folder)).split(1);
        String validation = Texts.of(split.validation()).getFirst();
        assertThat(Texts.of(split.training()).getFirst() + validation).isEqualTo(text);
        return validation;
    }

    @Test
    void fewConversationsAreAllLearnedAndOfManyOneInTwentyIsHeldOut() {
        String turn = "{\"messages\": [{\"role\": \"assistant\", \"content\": \"Hello\"}]}\n";

        assertThat(corpus(turn.repeat(19)).split(1).validation().isEmpty()).isTrue();
        assertThat(corpus(turn.repeat(19)).split(1).training().size()).isEqualTo(19);
        assertThat(corpus(turn.repeat(100)).split(1).validation().size()).isEqualTo(5);
    }

    /** Any documents, few or many: their texts come back whole from the two parts, each byte in exactly one of them. */
    @Property(tries = 60)
    void splitPartitionsTheText(
            @ForAll @Size(min = 1, max = 45) List<@StringLength(min = 1, max = 300) String> texts,
            @ForAll @IntRange(max = 3) int plainFiles,
            @ForAll long seed)
            throws IOException {
        try (ScratchFolder scratch = ScratchFolder.make()) {
            Path root = scratch.path();
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < texts.size(); i++) {
                // Not blank, for a file of white space alone is no text.
                String text = "a" + Utf8.withoutLoneSurrogates(texts.get(i)).replaceAll("\\p{Cntrl}", "\n");
                if (i < plainFiles) {
                    Texts.write(root.resolve(i + ".txt"), text.getBytes(UTF_8));
                } else {
                    lines.add("{\"text\": \"" + text.replaceAll("[\"\\\\\\n]", " ") + "\"}");
                }
            }
            Texts.write(root.resolve("lines.jsonl"), String.join("\n", lines).getBytes(UTF_8));
            Corpus corpus = Corpus.open(List.of(root));

            Split split = corpus.split(seed);

            List<String> training = Texts.of(split.training());
            List<String> validation = new ArrayList<>(Texts.of(split.validation()));
            List<String> whole = Texts.of(corpus.documents());
            if (whole.size() >= 20) {
                validation.addAll(training);
                assertThat(validation).containsExactlyInAnyOrderElementsOf(whole);
            } else {
                List<String> parts = training.stream()
                        .map(head -> whole.contains(head) ? head : head + validation.removeFirst())
                        .toList();
                assertThat(parts).isEqualTo(whole);
            }
            assertThat(split.training().bytes() + split.validation().bytes())
                    .isEqualTo(corpus.summary().bytes());
        }
    }

    private Corpus corpus(String jsonLines) {
        return Corpus.open(List.of(Texts.write(folder.resolve("lines.jsonl"), jsonLines.getBytes(UTF_8))));
    }

    private static String lines(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"text\": \"document number " + (1000 + i) + "\"}\n")
                .collect(Collectors.joining());
    }
}
