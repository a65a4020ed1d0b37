package org.aifactory.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;

/** What the file system is asked for in several places. */
final class Disk {
    private Disk() {}

    /** Work with files whose failure is no fault of whoever asked. */
    @FunctionalInterface
    interface Work<T> {
        T get() throws IOException;
    }

    static <T> T unchecked(Work<T> work) {
        try {
            return work.get();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Makes what was written to a file, or the names in a folder, survive the loss of power. */
    static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** When a file was last written to; empty when it is gone meanwhile. */
    static Optional<Instant> changed(Path file) {
        try {
            return Optional.of(Files.getLastModifiedTime(file).toInstant());
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** Removes the files of a folder that were last written to before the time; how many there were. */
    static int removeOlder(Path folder, Instant time) throws IOException {
        int removed = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                if (changed(file).filter(changed -> changed.isBefore(time)).isPresent() && Files.deleteIfExists(file)) {
                    removed++;
                }
            }
        }
        return removed;
    }
}
