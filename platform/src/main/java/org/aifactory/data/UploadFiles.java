package org.aifactory.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The folder with what has come of uploads, one file each, under the id that we gave it. */
final class UploadFiles {
    /** After so many bytes a long part is synced and written down, so that an interruption costs no more. */
    static final long NOTE_EVERY = 32L << 20;

    private static final int BUFFER_BYTES = 1 << 17;

    private final Path folder;

    UploadFiles(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
        } catch (IOException failure) {
            throw new UncheckedIOException("The folder for uploads, " + folder + ", cannot be used", failure);
        }
    }

    /** How the reading of a part ended. */
    enum End {
        WHOLE,
        /** The sender went away, or is too slow. */
        BROKEN_OFF,
        /** More came than the upload has room for. */
        TOO_LONG,
        OTHER_CHECKSUM,
        /** The upload was removed meanwhile. */
        GONE
    }

    /** Writes down that the disk has more for good. */
    @FunctionalInterface
    interface Progress {
        /** Whether the upload still stood at the first offset. */
        boolean note(long from, long to);
    }

    /** @param offset of what is on the disk for good and noted */
    record Received(End end, long offset) {}

    /** Empty when somebody else has it open. */
    Optional<PartialFile> open(UploadId id) throws IOException {
        return PartialFile.open(path(id));
    }

    /**
     * Adds a part to a file. What came is kept even when the sender goes away; but of a part with a checksum nothing, unless it is right.
     *
     * @param length of the whole upload
     * @param progress told of each stretch that is on the disk; where it says no, no more is read
     * @throws IOException when the disk fails, not when the sender does
     */
    static Received receive(
            PartialFile file,
            long offset,
            long length,
            Optional<Checksum> checksum,
            InputStream body,
            Progress progress)
            throws IOException {
        Optional<MessageDigest> digest = checksum.map(Checksum::digest);
        file.goOnAt(offset);
        byte[] buffer = new byte[BUFFER_BYTES];
        long noted = offset;
        long at = offset;
        for (int read = read(body, buffer); read != ENDED; read = read(body, buffer)) {
            if (read == BROKEN_OFF && checksum.isPresent()) {
                return new Received(End.BROKEN_OFF, noted);
            }
            if (read == BROKEN_OFF) {
                return new Received(noted(file, noted, at, progress) ? End.BROKEN_OFF : End.GONE, at);
            }
            if (at + read > length) {
                return new Received(End.TOO_LONG, noted);
            }
            file.write(buffer, read);
            at += read;
            update(digest, buffer, read);
            if (checksum.isEmpty() && at < length && at - noted >= NOTE_EVERY) {
                if (!noted(file, noted, at, progress)) {
                    return new Received(End.GONE, noted);
                }
                noted = at;
            }
        }
        if (checksum.isPresent() && !checksum.get().isOf(digest.orElseThrow())) {
            return new Received(End.OTHER_CHECKSUM, noted);
        }
        return new Received(noted(file, noted, at, progress) ? End.WHOLE : End.GONE, at);
    }

    private static final int ENDED = -1;
    private static final int BROKEN_OFF = -2;

    private static int read(InputStream body, byte[] buffer) {
        try {
            return body.read(buffer);
        } catch (IOException senderGone) {
            return BROKEN_OFF;
        }
    }

    private static void update(Optional<MessageDigest> digest, byte[] bytes, int length) {
        if (digest.isPresent()) {
            digest.get().update(bytes, 0, length);
        }
    }

    private static boolean noted(PartialFile file, long noted, long at, Progress progress) throws IOException {
        if (at == noted) {
            return true;
        }
        file.sync();
        return progress.note(noted, at);
    }

    void remove(UploadId id) {
        Disk.unchecked(() -> Files.deleteIfExists(path(id)));
    }

    /** Removes files written before the time whose upload is not in the making. */
    void removeOthers(Instant time, Predicate<UploadId> isInTheMaking) {
        Disk.unchecked(() -> {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                for (Path file : files) {
                    UploadId id = id(file);
                    boolean old = Disk.changed(file)
                            .filter(changed -> changed.isBefore(time))
                            .isPresent();
                    if (id != null && old && !isInTheMaking.test(id)) {
                        Files.deleteIfExists(file);
                    }
                }
            }
            return true;
        });
    }

    private static @Nullable UploadId id(Path file) {
        try {
            return new UploadId(UUID.fromString(String.valueOf(file.getFileName())));
        } catch (IllegalArgumentException notOurs) {
            return null;
        }
    }

    private Path path(UploadId id) {
        return folder.resolve(id.toString());
    }
}
