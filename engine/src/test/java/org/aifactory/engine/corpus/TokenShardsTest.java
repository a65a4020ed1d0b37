package org.aifactory.engine.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.ScratchFolder;
import org.aifactory.engine.chat.EncodedConversation;
import org.aifactory.engine.chat.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenShardsTest {
    private static final int END = 0x110000;
    /** A token for each code point. A conversation learns the assistant's. */
    private static final Encoding CODE_POINTS =
            new Encoding(END + 1, END, text -> text.codePoints().toArray(), TokenShardsTest::encode);
    /** A token for each byte. */
    private static final Encoding BYTES = new Encoding(
            257,
            256,
            text -> {
                byte[] bytes = text.getBytes(UTF_8);
                return IntStream.range(0, bytes.length)
                        .map(i -> bytes[i] & 0xFF)
                        .toArray();
            },
            TokenShardsTest::encode);

    @TempDir
    private Path folder;

    private static EncodedConversation encode(List<Message> messages) {
        int[] ids =
                messages.stream().flatMapToInt(m -> m.content().codePoints()).toArray();
        boolean[] learned = new boolean[ids.length];
        int at = 0;
        for (Message message : messages) {
            for (int i = 0;
                    i < message.content().codePointCount(0, message.content().length());
                    i++) {
                learned[at++] = message.role().equals(Message.ASSISTANT);
            }
        }
        return new EncodedConversation(ids, learned);
    }

    @Test
    void documentsComeBackWithTheirEndTokenTheirPlacesAndTheirBytes() {
        DocumentSet documents = documents("{\"text\": \"한국\"}\n{\"text\": \"\"}\n{\"text\": \"abc\"}");

        try (TokenShards shards = write(documents, CODE_POINTS)) {
            assertThat(tokens(shards)).containsExactly('한', '국', END, 'a', 'b', 'c', END);
            assertThat(shards.documents()).isEqualTo(2);
            assertThat(shards.documentStart(0)).isZero();
            assertThat(shards.documentStart(1)).isEqualTo(3);
            assertThat(shards.documentStart(2)).isEqualTo(7);
            assertThat(shards.documentBytes(0)).isEqualTo(6);
            assertThat(shards.documentBytes(1)).isEqualTo(3);
            assertThat(shards.utf8Bytes()).isEqualTo(9);
            assertThat(LongStream.range(0, 7)).allMatch(shards::learned);
        }
    }

    @Test
    void aConversationThatCannotBeEncodedIsNamedByFileAndLine() {
        DocumentSet documents =
                documents("{\"text\": \"t\"}\n\n{\"messages\": [{\"role\": \"assistant\", \"content\": \"cd\"}]}\n");
        Encoding refusing = new Encoding(257, 256, BYTES.text(), conversation -> {
            throw new EngineException(Kind.INPUT, "Roles must alternate.");
        });

        assertThatThrownBy(() -> write(documents, refusing)).isInstanceOfSatisfying(EngineException.class, refusal -> {
            assertThat(refusal.kind()).isEqualTo(Kind.INPUT);
            assertThat(refusal).hasMessageContaining(", line 3: Roles must alternate. Mend or remove the line.");
        });
    }

    @Test
    void conversationsKeepTheirFlags() {
        DocumentSet documents = documents(
                "{\"text\": \"t\"}\n{\"messages\": [{\"role\": \"user\", \"content\": \"ab\"}, {\"role\": \"assistant\", \"content\": \"cd\"}]}");

        try (TokenShards shards = write(documents, BYTES)) {
            assertThat(tokens(shards)).containsExactly('t', 256, 'a', 'b', 'c', 'd');
            assertThat(LongStream.range(0, 6).mapToObj(shards::learned))
                    .containsExactly(true, true, false, false, true, true);
            assertThat(shards.documentStart(2)).isEqualTo(6);
        }
    }

    /** Any texts, in files of any length, in 16 or in 32 bits: the same tokens in the same order, from every position. */
    @Property(tries = 20)
    void shardsRoundTrip(
            @ForAll @Size(max = 20) List<@StringLength(max = 50) String> texts,
            @ForAll @IntRange(min = 10, max = 100) int tokensPerFile,
            @ForAll boolean narrow)
            throws IOException {
        try (ScratchFolder scratch = ScratchFolder.make()) {
            Path root = scratch.path();
            List<String> kept = texts.stream()
                    .map(text -> Utf8.withoutLoneSurrogates(text).replaceAll("[\"\\\\\\p{Cntrl}]", " "))
                    .toList();
            String lines =
                    kept.stream().map(text -> "{\"text\": \"" + text + "\"}\n").collect(Collectors.joining());
            Path file = Texts.write(root.resolve("a.jsonl"), ("{\"text\": \"first\"}\n" + lines).getBytes(UTF_8));
            Encoding encoding = narrow ? BYTES : CODE_POINTS;
            long[] expected = Stream.concat(Stream.of("first"), kept.stream())
                    .filter(text -> !text.isEmpty())
                    .flatMapToInt(text -> IntStream.concat(
                            IntStream.of(encoding.text().apply(text)), IntStream.of(encoding.endOfDocument())))
                    .asLongStream()
                    .toArray();

            DocumentSet documents = Corpus.open(List.of(file)).documents();
            try (TokenShards shards = TokenShardWriter.write(
                    root.resolve("shards"), documents, encoding, Long.MAX_VALUE, _ -> {}, tokensPerFile)) {
                assertThat(tokens(shards)).isEqualTo(expected);
                long[] one = new long[1];
                for (int i = 0; i < expected.length; i++) {
                    shards.copy(i, 1, one);
                    assertThat(one[0]).isEqualTo(expected[i]);
                }
                assertThat(shards.utf8Bytes()).isEqualTo(documents.bytes());
            }
        }
    }

    @Test
    void longTextIsEncodedInOrderOnAllCores() {
        String text = IntStream.range(0, 300_000).mapToObj(i -> i + " ").collect(Collectors.joining());
        Path file = Texts.write(folder.resolve("a.txt"), text.getBytes(UTF_8));
        AtomicLong progress = new AtomicLong();

        try (TokenShards shards = TokenShardWriter.write(
                folder.resolve("shards"),
                Corpus.open(List.of(file)).documents(),
                BYTES,
                Long.MAX_VALUE,
                progress::set)) {
            assertThat(shards.documents()).isEqualTo(1);
            assertThat(shards.tokens()).isEqualTo(text.length() + 1);
            long[] tokens = tokens(shards);
            assertThat(IntStream.range(0, text.length())).allMatch(i -> tokens[i] == text.charAt(i));
            assertThat(progress).hasValue(text.length());
        }
    }

    @Test
    void writingStopsAtTheWantedNumberOfTokens() {
        DocumentSet documents = documents("{\"text\": \"abc\"}\n{\"text\": \"defg\"}\n{\"text\": \"h\"}");

        try (TokenShards shards = TokenShardWriter.write(folder.resolve("shards"), documents, BYTES, 6, _ -> {})) {
            assertThat(tokens(shards)).containsExactly('a', 'b', 'c', 256, 'd', 'e');
            assertThat(shards.documents()).isEqualTo(2);
        }
    }

    @Test
    void shardsReplaceShardsButNoOtherFiles() throws IOException {
        write(documents("{\"text\": \"abc\"}"), BYTES).close();
        try (TokenShards shards = write(documents("{\"text\": \"d\"}"), BYTES)) {
            assertThat(tokens(shards)).containsExactly('d', 256);
        }

        Path other = folder.resolve("other");
        Path letter = Texts.write(other.resolve("letter.txt"), new byte[] {'x'});
        assertThatThrownBy(() ->
                        TokenShardWriter.write(other, documents("{\"text\": \"d\"}"), BYTES, Long.MAX_VALUE, _ -> {}))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT));
        assertThat(letter).exists();
    }

    @Test
    void failureWhileEncodingLeavesNothingBehind() throws IOException {
        Encoding failing = new Encoding(257, 256, _ -> new int[] {257}, TokenShardsTest::encode);

        assertThatThrownBy(() -> write(documents("{\"text\": \"abc\"}"), failing))
                .hasMessageContaining("token 257");
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void folderThatCannotBeMadeIsSaidClearly() throws IOException {
        Path file = Texts.write(folder.resolve("file"), new byte[] {'x'});

        assertThatThrownBy(() -> TokenShardWriter.write(
                        file.resolve("shards"), documents("{\"text\": \"d\"}"), BYTES, Long.MAX_VALUE, _ -> {}))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.kind()).isEqualTo(Kind.RESOURCE));
    }

    @Test
    void damagedFilesAreRefusedByName() throws IOException {
        for (String name : List.of("tokens-00000.bin", "learned-00000.bin", "documents.bin", "shards.json")) {
            assertRefused(name, bytes -> Arrays.copyOf(bytes, bytes.length - 1));
            assertRefused(name, bytes -> {
                bytes[0] ^= 1;
                return bytes;
            });
            assertRefused(name, bytes -> new byte[0]);
        }
        assertRefused(
                "shards.json",
                bytes -> new String(bytes, UTF_8)
                        .replaceFirst("\"tokensPerFile\" : \\d+", "\"tokensPerFile\" : 0")
                        .getBytes(UTF_8));
        assertThatThrownBy(() -> TokenShards.open(folder.resolve("missing")))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("shards.json cannot be read");
    }

    private void assertRefused(String name, UnaryOperator<byte[]> damage) throws IOException {
        write(documents("{\"messages\": [{\"role\": \"assistant\", \"content\": \"abc\"}]}"), BYTES)
                .close();
        Path file = folder.resolve("shards").resolve(name);
        Files.write(file, damage.apply(Files.readAllBytes(file)));
        assertThatThrownBy(() -> TokenShards.open(folder.resolve("shards")))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining(name + " is damaged");
    }

    private List<Path> leftovers() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !file.endsWith("a.jsonl")).toList();
        }
    }

    private TokenShards write(DocumentSet documents, Encoding encoding) {
        return TokenShardWriter.write(folder.resolve("shards"), documents, encoding, Long.MAX_VALUE, _ -> {});
    }

    private DocumentSet documents(String jsonLines) {
        return Corpus.open(List.of(Texts.write(folder.resolve("a.jsonl"), jsonLines.getBytes(UTF_8))))
                .documents();
    }

    private static long[] tokens(TokenShards shards) {
        long[] tokens = new long[(int) shards.tokens()];
        shards.copy(0, tokens.length, tokens);
        return tokens;
    }
}
