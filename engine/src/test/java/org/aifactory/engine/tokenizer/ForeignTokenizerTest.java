package org.aifactory.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Tokenizers in the forms of other models give the ids that the Hugging Face implementation gives. */
class ForeignTokenizerTest {
    private static final String LLAMA_3 =
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final String QWEN =
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final String TEKKEN =
            "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final String O200K =
            "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    @TempDir
    private Path folder;

    private void assertAgreement(Consumer<ObjectNode> change, String... texts) {
        TinyTokenizers.saved(folder, change);
        Tokenizer tokenizer = Tokenizer.load(folder);
        Random random = new Random(5);
        try (HuggingFace oracle = HuggingFace.load(folder)) {
            Stream.of(texts).forEach(text -> assertAgreement(tokenizer, oracle, text));
            Texts.SENTENCES.forEach(text -> assertAgreement(tokenizer, oracle, text));
            Texts.ODDITIES.forEach(text -> assertAgreement(tokenizer, oracle, text));
            for (int round = 0; round < 100; round++) {
                assertAgreement(tokenizer, oracle, RandomTexts.mixture(random, 40));
            }
        }
    }

    private static void assertAgreement(Tokenizer tokenizer, HuggingFace oracle, String text) {
        assertThat(tokenizer.encodeWithSpecialTokens(text)).as(text).isEqualTo(oracle.encode(text));
    }

    @Test
    void llamasOwnForm() {
        assertAgreement(TinyTokenizers.splitBy(LLAMA_3));
    }

    @Test
    void qwensFormWithSingleDigitsAndComposition() {
        assertAgreement(TinyTokenizers.splitBy(QWEN)
                .andThen(definition -> definition.putObject("normalizer").put("type", "NFC")));
    }

    @Test
    void tekkensFormWithCaseInThePattern() {
        assertAgreement(TinyTokenizers.splitBy(TEKKEN));
    }

    @Test
    void theFormWithContractionsAfterWords() {
        assertAgreement(TinyTokenizers.splitBy(O200K));
    }

    @Test
    void gpt2sFormWithoutASplitOfItsOwn() {
        assertAgreement(
                definition -> definition.set("pre_tokenizer", TinyTokenizers.object(TinyTokenizers.byteLevel(true))));
    }

    @Test
    void digitsBeforeGpt2sSplit() {
        assertAgreement(TinyTokenizers.steps(
                "{\"type\":\"Digits\",\"individual_digits\":true}", TinyTokenizers.byteLevel(true)));
    }

    @Test
    void falconsFormWithStepsAfterTheByteAlphabet() {
        assertAgreement(
                TinyTokenizers.steps(
                        "{\"type\":\"Punctuation\",\"behavior\":\"Contiguous\"}",
                        TinyTokenizers.byteLevel(true),
                        "{\"type\":\"Digits\",\"individual_digits\":false}",
                        "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"[0-9][0-9][0-9]\"},\"behavior\":\"Isolated\",\"invert\":false}"));
    }

    @Test
    void everyBehaviourOfASplit() {
        for (String behaviour :
                new String[] {"Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"}) {
            for (boolean inverted : new boolean[] {false, true}) {
                assertAgreement(TinyTokenizers.steps(
                        "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"\\\\p{L}|[ .]\"},\"behavior\":\"%s\",\"invert\":%b}"
                                .formatted(behaviour, inverted),
                        TinyTokenizers.byteLevel(false)));
            }
        }
        assertAgreement(TinyTokenizers.steps(
                "{\"type\":\"Split\",\"pattern\":{\"String\":\" \"},\"behavior\":\"MergedWithNext\",\"invert\":false}",
                TinyTokenizers.byteLevel(false)));
    }

    @Test
    void mergesAsPairsInsteadOfStrings() {
        assertAgreement(definition -> {
            ObjectNode model = (ObjectNode) definition.path("model");
            ArrayNode pairs = TinyTokenizers.MAPPER.createArrayNode();
            model.path("merges").forEach(merge -> {
                ArrayNode pair = pairs.addArray();
                for (String part : merge.asString("").split(" ", -1)) {
                    pair.add(part);
                }
            });
            model.set("merges", pairs);
        });
    }

    @Test
    void addedTokensThatTakeSpaceStandAloneOrAreNormalized() {
        assertAgreement(
                definition -> {
                    definition.putObject("normalizer").put("type", "NFC");
                    ArrayNode added = (ArrayNode) definition.path("added_tokens");
                    int next = TinyTokenizers.OWN.size();
                    added.add(added(
                            "<|", next, "\"lstrip\":true,\"rstrip\":false,\"single_word\":false,\"normalized\":false"));
                    added.add(added(
                            "😀",
                            next + 1,
                            "\"lstrip\":false,\"rstrip\":true,\"single_word\":false,\"normalized\":true"));
                    added.add(added(
                            "The supercomputer",
                            next + 2,
                            "\"lstrip\":false,\"rstrip\":false,\"single_word\":true,\"normalized\":true"));
                    added.add(added(
                            "\u00e9X",
                            next + 3,
                            "\"lstrip\":false,\"rstrip\":false,\"single_word\":false,\"normalized\":true"));
                },
                "The supercomputers xThe supercomputer The supercomputer_ The supercomputer, éX e\u0301X x <| y  😀  z");
    }

    @Test
    void aPromptBeginsWithWhatThePostProcessorPutsBeforeIt() {
        TinyTokenizers.saved(
                folder,
                definition -> definition.set("post_processor", TinyTokenizers.object("""
                        {"type":"Sequence","processors":[
                         {"type":"ByteLevel","add_prefix_space":true,"trim_offsets":false,"use_regex":true},
                         {"type":"TemplateProcessing",
                          "single":[{"SpecialToken":{"id":"<|im_start|>","type_id":0}},{"Sequence":{"id":"A","type_id":0}},
                                    {"SpecialToken":{"id":"<|im_end|>","type_id":0}}],
                          "pair":[],
                          "special_tokens":{
                           "<|im_start|>":{"id":"<|im_start|>","ids":[%d],"tokens":["<|im_start|>"]},
                           "<|im_end|>":{"id":"<|im_end|>","ids":[%d],"tokens":["<|im_end|>"]}}}]}""".formatted(
                                TinyTokenizers.OWN.id("<|im_start|>").orElseThrow(),
                                TinyTokenizers.OWN.id("<|im_end|>").orElseThrow()))));
        Tokenizer tokenizer = Tokenizer.load(folder);

        assertThat(tokenizer.encodePrompt("안녕 world"))
                .isEqualTo(tokenizer.encodeWithSpecialTokens("<|im_start|>안녕 world"));
        assertThat(tokenizer.encode("안녕 world")).isEqualTo(TinyTokenizers.OWN.encodePrompt("안녕 world"));
    }

    private static ObjectNode added(String content, int id, String flags) {
        ObjectNode token = TinyTokenizers.object("{\"special\":false," + flags + "}");
        return token.put("id", id).put("content", content);
    }
}
