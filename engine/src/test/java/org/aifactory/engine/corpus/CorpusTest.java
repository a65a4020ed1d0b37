package org.aifactory.engine.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.chat.Message;
import org.aifactory.engine.corpus.CorpusSummary.InvalidBytes;
import org.aifactory.engine.corpus.CorpusSummary.SkippedFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {
    @TempDir
    private Path folder;

    @Test
    void plainFileIsOneDocumentAndStaysAsItIsButForItsByteOrderMark() {
        write("a.txt", "\uFEFFfirst\r\n\r\nsecond\n");

        Corpus corpus = open();

        assertThat(texts(corpus.documents())).containsExactly("first\r\n\r\nsecond\n");
        assertThat(corpus.summary().bytes()).isEqualTo(16);
    }

    @Test
    void linesOfJsonAreDocumentsAndConversations() {
        write("a.jsonl", """
                {"text": "안녕하세요", "source": "ignored"}

                {"messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}""");

        Corpus corpus = open();

        assertThat(texts(corpus.documents())).containsExactly("안녕하세요");
        assertThat(corpus.documents().conversations().stream())
                .singleElement()
                .isInstanceOfSatisfying(Document.Conversation.class, conversation -> {
                    assertThat(conversation.messages())
                            .containsExactly(
                                    Message.system("Be kind."), Message.user("Hi"), Message.assistant("Hello"));
                    assertThat(conversation.place().get()).endsWith("a.jsonl, line 3");
                });
        assertThat(corpus.summary().textDocuments()).isEqualTo(1);
        assertThat(corpus.summary().conversations()).isEqualTo(1);
        assertThat(corpus.summary().bytes()).isEqualTo(15 + 8 + 2 + 5);
        assertThat(corpus.documents().pieces()).containsExactly("안녕하세요", "Be kind.", "Hi", "Hello");
    }

    @Test
    void foldersAreWalkedInTheOrderOfNamesAndNothingHiddenOrLinkedIsRead(@TempDir Path outside) throws IOException {
        write("b/z.md", "3");
        write("b/a.TXT", "2");
        write("a.txt", "1");
        write(".hidden/x.txt", "hidden");
        write(".x.txt", "hidden");
        Files.writeString(outside.resolve("o.txt"), "outside");
        Files.createSymbolicLink(folder.resolve("link"), outside);
        Files.createSymbolicLink(folder.resolve("link.txt"), outside.resolve("o.txt"));

        Corpus corpus = open();

        assertThat(texts(corpus.documents())).containsExactly("1", "2", "3");
        assertThat(corpus.summary().skipped())
                .extracting(SkippedFile::reason)
                .containsExactly("a symbolic link", "a symbolic link");
    }

    @Test
    void fileReachedTwiceIsReadOnceAndOneNamedItselfIsReadWhateverItsExtension() {
        Path file = write("README", "read me");

        Corpus corpus = Corpus.open(List.of(file, write("a.txt", "a"), folder));

        assertThat(texts(corpus.documents())).containsExactly("read me", "a");
    }

    @Test
    void filesWithoutTextAreSkippedAndListed() {
        write("good.txt", "good");
        write("image.png", "png");
        write("empty.md", "");
        writeBytes("nul.txt", new byte[] {'a', 0, 'b'});
        writeBytes("controls.txt", new byte[] {1, 2, 3, 'a'});
        writeBytes("wide.txt", "wide".getBytes(StandardCharsets.UTF_16));

        assertThat(open().summary().skipped())
                .extracting(file -> file.name().replaceFirst(".*/", "") + ": " + file.reason())
                .containsExactlyInAnyOrder(
                        "image.png: not .txt, .md or .jsonl",
                        "empty.md: empty",
                        "nul.txt: binary",
                        "controls.txt: binary",
                        "wide.txt: UTF-16; save it as UTF-8");
    }

    @Test
    void invalidBytesBecomeReplacementCharactersAndTheirPlacesAreNamed() {
        writeBytes("a.txt", new byte[] {'a', (byte) 0xFF, 'b', (byte) 0xE2, (byte) 0x82, 'c', (byte) 0xF0});
        writeBytes("b.jsonl", new byte[] {'{', '"', 't', 'e', 'x', 't', '"', ':', '"', (byte) 0xC0, '"', '}'});

        Corpus corpus = open();

        assertThat(texts(corpus.documents())).containsExactly("a\uFFFDb\uFFFDc\uFFFD", "\uFFFD");
        assertThat(corpus.summary().invalidBytes()).isEqualTo(4);
        assertThat(corpus.summary().firstInvalidBytes())
                .extracting(InvalidBytes::byteOffset)
                .containsExactly(1L, 3L, 6L, 9L);
        assertThat(corpus.summary().bytes()).isEqualTo(3 + 9 + 3);
        assertThat(corpus.summary().firstInvalidBytes().getFirst().toString()).endsWith("a.txt at byte 1");
    }

    @Test
    void halfASurrogatePairInJsonBecomesAReplacementCharacter() {
        write("a.jsonl", "{\"text\": \"a\\ud800b \\ud83d\\ude00\"}");

        assertThat(texts(open().documents())).containsExactly("a\uFFFDb 😀");
    }

    @Test
    void brokenLinesAreRefusedWithFileAndLine() {
        String good = "{\"text\": \"good\"}\n\n";
        assertRefused(good + "{\"text\": ", "broken.jsonl, line 3, is not valid JSON");
        assertRefused(good + "[1, 2]", "line 3, is neither a document");
        assertRefused(good + "7", "line 3, is neither a document");
        assertRefused(good + "{\"prompt\": \"a\", \"completion\": \"b\"}", "line 3, is neither a document");
        assertRefused(good + "{\"text\": 7}", "line 3, is neither a document");
        assertRefused(good + "{\"text\": \"a\"} trailing", "line 3, is not valid JSON");
        assertRefused(good + "{\"messages\": []}", "line 3, is a conversation without an assistant's turn");
        assertRefused(good + "{\"messages\": [{\"role\": \"user\"}]}", "line 3, has a message whose");
        assertRefused(good + "{\"messages\": [\"hello\"]}", "line 3, has a message whose");
        assertRefused(
                good + "{\"messages\": [{\"role\": \"tool\", \"content\": \"x\"}]}",
                "line 3, has a message of the role \"tool\"");
        assertRefused("[".repeat(100_000), "line 1, is not valid JSON");
    }

    private void assertRefused(String lines, String message) {
        Path file = write("broken.jsonl", lines);
        assertThatThrownBy(() -> Corpus.open(List.of(file)))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.kind()).isEqualTo(EngineException.Kind.INPUT))
                .hasMessageContaining(message)
                .hasMessageEndingWith(".");
    }

    @Test
    void nothingToReadIsSaidClearly() throws IOException {
        assertThatThrownBy(() -> Corpus.open(List.of(folder.resolve("missing"))))
                .hasMessageContaining("does not exist");
        assertThatThrownBy(this::open).hasMessageContaining("There is no text in");
        writeBytes("a.txt", new byte[100]);
        assertThatThrownBy(this::open).hasMessageContaining("a.txt (binary)");
        write("b.txt", "");
        Files.delete(folder.resolve("a.txt"));
        assertThatThrownBy(this::open).hasMessageContaining("b.txt (empty)");
        write("c.jsonl", "\n\n");
        assertThatThrownBy(this::open).hasMessageContaining("There is no text in");
    }

    @Test
    void fileThatChangesAfterItWasOpenedIsNamed() {
        Path lines = write("a.jsonl", "{\"text\": \"one\"}\n{\"text\": \"two\"}\n");
        Path plain = write("b.txt", "some words");
        Corpus corpus = open();

        write("a.jsonl", "{\"text\": \"three\"}\n{\"text\": \"x\"}\n");
        assertThatThrownBy(() -> texts(corpus.documents()))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining(lines.getFileName() + " was changed");
        write("a.jsonl", "{\"text\": \"one\"}\n{\"text\": \"two\"}\n");
        write("b.txt", "some");
        assertThatThrownBy(() -> texts(corpus.documents()))
                .hasMessageContaining(plain.getFileName() + " became shorter");
    }

    @Test
    void fingerprintNamesTheFilesThatDiffer() throws IOException {
        write("a.txt", "a");
        write("b.txt", "b");
        write("c.txt", "c");
        Fingerprint before = open().fingerprint();
        assertThat(open().fingerprint()).isEqualTo(before);
        assertThat(open().fingerprint().digest()).isEqualTo(before.digest()).hasSize(64);

        write("b.txt", "B");
        write("d.txt", "d");
        Files.delete(folder.resolve("c.txt"));
        Fingerprint after = open().fingerprint();

        assertThat(after.digest()).isNotEqualTo(before.digest());
        assertThat(after.differencesFrom(before).stream().map(line -> line.replaceFirst(".*/", "")))
                .containsExactly("b.txt was changed.", "d.txt was added.", "c.txt was removed.");
        assertThat(after.differencesFrom(after)).isEmpty();
    }

    @Test
    void fingerprintIsTheOneThatOtherProgramsCompute() {
        write("a.txt", "abc");

        assertThat(open().fingerprint().files().getFirst().sha256())
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void shufflingDependsOnTheSeedAlone() {
        write(
                "a.jsonl",
                IntStream.range(0, 50)
                        .mapToObj(i -> "{\"text\": \"" + i + "\"}")
                        .collect(Collectors.joining("\n")));
        DocumentSet documents = open().documents();

        List<String> shuffled = texts(documents.shuffled(7));

        assertThat(shuffled).isNotEqualTo(texts(documents)).containsExactlyInAnyOrderElementsOf(texts(documents));
        assertThat(texts(open().documents().shuffled(7))).isEqualTo(shuffled);
        assertThat(texts(documents.shuffled(8))).isNotEqualTo(shuffled);
    }

    @Test
    void whereThereIsNoTimeForAllOfItLargeFilesAreReadFromTheirBeginning() {
        String text = "한국어 ".repeat(300_000);
        write("large.txt", text);
        String line = "{\"text\": \"" + "x".repeat(999) + "\"}\n";
        write("large.jsonl", line.repeat(3000));
        write("small.txt", "A small one.");

        Corpus corpus = Corpus.open(List.of(folder), 2_500_001);

        List<String> texts = texts(corpus.documents());
        assertThat(texts).hasSize(1 + 1 + 1_249_994 / line.length()).contains("A small one.", "x".repeat(999));
        assertThat(texts)
                .filteredOn(whole -> whole.startsWith("한국어"))
                .singleElement()
                .satisfies(beginning -> {
                    assertThat(text).startsWith(beginning);
                    assertThat(beginning.getBytes(StandardCharsets.UTF_8).length)
                            .isBetween(1_249_990, 1_249_995);
                });
        assertThat(corpus.summary().invalidBytes()).isZero();
        assertThat(corpus.summary().unreadBytes()).isEqualTo(3_000_000 + 3000L * line.length() + 12 - 2_500_000);
        assertThat(Corpus.open(List.of(folder), 2_500_001).fingerprint()).isEqualTo(corpus.fingerprint());
    }

    @Test
    void ofTooManyFilesSomeAreReadAndAnyNumberOfBytesCanBeAskedFor() {
        for (int i = 0; i < 40; i++) {
            write(i + ".txt", ("text " + i + " ").repeat(20_000));
        }

        Corpus corpus = Corpus.open(List.of(folder), 2_000_000);

        assertThat(corpus.summary().files()).isBetween(8, 15);
        assertThat(corpus.summary().skipped()).isEmpty();
        assertThat(Corpus.open(List.of(folder), 1).summary().files()).isEqualTo(1);
        assertThat(Corpus.open(List.of(folder)).summary().unreadBytes()).isZero();
    }

    private Corpus open() {
        return Corpus.open(List.of(folder));
    }

    private static List<String> texts(DocumentSet documents) {
        return Texts.of(documents);
    }

    private Path write(String name, String text) {
        return writeBytes(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private Path writeBytes(String name, byte[] bytes) {
        return Texts.write(folder.resolve(name), bytes);
    }
}
