package org.aifactory.engine.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.corpus.SourceFile.Form;
import org.junit.jupiter.api.Test;

class StreamingTest {
    private static final long HUGE = 200L << 20;

    /** However the bytes arrive, the places that are not UTF-8 are those that Java replaces when it has them all. */
    @Property(tries = 300)
    void splittingTheBytesChangesNothing(
            @ForAll @Size(max = 40) byte[] noise, @ForAll @IntRange(min = 1, max = 7) int step) throws IOException {
        byte[] text = "é한😀".getBytes(UTF_8);
        byte[] bytes = ByteBuffer.allocate(text.length + noise.length + 1)
                .put((byte) 'a')
                .put(noise)
                .put(text)
                .array();
        Utf8 utf8 = new Utf8();
        List<Long> places = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.allocate(16);
        long offset = 0;
        InputStream in = new ByteArrayInputStream(bytes);
        boolean last = false;
        while (!last) {
            byte[] part = in.readNBytes(step);
            last = in.available() == 0;
            buffer.put(part).flip();
            utf8.check(buffer, offset, last, places::add);
            offset += buffer.position();
            buffer.compact();
        }

        String decoded = new String(bytes, UTF_8);
        long replaced = decoded.chars().filter(c -> c == 0xFFFD).count();
        assertThat((long) places.size()).isEqualTo(replaced);
        assertThat(bytes.length - utf8.replacedBytes() + 3 * replaced).isEqualTo(decoded.getBytes(UTF_8).length);
        assertThat(Utf8.length(decoded)).isEqualTo(decoded.getBytes(UTF_8).length);
    }

    @Test
    void hugeSingleLineOfTextIsScannedAndCutIntoPiecesInLittleMemory() throws IOException {
        SourceFile file = new SourceFile(Path.of("huge.txt"), "huge.txt", Form.TEXT);

        FileScan scan = FileScanner.scan(file, generated(HUGE), Long.MAX_VALUE, false);

        assertThat(scan).isInstanceOfSatisfying(FileScan.Indexed.class, indexed -> {
            assertThat(indexed.documents().size()).isEqualTo(1);
            assertThat(indexed.documents().textBytes(0)).isEqualTo(HUGE);
        });
        try (Stream<String> pieces = Pieces.of(Channels.newReader(generated(HUGE), UTF_8), HUGE)) {
            long characters = pieces.mapToLong(piece -> {
                        assertThat(piece.length()).isLessThanOrEqualTo(Pieces.PIECE_CHARACTERS);
                        return piece.length();
                    })
                    .sum();
            assertThat(characters).isEqualTo(HUGE);
        }
    }

    @Test
    void lineOfJsonLongerThanTheLimitIsRefusedByNameAndLine() {
        SourceFile file = new SourceFile(Path.of("huge.jsonl"), "huge.jsonl", Form.JSON_LINES);

        assertThatThrownBy(() -> FileScanner.scan(file, generated(HUGE), Long.MAX_VALUE, false))
                .isInstanceOf(EngineException.class)
                .hasMessage("huge.jsonl, line 1, is longer than 64 MiB; split it into several documents, or give it"
                        + " as a .txt file.");
    }

    @Test
    void piecesEndWhereANewWordBegins() {
        String lines = "a line of words \n\n".repeat(40_000);
        String words = "word ".repeat(200_000);

        assertThat(allButTheLast(pieces(lines))).isNotEmpty().allMatch(piece -> piece.endsWith("words \n\n"));
        assertThat(allButTheLast(pieces(words))).isNotEmpty().allMatch(piece -> piece.endsWith("word"));
    }

    private static List<String> allButTheLast(List<String> pieces) {
        return pieces.subList(0, pieces.size() - 1);
    }

    @Test
    void piecesNeverCutACharacterInTwo() {
        String emoji = "a" + "😀".repeat(400_000);

        assertThat(pieces(emoji))
                .hasSizeGreaterThan(2)
                .allMatch(piece -> !Character.isHighSurrogate(piece.charAt(piece.length() - 1)));
    }

    private static List<String> pieces(String text) {
        try (Stream<String> pieces = Pieces.of(new StringReader(text), text.length())) {
            List<String> list = pieces.toList();
            assertThat(String.join("", list)).isEqualTo(text);
            return list;
        }
    }

    /** One line without a space, made while it is read. */
    private static ReadableByteChannel generated(long size) {
        return Channels.newChannel(new InputStream() {
            private long left = size;

            @Override
            public int read() {
                return left-- > 0 ? 'x' : -1;
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                int count = (int) Math.min(left, length);
                Arrays.fill(target, offset, offset + count, (byte) 'x');
                left -= count;
                return count == 0 ? -1 : count;
            }
        });
    }
}
