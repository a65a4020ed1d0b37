package org.aifactory.backup;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.UUID;
import org.springframework.util.FileSystemUtils;

/**
 * The files of the home folder that belong to a backup, held fast by second names: what the platform removes meanwhile stays until it
 * is copied. Taken once before the moment of the database and once after, so that every file that the database speaks of is there.
 */
final class HomeFiles implements AutoCloseable {
    private static final String HELD = "backup-in-progress-";
    /** The database is copied by itself, the log is not part of what is kept, and what is half-written nobody knows yet. */
    private static final Set<Path> LEFT_OUT = Set.of(Path.of("postgres"), Path.of("log"), Path.of("blobs", "incoming"));

    private final Path home;
    private final Path held;

    private HomeFiles(Path home, Path held) {
        this.home = home;
        this.held = held;
    }

    static HomeFiles of(Path home) throws IOException {
        return new HomeFiles(home, Files.createDirectory(home.resolve(HELD + UUID.randomUUID())));
    }

    /** Where the held files stand, each under the path that it has in the home folder. */
    Path folder() {
        return held;
    }

    void hold() throws IOException {
        Files.walkFileTree(home, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Path relative = home.relativize(folder);
                if (LEFT_OUT.contains(relative) || relative.toString().startsWith(HELD)) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Files.createDirectories(held.resolve(relative));
                return FileVisitResult.CONTINUE;
            }

            // Links are left out: what a program of a user points at is not ours to read.
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    link(file);
                }
                return FileVisitResult.CONTINUE;
            }

            // What the platform removed while we looked is none of the backup.
            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }
        });
    }

    private void link(Path file) throws IOException {
        try {
            Files.createLink(held.resolve(home.relativize(file)), file);
        } catch (FileAlreadyExistsException heldBefore) {
            renewIfReplaced(file);
        } catch (NoSuchFileException removedMeanwhile) {
            return;
        }
    }

    /** A file that was replaced as a whole since the first look is another file now. */
    private void renewIfReplaced(Path file) throws IOException {
        Path link = held.resolve(home.relativize(file));
        try {
            if (!Files.isSameFile(link, file)) {
                Files.delete(link);
                Files.createLink(link, file);
            }
        } catch (NoSuchFileException removedMeanwhile) {
            return;
        }
    }

    @Override
    public void close() throws IOException {
        FileSystemUtils.deleteRecursively(held);
    }
}
