package org.aifactory.engine.corpus;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.corpus.CorpusSummary.SkippedFile;
import org.aifactory.engine.corpus.FileScan.Indexed;
import org.aifactory.engine.corpus.FileScan.Invalid;
import org.aifactory.engine.corpus.FileScan.Unusable;
import org.aifactory.engine.corpus.Fingerprint.FileDigest;
import org.aifactory.engine.corpus.JsonLine.BrokenLineException;
import org.aifactory.engine.corpus.SourceFile.Form;

/**
 * Reads a file, or its beginning, once from end to end in memory that does not grow with it: its digest, where its documents lie, how long they
 * are, and which bytes are not UTF-8. Every JSONL line is parsed, so that a broken one is named before training starts.
 */
final class FileScanner {
    private static final int BUFFER_BYTES = 1 << 18;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final SourceFile file;
    private final MessageDigest sha = Sha256.start();
    private final Invalid invalid;
    private final Utf8 utf8 = new Utf8();
    private final DocumentTable documents = new DocumentTable();
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);

    /** Whether no byte so far was anything but white space. */
    private boolean blank = true;

    /** Offset in the file of the buffer's position 0. */
    private long bufferOffset;

    private byte[] line = new byte[1 << 12];
    private int lineLength;
    private long lineOffset;
    private long lineNumber = 1;

    private final long portion;
    private final boolean isCut;

    private FileScanner(SourceFile file, long portion, boolean isCut) {
        this.file = file;
        this.portion = portion;
        this.isCut = isCut;
        this.invalid = new Invalid(file.name());
    }

    /**
     * Scans a file.
     *
     * @param portion bytes to read of it at most
     * @param isCut whether it goes on behind them: then what the cut has left of a character or a line of JSONL is left out
     */
    static FileScan scan(SourceFile file, long portion, boolean isCut) {
        try (ReadableByteChannel channel = Files.newByteChannel(file.path(), StandardOpenOption.READ)) {
            return scan(file, channel, portion, isCut);
        } catch (IOException e) {
            throw FileTrouble.reading(file.path(), e);
        }
    }

    /** Scans what the channel gives as if it were the file. */
    static FileScan scan(SourceFile file, ReadableByteChannel channel, long portion, boolean isCut) throws IOException {
        return new FileScanner(file, portion, isCut).scan(channel);
    }

    private FileScan scan(ReadableByteChannel channel) throws IOException {
        boolean last = !fill(channel);
        String reason = FileHead.unusable(Arrays.copyOf(buffer.array(), Math.min(buffer.limit(), FileHead.BYTES)));
        if (!reason.isEmpty()) {
            return new Unusable(new SkippedFile(file.name(), reason));
        }
        int markBytes = startsWithMark() ? BYTE_ORDER_MARK.length : 0;
        buffer.position(markBytes);
        lineOffset = markBytes;
        boolean lines = file.form() == Form.JSON_LINES;
        while (true) {
            blank = blank && onlyWhiteSpace();
            boolean ends = last && !isCut;
            if (lines) {
                takeLines(ends);
            } else {
                utf8.check(buffer, bufferOffset, ends, invalid::add);
            }
            bufferOffset += buffer.position();
            buffer.compact();
            if (last) {
                break;
            }
            last = !fill(channel);
        }
        if (blank) {
            return new Unusable(new SkippedFile(file.name(), "nothing but white space"));
        }
        if (!lines) {
            long textBytes = bufferOffset - markBytes - utf8.replacedBytes() + 3 * invalid.count();
            documents.add(0, markBytes, bufferOffset, textBytes, false);
        }
        String digest = HexFormat.of().formatHex(sha.digest());
        return new Indexed(file, new FileDigest(file.name(), bufferOffset, digest), documents, invalid);
    }

    /** Fills the buffer for reading; false when the file or what is to be read of it has ended. */
    private boolean fill(ReadableByteChannel channel) throws IOException {
        int kept = buffer.position();
        long left = portion - bufferOffset - kept;
        if (left < buffer.remaining()) {
            buffer.limit(kept + (int) left);
        }
        int read = 0;
        while (read >= 0 && buffer.hasRemaining()) {
            read = channel.read(buffer);
        }
        buffer.flip();
        sha.update(buffer.array(), kept, buffer.limit() - kept);
        return read >= 0 && buffer.limit() - kept < left;
    }

    private boolean onlyWhiteSpace() {
        for (int i = buffer.position(); i < buffer.limit(); i++) {
            if (!Character.isWhitespace(buffer.get(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean startsWithMark() {
        return buffer.limit() >= BYTE_ORDER_MARK.length
                && Arrays.equals(buffer.array(), 0, BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length);
    }

    private void takeLines(boolean last) {
        byte[] bytes = buffer.array();
        int start = buffer.position();
        for (int i = start; i < buffer.limit(); i++) {
            if (bytes[i] == '\n') {
                append(bytes, start, i);
                endLine(bufferOffset + i + 1);
                start = i + 1;
            }
        }
        append(bytes, start, buffer.limit());
        buffer.position(buffer.limit());
        if (last) {
            endLine(bufferOffset + buffer.limit());
        }
    }

    private void append(byte[] bytes, int from, int to) {
        int length = lineLength + to - from;
        if (length > JsonLine.LINE_BYTES_MAX) {
            throw broken("is longer than " + (JsonLine.LINE_BYTES_MAX >> 20)
                    + " MiB; split it into several documents, or give it as a .txt file");
        }
        if (length > line.length) {
            line = Arrays.copyOf(line, Math.max(length, Math.min(JsonLine.LINE_BYTES_MAX, 2 * line.length)));
        }
        System.arraycopy(bytes, from, line, lineLength, to - from);
        lineLength = length;
    }

    private void endLine(long next) {
        String text = utf8.decode(line, lineLength, lineOffset, invalid::add);
        if (!text.isBlank()) {
            try {
                JsonLine.Content content = JsonLine.parse(text);
                documents.add(
                        0,
                        lineOffset,
                        lineOffset + lineLength,
                        content.utf8Bytes(),
                        content instanceof JsonLine.Content.Turns);
            } catch (BrokenLineException e) {
                throw broken(e.getMessage() + "; mend or remove the line");
            }
        }
        lineOffset = next;
        lineLength = 0;
        lineNumber++;
    }

    private EngineException broken(String why) {
        return new EngineException(Kind.INPUT, file.path() + ", line " + lineNumber + ", " + why + ".");
    }
}
