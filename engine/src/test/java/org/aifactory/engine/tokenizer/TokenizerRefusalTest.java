package org.aifactory.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What is not a byte-level BPE is refused with its name, and what is damaged with the place. */
class TokenizerRefusalTest {
    @TempDir
    private Path folder;

    private void assertRefused(Consumer<ObjectNode> change, String reason) {
        TinyTokenizers.saved(folder, change);
        assertRefused(reason);
    }

    private void assertRefused(String reason) {
        assertThatThrownBy(() -> Tokenizer.load(folder))
                .isInstanceOfSatisfying(
                        EngineException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(Kind.MODEL))
                .hasMessageStartingWith("The tokenizer in " + folder + " cannot be used: ")
                .hasMessageContaining(reason);
    }

    private static ObjectNode model(ObjectNode definition) {
        return (ObjectNode) definition.path("model");
    }

    @Test
    void anEmptyFolder() {
        assertRefused("there is no tokenizer.json");
    }

    @Test
    void aSentencePieceFile() throws IOException {
        Files.writeString(folder.resolve("tokenizer.model"), "");
        assertRefused("SentencePiece");
    }

    @ParameterizedTest
    @CsvSource({"Unigram", "WordPiece", "WordLevel"})
    void anotherModel(String type) {
        assertRefused(definition -> model(definition).put("type", type), "its model is " + type + ", not BPE");
    }

    @Test
    void byteFallback() {
        assertRefused(definition -> model(definition).put("byte_fallback", true), "SentencePiece");
    }

    @Test
    void markedWordEnds() {
        assertRefused(definition -> model(definition).put("end_of_word_suffix", "</w>"), "beginnings or ends of words");
    }

    @Test
    void randomMerges() {
        assertRefused(definition -> model(definition).put("dropout", 0.1), "dropout");
    }

    @Test
    void anUnknownNormalizer() {
        assertRefused(
                definition -> definition.set(
                        "normalizer",
                        TinyTokenizers.object("{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"Lowercase\"}]}")),
                "its normalizer Lowercase");
    }

    @Test
    void anUnknownStepOfThePreTokenizer() {
        assertRefused(
                TinyTokenizers.steps("{\"type\":\"Metaspace\"}", TinyTokenizers.byteLevel(false)),
                "the step Metaspace");
        assertRefused(TinyTokenizers.steps("{\"type\":\"Digits\"}"), "no ByteLevel step");
        assertRefused(definition -> definition.putNull("pre_tokenizer"), "step without a type");
    }

    @Test
    void aSpaceBeforeEveryText() {
        assertRefused(TinyTokenizers.steps("{\"type\":\"ByteLevel\",\"add_prefix_space\":true}"), "add_prefix_space");
    }

    @ParameterizedTest
    @CsvSource({"(a+)+", "a\\b", "^a", "(?<n>a)\\k<n>", "\\h+", "[a[b]]", "[a&&b]", "\\p{^L}", "(a", "[a", "a{2}+", "\\"
    })
    void aPatternThatJavaWouldReadDifferently(String pattern) {
        assertRefused(TinyTokenizers.splitBy(pattern), "its pattern " + pattern);
    }

    @Test
    void aPreTokenizerNestedOrLongWithoutEnd() {
        assertRefused(TinyTokenizers.splitBy("(".repeat(50_000)), "groups nested too deeply");
        String[] digits = new String[50_000];
        Arrays.fill(digits, "{\"type\":\"Digits\"}");
        assertRefused(TinyTokenizers.steps(digits), "more than 50 steps");
    }

    @Test
    void aPatternThatNeverEnds() {
        String text = "a".repeat(50_000);
        for (String pattern : new String[] {"(?:a|a)".repeat(50) + "b", "a*".repeat(8) + "b"}) {
            Tokenizer tokenizer = Tokenizer.load(TinyTokenizers.saved(folder, TinyTokenizers.splitBy(pattern)));

            assertThatThrownBy(() -> tokenizer.encode(text))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("takes too long");
        }
    }

    @Test
    void anotherDecoder() {
        assertRefused(
                definition -> definition.putObject("decoder").put("type", "Metaspace"), "its decoder is Metaspace");
    }

    @Test
    void idsOutOfRange() {
        for (String id : new String[] {"-1", "4194304", "99999999999", "1.5", "\"1\""}) {
            assertRefused(
                    definition -> ((ObjectNode) model(definition).path("vocab"))
                            .set("zz", TinyTokenizers.MAPPER.readTree(id)),
                    "the token zz has the id");
        }
    }

    @Test
    void twoTokensOfOneId() {
        assertRefused(definition -> ((ObjectNode) model(definition).path("vocab")).put("zz", 5), "same id 5");
    }

    @Test
    void anAddedTokenThatTheVocabularyHasUnderAnotherId() {
        assertRefused(
                definition -> ((ObjectNode) definition.path("added_tokens").path(0)).put("content", "a"),
                "the token a has two ids");
    }

    @Test
    void aMissingByte() {
        assertRefused(definition -> ((ObjectNode) model(definition).path("vocab")).remove("a"), "for the byte 0x61");
    }

    @Test
    void aMergeOfUnknownTokens() {
        assertRefused(definition -> ((ArrayNode) model(definition).path("merges")).add("q zzz"), "needs the token zzz");
        assertRefused(definition -> ((ArrayNode) model(definition).path("merges")).add("alone"), "not a pair");
    }

    @Test
    void brokenFiles() throws IOException {
        TinyTokenizers.OWN.save(folder);
        Files.writeString(folder.resolve("tokenizer_config.json"), "[]");
        assertRefused("tokenizer_config.json does not hold a JSON object");
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"a\":");
        assertRefused("tokenizer_config.json is not JSON");
        Files.delete(folder.resolve("tokenizer_config.json"));
        Files.writeString(folder.resolve("tokenizer.json"), "[".repeat(100_000));
        assertRefused("tokenizer.json is not JSON");
        Files.writeString(folder.resolve("tokenizer.json"), "7");
        assertRefused("of no known kind");
    }

    @Test
    void aMergeIntoASpecialTokenIsLeftOut() {
        TinyTokenizers.saved(folder, definition -> {
            ObjectNode vocabulary = (ObjectNode) model(definition).path("vocab");
            int id = definition.path("added_tokens").path(0).path("id").asInt();
            vocabulary.put("qqq", vocabulary.size() + 3).put("qqqq", vocabulary.size() + 3);
            ((ObjectNode) definition.path("added_tokens").path(0))
                    .put("id", vocabulary.path("qqqq").asInt())
                    .put("content", "qqqq");
            vocabulary.put("qq", id);
            ((ArrayNode) model(definition).path("merges")).add("q q").add("qq qq");
        });
        Tokenizer tokenizer = Tokenizer.load(folder);

        assertThat(Arrays.stream(tokenizer.encode("qqqq"))).noneMatch(tokenizer::isAdded);
        assertThat(tokenizer.encodeWithSpecialTokens("qqqq")).hasSize(1);
    }
}
