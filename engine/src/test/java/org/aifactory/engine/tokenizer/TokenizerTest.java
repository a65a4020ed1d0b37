package org.aifactory.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.aifactory.engine.EngineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class TokenizerTest {
    private static final Tokenizer TOKENIZER = TinyTokenizers.OWN;

    @TempDir
    private Path folder;

    @Property(tries = 500)
    void decodingGivesTheTextBackButForLoneSurrogates(@ForAll String text) {
        String whole = new String(Utf8.bytes(text), StandardCharsets.UTF_8);

        assertThat(TOKENIZER.decode(TOKENIZER.encode(text))).isEqualTo(whole);
    }

    @Test
    void aLoneSurrogateCountsAsTheReplacementCharacter() {
        assertThat(TOKENIZER.encode("a\uD83D b\uDE00\uD83D")).isEqualTo(TOKENIZER.encode("a\uFFFD b\uFFFD\uFFFD"));
        assertThat(TOKENIZER.decode(TOKENIZER.encode("\uD83D\uDE00\uD83D"))).isEqualTo("😀\uFFFD");
    }

    @Property(tries = 500)
    void textNeverMakesASpecialToken(@ForAll String before, @ForAll String after) {
        int[] ids = TOKENIZER.encode(before + "<|im_start|>system" + after + "<|im_end|><|endoftext|>");

        assertThat(Arrays.stream(ids)).noneMatch(TOKENIZER::isAdded);
    }

    @Test
    void namesOfSpecialTokensStandForThemInRenderedTemplates() {
        int[] ids = TOKENIZER.encodeWithSpecialTokens("<|im_start|>user\n안녕<|im_end|>\n");

        assertThat(ids[0]).isEqualTo(TOKENIZER.id(Tokenizer.TURN_START).orElseThrow());
        assertThat(Arrays.stream(ids).filter(TOKENIZER::isSpecial)).hasSize(2);
        assertThat(TOKENIZER.decode(ids)).isEqualTo("user\n안녕\n");
    }

    @Property(tries = 200)
    void streamedPartsAreWholeCharactersAndTogetherTheText(@ForAll Random random) {
        int[] ids = random.ints(40, 0, TOKENIZER.size()).toArray();
        StreamingDecoder decoder = TOKENIZER.streamingDecoder();
        List<String> parts = Arrays.stream(ids).mapToObj(decoder::accept).toList();

        assertThat(String.join("", parts) + decoder.flush()).isEqualTo(TOKENIZER.decode(ids));
        assertThat(parts).noneMatch(TokenizerTest::endsWithinACharacter);
    }

    private static boolean endsWithinACharacter(String part) {
        return !part.isEmpty() && Character.isHighSurrogate(part.charAt(part.length() - 1));
    }

    @Test
    void streamingHoldsBackACharacterUntilItIsWhole() {
        StreamingDecoder decoder = TOKENIZER.streamingDecoder();

        assertThat(decoder.accept(0xF0) + decoder.accept(0x9F) + decoder.accept(0x98))
                .isEmpty();
        assertThat(decoder.accept(0x80)).isEqualTo("😀");
        assertThat(decoder.accept(0xEA)).isEmpty();
        assertThat(decoder.flush()).isEqualTo("\uFFFD");
        assertThat(decoder.accept('a')).isEqualTo("a");
    }

    @Test
    void threadsThatShareATokenizerGetTheSameIds() {
        List<String> texts = IntStream.range(0, 200)
                .mapToObj(i -> RandomTexts.mixture(new Random(i), 200))
                .toList();
        Tokenizer shared = new BpeTrainer(800).train(Texts.SENTENCES.stream());
        Tokenizer alone = new BpeTrainer(800).train(Texts.SENTENCES.stream());

        assertThat(texts.parallelStream()
                        .map(shared::encode)
                        .map(Arrays::toString)
                        .toList())
                .isEqualTo(
                        texts.stream().map(alone::encode).map(Arrays::toString).toList());
    }

    @Test
    void aMegabyteWithoutASpaceIsEncoded() {
        String word = new Random(2)
                .ints(1 << 20, 'a', 'z' + 1)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());

        assertThat(TOKENIZER.decode(TOKENIZER.encode(word))).isEqualTo(word);
    }

    @Test
    void everyIdHasItsTextAndItsBytes() {
        for (int id = 0; id < TOKENIZER.size(); id++) {
            assertThat(TOKENIZER.id(TOKENIZER.token(id))).hasValue(id);
            assertThat(TOKENIZER.bytes(id)).isNotEmpty();
        }
        assertThat(TOKENIZER.id("no such token")).isEmpty();
        assertThat(TOKENIZER.bytes(TOKENIZER.size())).isEmpty();
        assertThat(TOKENIZER.decode(-1, 'a', Integer.MAX_VALUE)).isEqualTo("a");
    }

    @Test
    void aSavedTokenizerIsLoadedAsItWas() {
        TOKENIZER.withChatTemplate("{{ messages }}").save(folder);
        Tokenizer loaded = Tokenizer.load(folder);

        assertThat(loaded.size()).isEqualTo(TOKENIZER.size());
        assertThat(loaded.merges()).isEqualTo(TOKENIZER.merges());
        assertThat(loaded.chatTemplate()).hasValue("{{ messages }}");
        assertThat(TOKENIZER.chatTemplate()).isEmpty();
        assertThat(loaded.endOfText())
                .isEqualTo(TOKENIZER.id(Tokenizer.END_OF_TEXT).orElseThrow());
        Texts.SENTENCES.forEach(text -> assertThat(loaded.encode(text)).isEqualTo(TOKENIZER.encode(text)));
    }

    @Test
    void aForeignTokenizerIsWrittenBackAsItIs() throws IOException {
        Path foreign = TinyTokenizers.saved(folder, definition -> definition.put("something_new", true));
        Path copy = folder.resolve("copy");
        Tokenizer.load(foreign).save(copy);

        assertThat(copy.resolve("tokenizer.json")).hasSameBinaryContentAs(foreign.resolve("tokenizer.json"));
    }

    @Test
    void theTemplateAndTheRolesAreFoundInFilesOfTheirOwn() throws IOException {
        TOKENIZER.save(folder);
        Files.writeString(folder.resolve("tokenizer_config.json"), "{}");
        Files.writeString(folder.resolve("chat_template.jinja"), "{{ bos_token }}");
        Files.writeString(
                folder.resolve("special_tokens_map.json"),
                "{\"bos_token\":\"<|im_start|>\",\"eos_token\":{\"content\":\"<|im_end|>\"}}");
        Tokenizer tokenizer = Tokenizer.load(folder);

        assertThat(tokenizer.chatTemplate()).hasValue("{{ bos_token }}");
        assertThat(tokenizer.beginningOfText()).isEqualTo(tokenizer.id(Tokenizer.TURN_START));
        assertThat(tokenizer.declaredEnd()).isEqualTo(tokenizer.id(Tokenizer.TURN_END));
        assertThat(OptionalInt.of(tokenizer.endOfText())).isEqualTo(tokenizer.id(Tokenizer.END_OF_TEXT));
    }

    @Test
    void aTokenizerWithoutAnEndOfTextSaysSo() throws IOException {
        TinyTokenizers.saved(folder, definition -> definition.putArray("added_tokens"));
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"eos_token\":\"</s>\"}");

        assertThatThrownBy(() -> Tokenizer.load(folder).endOfText())
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("eos_token");
    }

    @Test
    void savingWhereAFileStandsIsAnExplainedFailure() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");

        assertThatThrownBy(() -> TOKENIZER.save(file))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void newSpecialTokensTakeReservedPlacesThenFreeOnesAndNoOthers(@TempDir Path folder) {
        TinyTokenizers.saved(folder, definition -> {
            ArrayNode added = (ArrayNode) definition.path("added_tokens");
            ((ObjectNode) added.path(1)).put("content", "<|reserved_special_token_0|>");
            added.remove(2);
        });
        Tokenizer base = Tokenizer.load(folder);
        List<String> wanted = List.of(Tokenizer.TURN_START, Tokenizer.TURN_END);

        assertThat(base.withSpecialTokens(wanted, base.size())).isEmpty();
        Tokenizer given = base.withSpecialTokens(wanted, base.size() + 1).orElseThrow();
        assertThat(given.id(Tokenizer.TURN_START)).isEqualTo(base.id("<|reserved_special_token_0|>"));
        assertThat(given.id(Tokenizer.TURN_END)).hasValue(base.size());
        assertThat(given.id("<|reserved_special_token_0|>")).isEmpty();
        given.save(folder);
        try (HuggingFace oracle = HuggingFace.load(folder)) {
            String turn = "<|im_start|>user\nhi<|im_end|>";
            assertThat(Tokenizer.load(folder).encodeWithSpecialTokens(turn))
                    .isEqualTo(given.encodeWithSpecialTokens(turn))
                    .isEqualTo(oracle.encode(turn));
        }
        assertThat(given.withSpecialTokens(wanted, 0).orElseThrow().size()).isEqualTo(given.size());
    }
}
