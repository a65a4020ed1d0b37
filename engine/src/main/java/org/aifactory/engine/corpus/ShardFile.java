package org.aifactory.engine.corpus;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.aifactory.engine.corpus.ShardManifest.FileEntry;

/** A file being written, little endian, with a running checksum. */
final class ShardFile implements Closeable {
    private static final int BUFFER_BYTES = 1 << 20;

    private final Path path;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final CRC32C checksum = new CRC32C();
    private long bytes;

    ShardFile(Path path) throws IOException {
        this.path = path;
        this.channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** The buffer, with room for that many bytes. */
    ByteBuffer room(int wanted) throws IOException {
        if (buffer.remaining() < wanted) {
            flush();
        }
        return buffer;
    }

    private void flush() throws IOException {
        buffer.flip();
        bytes += buffer.remaining();
        checksum.update(buffer.duplicate());
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    /** Makes the file durable and closes it. */
    FileEntry finish() throws IOException {
        flush();
        channel.force(true);
        channel.close();
        return new FileEntry(String.valueOf(path.getFileName()), bytes, checksum.getValue());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
