package org.aifactory.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.aifactory.engine.EngineException;
import org.junit.jupiter.api.Test;

class BpeTrainerTest {

    @Test
    void learnsWhatTheDefinitionSaysOnTextsOfManyLanguages() {
        assertThat(new BpeTrainer(600).train(Texts.SENTENCES.stream()).merges())
                .isEqualTo(NaiveTrainer.merges(Texts.SENTENCES, 600 - BpeTrainer.SMALLEST_VOCABULARY));
    }

    /** Few letters, so that words overlap with themselves: aaaa, abab. */
    @Property(tries = 100)
    void learnsWhatTheDefinitionSaysOnRepetitiveWords(
            @ForAll @Size(max = 20) List<@CharRange(from = 'a', to = 'c') @StringLength(max = 60) String> texts) {
        assertThat(new BpeTrainer(400).train(texts.stream()).merges())
                .isEqualTo(NaiveTrainer.merges(texts, 400 - BpeTrainer.SMALLEST_VOCABULARY));
    }

    @Test
    void hasExactlyTheWantedSize() {
        Tokenizer tokenizer = new BpeTrainer(448).train(Texts.SENTENCES.stream());

        assertThat(tokenizer.size()).isEqualTo(448);
        assertThat(tokenizer.token(447)).isEqualTo(Tokenizer.TURN_END);
    }

    @Test
    void isSmallerRatherThanFilledUpWhenNoPairOccursTwice() {
        assertThat(new BpeTrainer(1024).train(Stream.of("abc abc")).size())
                .isEqualTo(BpeTrainer.SMALLEST_VOCABULARY + 2);
        assertThat(new BpeTrainer(1024).train(Stream.of()).size()).isEqualTo(BpeTrainer.SMALLEST_VOCABULARY);
    }

    @Test
    void resultDoesNotDependOnTheNumberOfCores() {
        Random random = new Random(1);
        List<String> texts = IntStream.range(0, 40)
                .mapToObj(i -> RandomTexts.mixture(random, 12_000))
                .toList();

        assertThat(trainedOn(3, texts)).isEqualTo(trainedOn(1, texts));
    }

    private static List<String> trainedOn(int cores, List<String> texts) {
        try (ForkJoinPool pool = new ForkJoinPool(cores)) {
            return pool.submit(() -> new BpeTrainer(400).train(texts.stream()).merges())
                    .join();
        }
    }

    @Test
    void resultDoesNotDependOnTheOrderOfTexts() {
        assertThat(new BpeTrainer(700)
                        .train(Texts.SENTENCES.reversed().stream())
                        .merges())
                .isEqualTo(new BpeTrainer(700).train(Texts.SENTENCES.stream()).merges());
    }

    @Test
    void aWordOfMegabytesIsLearntFromInParts() {
        Tokenizer tokenizer = new BpeTrainer(320).train(Stream.of("가나다".repeat(500_000)));

        assertThat(tokenizer.size()).isLessThanOrEqualTo(320);
        assertThat(tokenizer.encode("가나다가나다가나다")).hasSizeLessThan(9);
    }

    @Test
    void tellsHowFarItIs() {
        List<BpeTrainer.Progress> told = new ArrayList<>();
        new BpeTrainer(300, told::add).train(Texts.SENTENCES.stream());

        long bytes = Texts.SENTENCES.stream()
                .mapToLong(text -> Utf8.bytes(text).length)
                .sum();
        assertThat(told).contains(new BpeTrainer.Progress(bytes, 0));
        assertThat(told.getLast()).isEqualTo(new BpeTrainer.Progress(bytes, 300));
    }

    @Test
    void refusesASizeThatDoesNotHoldTheBytes() {
        assertThatThrownBy(() -> new BpeTrainer(258))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("from 259 to");
        assertThatThrownBy(() -> new BpeTrainer(Integer.MAX_VALUE)).isInstanceOf(EngineException.class);
    }
}
