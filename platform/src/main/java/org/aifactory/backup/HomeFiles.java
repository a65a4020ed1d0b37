package org.aifactory.backup;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.UUID;
import org.aifactory.upkeep.Folders;
import org.aifactory.upkeep.Passing.Freed;
import org.springframework.util.FileSystemUtils;

/**
 * The files of the home folder that belong to a backup, held fast by second names: what the platform removes meanwhile stays until it
 * is copied. Taken once before the moment of the database and once after, so that every file that the database speaks of is there.
 */
final class HomeFiles implements AutoCloseable {
    private static final String HELD = "backup-in-progress-";
    private static final String LOCK = ".lock";
    /**
     * The database is copied by itself, the log is not part of what is kept, and what is half-written nobody knows yet. Keys would open
     * what is sealed in the backup for whoever finds it.
     */
    private static final Set<Path> LEFT_OUT =
            Set.of(Path.of("postgres"), Path.of("log"), Path.of("blobs", "incoming"), Path.of("keys"));

    private final Path home;
    private final Path held;
    /** Locked for as long as this backup lives; the operating system forgets the lock of one that was killed. */
    private final FileChannel life;

    private HomeFiles(Path home, Path held, FileChannel life) {
        this.home = home;
        this.held = held;
        this.life = life;
    }

    static HomeFiles of(Path home) throws IOException {
        Path held = home.resolve(HELD + UUID.randomUUID());
        FileChannel life = FileChannel.open(lockOf(held), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        life.lock();
        return new HomeFiles(home, Files.createDirectory(held), life);
    }

    private static Path lockOf(Path held) {
        return held.resolveSibling(held.getFileName() + LOCK);
    }

    /** Removes what backups have left that were killed. */
    static Freed removeLeftovers(Path home) throws IOException {
        Freed freed = Freed.NOTHING;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(home, HELD + "*")) {
            for (Path held : all) {
                if (Files.isDirectory(held, LinkOption.NOFOLLOW_LINKS) && isLeft(held)) {
                    freed = freed.plus(Folders.remove(held));
                    Files.deleteIfExists(lockOf(held));
                }
            }
        }
        return freed;
    }

    /** One without a lock is an earlier version's. */
    private static boolean isLeft(Path held) throws IOException {
        try (FileChannel life = FileChannel.open(lockOf(held), StandardOpenOption.WRITE);
                FileLock lock = life.tryLock()) {
            return lock != null;
        } catch (NoSuchFileException none) {
            return true;
        } catch (OverlappingFileLockException inThisProcess) {
            return false;
        }
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
                if (attributes.isRegularFile()
                        && !home.relativize(file).toString().startsWith(HELD)) {
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
        Files.deleteIfExists(lockOf(held));
        life.close();
    }
}
