package org.aifactory.engine.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;

/** The bytes of a file from one offset to another, refusing a file that has become shorter since it was opened first. */
final class FileRange extends InputStream {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path path;
    private final FileChannel channel;
    private final long to;
    private long position;

    FileRange(Path path, long from, long to) {
        this.path = path;
        this.position = from;
        this.to = to;
        try {
            this.channel = FileChannel.open(path, StandardOpenOption.READ);
        } catch (IOException e) {
            throw FileTrouble.reading(path, e);
        }
    }

    /** All bytes of a range that is known to fit in memory. */
    static byte[] bytes(Path path, long from, long to) {
        byte[] bytes = new byte[Math.toIntExact(to - from)];
        try (FileRange range = new FileRange(path, from, to)) {
            int read = 0;
            while (read < bytes.length) {
                read += range.read(bytes, read, bytes.length - read);
            }
        }
        return bytes;
    }

    /** Lines that end before an offset. */
    static long lineBreaks(Path path, long to) {
        long lineBreaks = 0;
        byte[] buffer = new byte[BUFFER_BYTES];
        try (FileRange range = new FileRange(path, 0, to)) {
            for (int read = range.read(buffer, 0, buffer.length);
                    read >= 0;
                    read = range.read(buffer, 0, buffer.length)) {
                for (int i = 0; i < read; i++) {
                    lineBreaks += buffer[i] == '\n' ? 1 : 0;
                }
            }
        }
        return lineBreaks;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (position >= to) {
            return -1;
        }
        int wanted = (int) Math.min(Math.min(length, BUFFER_BYTES), to - position);
        try {
            int read = channel.read(ByteBuffer.wrap(target, offset, wanted), position);
            if (read < 0) {
                throw new EngineException(
                        Kind.INPUT, path + " became shorter while it was read; leave the text alone and start again.");
            }
            position += read;
            return read;
        } catch (IOException e) {
            throw FileTrouble.reading(path, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw FileTrouble.reading(path, e);
        }
    }
}
