package org.aifactory.engine.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.chat.EncodedConversation;
import org.aifactory.engine.corpus.Corpus;
import org.aifactory.engine.corpus.Encoding;
import org.aifactory.engine.corpus.TokenShardWriter;
import org.aifactory.engine.corpus.TokenShards;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BitsPerByteTest {
    private static final int END = 256;
    private static final Encoding BYTES = new Encoding(
            257,
            END,
            text -> {
                byte[] bytes = text.getBytes(UTF_8);
                return IntStream.range(0, bytes.length)
                        .map(i -> bytes[i] & 0xFF)
                        .toArray();
            },
            _ -> new EncodedConversation(new int[0], new boolean[0]));

    @TempDir
    private Path folder;

    @Test
    void modelThatKnowsNothingNeedsTheLogarithmOfItsVocabularyForEachToken() {
        TextScore score = measure(uniform(257), 8, Long.MAX_VALUE, "한국어 text", "a", "longer than one window is");

        assertThat(score.bytes()).isEqualTo(14 + 1 + 25);
        assertThat(score.tokens()).isEqualTo(score.bytes() + 3);
        assertThat(score.documents()).isEqualTo(3);
        assertThat(score.bitsPerByte()).isEqualTo(Math.log(257) / Math.log(2) * 43 / 40, within(1e-12));
        assertThat(score.perplexity()).isEqualTo(257, within(1e-9));
    }

    @Test
    void modelThatKnowsEverythingNeedsNothing() {
        assertThat(measure(_ -> 0, 8, Long.MAX_VALUE, "text").bitsPerByte()).isZero();
        assertThat(measure(_ -> 0, 8, Long.MAX_VALUE, "text").perplexity()).isEqualTo(1);
    }

    @Test
    void windowsStrideByHalfAndScoreWhatTheirPredecessorDidNot() {
        List<Window> windows = new ArrayList<>();
        WindowCutter cutter = new WindowCutter(4, OptionalLong.of(9), windows::add);
        for (long token = 1; token <= 7; token++) {
            cutter.accept(token, true);
        }
        cutter.endDocument();
        cutter.accept(5, true);
        cutter.endDocument();

        long none = Window.NOT_SCORED;
        assertThat(windows.stream().map(w -> Arrays.toString(w.inputs()) + Arrays.toString(w.targets())))
                .containsExactly(
                        pair(new long[] {9, 1, 2, 3}, new long[] {1, 2, 3, 4}),
                        pair(new long[] {2, 3, 4, 5}, new long[] {none, none, 5, 6}),
                        pair(new long[] {4, 5, 6}, new long[] {none, none, 7}),
                        pair(new long[] {9}, new long[] {5}));
    }

    @Test
    void ofAConversationOnlyWhatIsWantedIsScoredAndWindowsWithoutItAreLeftOut() {
        List<Window> windows = new ArrayList<>();
        WindowCutter cutter = new WindowCutter(4, OptionalLong.empty(), windows::add);
        for (long token = 1; token <= 11; token++) {
            cutter.accept(token, token == 1 || token == 4 || token == 10);
        }
        cutter.endDocument();

        long none = Window.NOT_SCORED;
        assertThat(windows.stream().map(w -> Arrays.toString(w.inputs()) + Arrays.toString(w.targets())))
                .as("the first token is only shown")
                .containsExactly(
                        pair(new long[] {1, 2, 3, 4}, new long[] {none, none, 4, none}),
                        pair(new long[] {7, 8, 9, 10}, new long[] {none, none, 10, none}));
    }

    private static String pair(long[] inputs, long[] targets) {
        return Arrays.toString(inputs) + Arrays.toString(targets);
    }

    /** Whatever the lengths, each token is scored once, after as many tokens as the windows allow, with no gap before it. */
    @Property(tries = 100)
    void everyTokenIsScoredOnceAfterAtLeastHalfAContext(
            @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 60) Integer> lengths,
            @ForAll @IntRange(min = 1, max = 17) int contextLength) {
        List<Long> scored = new ArrayList<>();
        WindowCutter cutter = new WindowCutter(contextLength, OptionalLong.of(-1), window -> {
            assertThat(window.length()).isLessThanOrEqualTo(contextLength);
            for (int i = 0; i < window.length(); i++) {
                if (window.targets()[i] != Window.NOT_SCORED) {
                    scored.add(window.targets()[i]);
                    long place = window.targets()[i] % 1000;
                    assertThat(i + 1L).isGreaterThanOrEqualTo(Math.min(place + 1, (contextLength + 1) / 2));
                    assertThat(window.inputs()[i]).isEqualTo(place == 0 ? -1 : window.targets()[i] - 1);
                }
            }
        });
        List<Long> expected = new ArrayList<>();
        for (int document = 0; document < lengths.size(); document++) {
            for (int place = 0; place < lengths.get(document); place++) {
                long token = document * 1000L + place;
                expected.add(token);
                cutter.accept(token, true);
            }
            cutter.endDocument();
        }
        assertThat(scored).isEqualTo(expected);
    }

    @Test
    void endingEarlyCountsTheBytesOfTheCutDocumentInProportion() {
        TextScore score = measure(uniform(2), 8, 7, "abcd", "efghijklm");

        assertThat(score.tokens()).isEqualTo(7);
        assertThat(score.bytes()).isEqualTo(4 + Math.round(9 * 2 / 10.0));
        assertThat(score.nats()).isEqualTo(7 * Math.log(2), within(1e-12));
    }

    @Test
    void textThatIsNotThereIsSaidClearly() throws IOException {
        Path file = Files.writeString(folder.resolve("c.jsonl"), "{\"text\": \"\"}");
        try (TokenShards shards = TokenShardWriter.write(
                folder.resolve("shards"), Corpus.open(List.of(file)).documents(), BYTES, Long.MAX_VALUE, _ -> {})) {
            assertThatThrownBy(() -> BitsPerByte.measure(shards, _ -> 0, 8, END, Long.MAX_VALUE))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("no text");
        }
    }

    private static WindowScorer uniform(int vocabulary) {
        return windows -> windows.stream().mapToLong(Window::scoredTargets).sum() * Math.log(vocabulary);
    }

    private TextScore measure(WindowScorer scorer, int contextLength, long tokensMax, String... texts) {
        try {
            String lines = Stream.of(texts)
                    .map(text -> "{\"text\": \"" + text + "\"}\n")
                    .collect(Collectors.joining());
            Path file = Files.writeString(folder.resolve("a.jsonl"), lines);
            try (TokenShards shards = TokenShardWriter.write(
                    folder.resolve("shards"), Corpus.open(List.of(file)).documents(), BYTES, Long.MAX_VALUE, _ -> {})) {
                return BitsPerByte.measure(shards, scorer, contextLength, END, tokensMax);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
