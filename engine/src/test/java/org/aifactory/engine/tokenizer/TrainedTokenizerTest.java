package org.aifactory.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tokenizer of our own, saved and read by the Hugging Face implementation, which must agree on every text. */
class TrainedTokenizerTest {
    private static final Tokenizer TOKENIZER = TinyTokenizers.OWN;
    private static HuggingFace oracle;

    @BeforeAll
    static void save(@TempDir Path folder) {
        TOKENIZER.save(folder);
        oracle = HuggingFace.load(folder);
    }

    @AfterAll
    static void close() {
        oracle.close();
    }

    private static void assertAgreement(String text) {
        assertThat(TOKENIZER.encodeWithSpecialTokens(text)).as(text).isEqualTo(oracle.encode(text));
    }

    @Test
    void encodesSentencesOfManyLanguagesAsHuggingFaceDoes() {
        Texts.SENTENCES.forEach(TrainedTokenizerTest::assertAgreement);
    }

    @Test
    void encodesOddTextsAsHuggingFaceDoes() {
        Texts.ODDITIES.forEach(TrainedTokenizerTest::assertAgreement);
    }

    /** Each character stands beside a quote, a letter, a digit, a space, a line end, itself and a mark. */
    @Test
    void encodesEveryCharacterOfTheFirstTwoPlanesAsHuggingFaceDoes() {
        for (int block = 0; block < 0x20000; block += 64) {
            assertAgreement(IntStream.range(block, block + 64)
                    .filter(character -> character < 0xD800 || character > 0xDFFF)
                    .mapToObj(Character::toString)
                    .map(c -> "'" + c + "x1" + c + " " + c + "\n" + c + c + "!" + c + "\n")
                    .collect(Collectors.joining()));
        }
    }

    @Test
    void encodesRandomMixturesAsHuggingFaceDoes() {
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            assertAgreement(RandomTexts.mixture(random, 40));
        }
    }

    @Test
    void encodesAWordOfThousandsOfLettersAsHuggingFaceDoes() {
        Random random = new Random(11);
        assertAgreement(random.ints(5000, 0, 6)
                .mapToObj(i -> "theinr".substring(i, i + 1))
                .collect(Collectors.joining()));
        assertAgreement("슈퍼컴퓨터는".repeat(300));
        assertAgreement("a".repeat(3001));
    }

    @Test
    void decodesEachTokenAndRandomTokensAsHuggingFaceDoes() {
        for (int id = 0; id < TOKENIZER.size(); id++) {
            assertThat(TOKENIZER.decode(id)).isEqualTo(oracle.decode(id));
        }
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            int[] ids = random.ints(30, 0, TOKENIZER.size()).toArray();
            assertThat(TOKENIZER.decode(ids)).isEqualTo(oracle.decode(ids));
        }
    }
}
