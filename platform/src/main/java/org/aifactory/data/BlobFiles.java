package org.aifactory.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The folder of the blob store. A file is written under {@code incoming}, is complete and synced there, and moves in one step to
 * {@code sha256/ab/abcd…}; what stands there is read-only and never changes. No name in it comes from outside.
 */
final class BlobFiles {
    private static final int PREFIX = 2;
    private static final Set<PosixFilePermission> READ_ONLY =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

    private final Path incoming;
    private final Path stored;

    BlobFiles(Path folder) {
        try {
            incoming = Files.createDirectories(folder.resolve("incoming"));
            stored = Files.createDirectories(folder.resolve("sha256"));
            Disk.sync(folder);
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException("The folder for blobs, " + folder + ", cannot be used", failure);
        }
    }

    /** A file with all its bytes on the disk, which is not in its place yet. */
    record Staged(Path file, Blob blob) {}

    /** Writes and syncs what the stream gives. */
    Staged stage(InputStream content) throws IOException {
        Path file = incoming.resolve(UUID.randomUUID().toString());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            MessageDigest digest = Sha256.digest();
            // Not closed: the channel is synced after the last byte.
            OutputStream out = new DigestOutputStream(Channels.newOutputStream(channel), digest);
            long bytes = content.transferTo(out);
            channel.force(true);
            return new Staged(file, new Blob(Sha256.of(digest.digest()), bytes));
        } catch (IOException | RuntimeException failure) {
            Files.deleteIfExists(file);
            throw failure;
        }
    }

    /** Writes and syncs a copy, which shares the blocks of the file where the file system can do so. */
    Staged stageCopy(Path original) throws IOException {
        Path file = incoming.resolve(UUID.randomUUID().toString());
        try {
            Files.copy(original, file);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                Blob blob = name(channel);
                Disk.sync(file);
                return new Staged(file, blob);
            }
        } catch (IOException | RuntimeException failure) {
            Files.deleteIfExists(file);
            throw failure;
        }
    }

    /** A second name for a file that is complete and synced, so that the first can go once the rest is written down. */
    Staged stageLink(Path original, Blob blob) throws IOException {
        Path file = incoming.resolve(UUID.randomUUID().toString());
        Files.createLink(file, original);
        return new Staged(file, blob);
    }

    /** Reads a channel from its beginning; it stays open. */
    static Blob name(FileChannel channel) throws IOException {
        MessageDigest digest = Sha256.digest();
        channel.position(0);
        long bytes = Channels.newInputStream(channel)
                .transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
        return new Blob(Sha256.of(digest.digest()), bytes);
    }

    /** Moves the files to their places for good; one that is there already is spared. */
    void settle(Collection<Staged> staged) throws IOException {
        for (Staged each : staged) {
            Path place = path(each.blob().sha256());
            if (isThere(each.blob())) {
                Files.deleteIfExists(each.file());
                continue;
            }
            if (!Files.isDirectory(parent(place))) {
                Files.createDirectories(parent(place));
                Disk.sync(stored);
            }
            Files.setPosixFilePermissions(each.file(), READ_ONLY);
            Files.move(each.file(), place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        for (Path folder :
                staged.stream().map(each -> parent(path(each.blob().sha256()))).collect(Collectors.toSet())) {
            Disk.sync(folder);
        }
    }

    private boolean isThere(Blob blob) throws IOException {
        Path place = path(blob.sha256());
        return Files.isRegularFile(place) && Files.size(place) == blob.bytes();
    }

    void discard(Collection<Staged> staged) throws IOException {
        for (Staged each : staged) {
            Files.deleteIfExists(each.file());
        }
    }

    Path path(Sha256 sha256) {
        return stored.resolve(sha256.hex().substring(0, PREFIX)).resolve(sha256.hex());
    }

    void remove(Sha256 sha256) throws IOException {
        Files.deleteIfExists(path(sha256));
    }

    /**
     * Gives the content a second name, read-only; where that cannot be done, copies it.
     *
     * @throws FileAlreadyExistsException when the target is there
     */
    void place(Sha256 sha256, Path target) throws IOException {
        Path source = path(sha256);
        try {
            Files.createLink(target, source);
        } catch (FileAlreadyExistsException | NoSuchFileException refused) {
            throw refused;
        } catch (FileSystemException | UnsupportedOperationException otherDiskOrTooManyNames) {
            Files.copy(source, target);
            Files.setPosixFilePermissions(target, READ_ONLY);
        }
    }

    /** What is stored and was written before the time. */
    List<Sha256> olderThan(Instant time) throws IOException {
        try (Stream<Path> files = Files.walk(stored, 2)) {
            return files.filter(file -> Files.isRegularFile(file) && isOlder(file, time))
                    .map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.matches(Sha256.FORM))
                    .map(Sha256::new)
                    .toList();
        }
    }

    /** Removes what somebody began to write before the time and never finished. */
    int removeUnfinished(Instant time) throws IOException {
        return Disk.removeOlder(incoming, time);
    }

    private static boolean isOlder(Path file, Instant time) {
        return Disk.changed(file).filter(changed -> changed.isBefore(time)).isPresent();
    }

    private static Path parent(Path place) {
        return java.util.Objects.requireNonNull(place.getParent());
    }
}
