package org.aifactory.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** How full the home folder's disk is, and with what. */
@Service
class DiskUse {
    private final Path home;
    private final JdbcClient jdbc;

    DiskUse(@Value("${aifactory.home}") Path home, JdbcClient jdbc) {
        this.home = home;
        this.jdbc = jdbc;
    }

    /**
     * @param free what is left on the disk of the home folder, in bytes
     * @param database what the database takes, wherever it is
     * @param folders the folders of the home folder, largest first
     */
    record Report(String home, long total, long free, long database, List<Folder> folders) {}

    /** @param bytes the lengths of its files; what they take on the disk may be a little more */
    record Folder(String name, long files, long bytes) {}

    /** Reads the whole home folder, which takes a while where there are many files. */
    Report report() {
        try {
            FileStore disk = Files.getFileStore(home);
            return new Report(home.toString(), disk.getTotalSpace(), disk.getUsableSpace(), databaseBytes(), folders());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private long databaseBytes() {
        return jdbc.sql("select pg_database_size(current_database())")
                .query(Long.class)
                .single();
    }

    private List<Folder> folders() throws IOException {
        List<Path> inside;
        try (Stream<Path> listed = Files.list(home)) {
            inside = listed.filter(Files::isDirectory).toList();
        }
        List<Folder> folders = new ArrayList<>();
        for (Path folder : inside) {
            Sum sum = new Sum();
            Files.walkFileTree(folder, sum);
            folders.add(new Folder(String.valueOf(folder.getFileName()), sum.files, sum.bytes));
        }
        folders.sort((one, other) -> Long.compare(other.bytes(), one.bytes()));
        return folders;
    }

    /** Files come and go while they are counted; one that is gone takes nothing. */
    private static final class Sum extends SimpleFileVisitor<Path> {
        private long files;
        private long bytes;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            files++;
            bytes += attributes.size();
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
        }
    }
}
