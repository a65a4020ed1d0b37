package org.aifactory.upkeep;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.function.Predicate;
import org.aifactory.upkeep.Passing.Freed;
import org.jspecify.annotations.Nullable;

/** Folders that are measured and removed, whatever a program has left in them: links are not followed, and nobody is kept out. */
public final class Folders {
    private Folders() {}

    /** How many plain files there are in a folder or under this name, and their lengths together. */
    public static Freed measure(Path place) throws IOException {
        long[] sum = new long[2];
        walk(place, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                sum[0]++;
                sum[1] += attributes.isRegularFile() ? attributes.size() : 0;
                return FileVisitResult.CONTINUE;
            }

            // Files come and go, and what cannot be read is made readable when it is removed.
            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                return FileVisitResult.CONTINUE;
            }
        });
        return new Freed(sum[0], sum[1]);
    }

    /** Removes a file, or a folder with all that is in it; says what it was. */
    public static Freed remove(Path place) throws IOException {
        long[] sum = new long[2];
        walk(place, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                open(folder);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (Files.deleteIfExists(file)) {
                    sum[0]++;
                    sum[1] += attributes.isRegularFile() ? attributes.size() : 0;
                }
                return FileVisitResult.CONTINUE;
            }

            // A folder that nobody may read was not opened before; it is now.
            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS) || Files.isReadable(file)) {
                    throw failure;
                }
                open(file);
                Freed inside = remove(file);
                sum[0] += inside.things();
                sum[1] += inside.bytes();
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.deleteIfExists(folder);
                return FileVisitResult.CONTINUE;
            }
        });
        return new Freed(sum[0], sum[1]);
    }

    /**
     * Removes what in a folder was last changed before a time and is wanted no more.
     *
     * @param isLeft whether this child is one that somebody left behind
     */
    public static Freed removeLeftovers(Path folder, Instant before, Predicate<Path> isLeft) throws IOException {
        Freed freed = Freed.NOTHING;
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
            for (Path child : children) {
                if (isOlder(child, before) && isLeft.test(child)) {
                    freed = freed.plus(remove(child));
                }
            }
        } catch (NoSuchFileException noFolder) {
            return Freed.NOTHING;
        }
        return freed;
    }

    private static boolean isOlder(Path file, Instant time) {
        try {
            return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                    .toInstant()
                    .isBefore(time);
        } catch (IOException gone) {
            return false;
        }
    }

    private static void open(Path folder) throws IOException {
        if (!Files.isReadable(folder) || !Files.isWritable(folder) || !Files.isExecutable(folder)) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
    }

    private static void walk(Path place, SimpleFileVisitor<Path> visitor) throws IOException {
        if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            Files.walkFileTree(place, visitor);
        }
    }
}
