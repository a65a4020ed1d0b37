package org.aifactory.engine.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The cached forward pass must give the logits that the whole-sequence decoder recomputes from nothing. */
class CachedDecoderTest {
    private static final float TOLERANCE = 1e-4f;

    static Stream<RandomModel> models() {
        return Stream.of(RandomModel.llama(), RandomModel.qwen(), RandomModel.stretchedLlama());
    }

    @ParameterizedTest
    @MethodSource("models")
    void tokenByTokenEqualsFullRecomputation(RandomModel model) {
        int[] tokens = model.tokens(40, 7);
        try (CachedDecoder decoder = new CachedDecoder(model.config(), model.flat(), 2);
                KeyValueCache cache = new KeyValueCache(model.config(), tokens.length)) {
            for (int i = 0; i < tokens.length; i++) {
                float[] logits = decoder.forward(List.of(new CachedDecoder.Chunk(cache, tokens, i, i + 1)));
                if (i % 13 == 0 || i == tokens.length - 1) {
                    expectClose(model, logits, 0, Arrays.copyOf(tokens, i + 1));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void aPromptReadInPiecesEqualsFullRecomputation(RandomModel model) {
        int[] tokens = model.tokens(60, 8);
        try (CachedDecoder decoder = new CachedDecoder(model.config(), model.flat(), 2);
                KeyValueCache cache = new KeyValueCache(model.config(), tokens.length)) {
            int[] cuts = {0, 17, 18, 20, 60};
            for (int i = 1; i < cuts.length; i++) {
                float[] logits = decoder.forward(List.of(new CachedDecoder.Chunk(cache, tokens, cuts[i - 1], cuts[i])));
                expectClose(model, logits, 0, Arrays.copyOf(tokens, cuts[i]));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void sequencesThatShareAPassDoNotSeeEachOther(RandomModel model) {
        int[] first = model.tokens(30, 9);
        int[] second = model.tokens(50, 10);
        int[] third = model.tokens(5, 11);
        try (CachedDecoder decoder = new CachedDecoder(model.config(), model.flat(), 2);
                KeyValueCache firstCache = new KeyValueCache(model.config(), 30);
                KeyValueCache secondCache = new KeyValueCache(model.config(), 50);
                KeyValueCache thirdCache = new KeyValueCache(model.config(), 50)) {
            decoder.forward(List.of(
                    new CachedDecoder.Chunk(firstCache, first, 0, 29),
                    new CachedDecoder.Chunk(secondCache, second, 0, 12)));
            float[] logits = decoder.forward(List.of(
                    new CachedDecoder.Chunk(firstCache, first, 29, 30),
                    new CachedDecoder.Chunk(secondCache, second, 12, 50),
                    new CachedDecoder.Chunk(thirdCache, third, 0, 5)));
            int vocabulary = model.config().vocabularySize();
            expectClose(model, logits, 0, first);
            expectClose(model, logits, vocabulary, second);
            expectClose(model, logits, 2 * vocabulary, third);
        }
    }

    private static void expectClose(RandomModel model, float[] logits, int from, int[] tokens) {
        float[] expected = model.logitsAfter(tokens);
        float[] actual = Arrays.copyOfRange(logits, from, from + expected.length);
        assertThat(actual).containsExactly(expected, within(TOLERANCE));
    }
}
