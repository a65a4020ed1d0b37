package org.aifactory.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an upload that have come so far. Only one at a time can have it open, in whichever process; the operating system forgets
 * that of a process that was killed. The lock is lost when any channel of this file is closed, so there is no second one.
 */
final class PartialFile implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;

    private PartialFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Makes the file where there is none; empty when somebody else has it open. */
    static Optional<PartialFile> open(Path path) throws IOException {
        boolean isNew = Files.notExists(path);
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (lock(channel) == null) {
            channel.close();
            return Optional.empty();
        }
        if (isNew) {
            Disk.sync(java.util.Objects.requireNonNull(path.getParent()));
        }
        return Optional.of(new PartialFile(path, channel));
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldInThisProcess) {
            return null;
        }
    }

    long size() throws IOException {
        return channel.size();
    }

    /** Forgets what was written beyond what counts, and goes on there. */
    void goOnAt(long offset) throws IOException {
        channel.truncate(offset);
        channel.position(offset);
    }

    void write(byte[] bytes, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    void sync() throws IOException {
        channel.force(true);
    }

    Blob name() throws IOException {
        return BlobFiles.name(channel);
    }

    Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
