package org.aifactory.engine;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.aifactory.engine.EngineException.Kind;

/**
 * A file that appears whole or not at all, also when the power fails: the bytes go to a neighbour called {@code *.partial},
 * which is flushed to the disk and renamed by {@link #commit()}. Closing without a commit leaves nothing behind.
 */
public final class AtomicFile implements AutoCloseable {

    /** Bytes handed to the operating system at once; a byte buffer cannot span more than 2 GiB. */
    private static final long SLICE = 64L << 20;

    private final Path target;
    private final Path partial;
    private final FileChannel channel;

    private AtomicFile(Path target, Path partial, FileChannel channel) {
        this.target = target;
        this.partial = partial;
        this.channel = channel;
    }

    /** Begins a file. An existing one under this name stays as it is until {@link #commit()}. */
    public static AtomicFile create(Path target) {
        Path absolute = target.toAbsolutePath();
        Path partial = absolute.resolveSibling(absolute.getFileName() + ".partial");
        try {
            return new AtomicFile(
                    absolute,
                    partial,
                    FileChannel.open(
                            partial,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.TRUNCATE_EXISTING));
        } catch (IOException failure) {
            throw cannotWrite(absolute, failure);
        }
    }

    /** Writes a small file in one go. */
    public static void write(Path target, byte[] bytes) {
        try (AtomicFile file = create(target)) {
            file.write(MemorySegment.ofArray(bytes));
            file.commit();
        }
    }

    /** Appends bytes. */
    public void write(MemorySegment bytes) {
        for (long start = 0; start < bytes.byteSize(); start += SLICE) {
            append(bytes.asSlice(start, Math.min(SLICE, bytes.byteSize() - start))
                    .asByteBuffer());
        }
    }

    private void append(ByteBuffer buffer) {
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException failure) {
            throw cannotWrite(target, failure);
        }
    }

    /** Replaces bytes at the head of the file; appending goes on where it was. */
    public void rewriteHead(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer, buffer.position());
            }
        } catch (IOException failure) {
            throw cannotWrite(target, failure);
        }
    }

    /** Makes the file durable and gives it its name. */
    public void commit() {
        try {
            channel.force(true);
            channel.close();
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            // A rename is durable only once the folder that holds the name is on the disk.
            Folders.flush(target.resolveSibling("."));
        } catch (IOException failure) {
            throw cannotWrite(target, failure);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
            Files.deleteIfExists(partial);
        } catch (IOException failure) {
            throw cannotWrite(target, failure);
        }
    }

    /** What is told where a file cannot be written. */
    public static EngineException cannotWrite(Path target, IOException cause) {
        return new EngineException(
                Kind.RESOURCE,
                "Writing " + target + " failed (" + Reason.of(cause)
                        + "). Check that the folder exists, may be written to and has free space, then try again.",
                cause);
    }
}
