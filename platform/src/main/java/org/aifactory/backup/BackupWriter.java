package org.aifactory.backup;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.aifactory.backup.Contents.Part;
import org.aifactory.backup.Contents.StoredFile;
import org.aifactory.backup.Contents.Table;
import org.aifactory.database.DatabaseDoor;
import tools.jackson.databind.json.JsonMapper;

/** Writes a backup. Nothing stands under its name before all of it is on the disk. */
final class BackupWriter {
    private static final JsonMapper JSON = new JsonMapper();

    private final Path home;
    private final Path target;
    private final Progress progress;

    BackupWriter(Path home, Path target, Progress progress) {
        this.home = home;
        this.target = target;
        this.progress = progress;
    }

    Contents write(Map<String, String> environment) throws IOException, SQLException {
        Path half = target.resolveSibling(target.getFileName() + ".part");
        Files.deleteIfExists(half);
        // It holds hashes of passwords, and everything that organisations keep to themselves.
        Files.createFile(half, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (DatabaseDoor database = DatabaseDoor.open(home, environment);
                HomeFiles files = HomeFiles.of(home);
                FileChannel channel = FileChannel.open(half, StandardOpenOption.WRITE)) {
            progress.step("Holding the files of " + home + " fast …");
            files.hold();
            try (Snapshot snapshot = new Snapshot(database.connect())) {
                Instant moment = Instant.now();
                files.hold();
                Contents contents = write(moment, snapshot, files.folder(), channel);
                channel.force(true);
                Files.move(half, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                return contents;
            }
        } catch (IOException | SQLException | RuntimeException failure) {
            Files.deleteIfExists(half);
            throw failure;
        }
    }

    private Contents write(Instant moment, Snapshot snapshot, Path files, FileChannel channel)
            throws IOException, SQLException {
        ZipOutputStream zip = new ZipOutputStream(
                new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16), StandardCharsets.UTF_8);
        zip.setLevel(Deflater.BEST_SPEED);
        List<Table> tables = new ArrayList<>();
        List<Table> empty = snapshot.tables();
        progress.step(empty.size() + " tables …");
        for (Table table : empty) {
            long[] rows = new long[1];
            Part part = entry(zip, table.entry(), out -> rows[0] = snapshot.copy(table, out));
            tables.add(new Table(table.schema(), table.name(), table.columns(), rows[0], part));
        }
        List<StoredFile> stored = store(files, zip);
        Part list = entry(zip, Contents.FILES_ENTRY, out -> {
            for (StoredFile file : stored) {
                out.write((JSON.writeValueAsString(file) + "\n").getBytes(StandardCharsets.UTF_8));
            }
        });
        Contents contents = new Contents(
                Contents.FORM,
                moment,
                snapshot.migrations(),
                tables,
                snapshot.sequences(),
                list,
                stored.size(),
                stored.stream().mapToLong(StoredFile::bytes).sum());
        entry(
                zip,
                Contents.ENTRY,
                out -> out.write(JSON.writerWithDefaultPrettyPrinter()
                        .writeValueAsString(contents)
                        .getBytes(StandardCharsets.UTF_8)));
        zip.finish();
        zip.flush();
        return contents;
    }

    /** Most files are compressed already or do not compress, so they are stored as they are. */
    private List<StoredFile> store(Path files, ZipOutputStream zip) throws IOException, SQLException {
        List<Path> all = regular(files);
        long bytes = 0;
        for (Path file : all) {
            bytes += Files.size(file);
        }
        progress.step(all.size() + " files …");
        zip.setLevel(Deflater.NO_COMPRESSION);
        List<StoredFile> stored = new ArrayList<>();
        long done = 0;
        for (Path file : all) {
            StoredFile known = store(files, file, zip);
            stored.add(known);
            done += known.bytes();
            progress.of("files", done, bytes);
        }
        progress.end();
        zip.setLevel(Deflater.BEST_SPEED);
        return stored;
    }

    /** A file that grows meanwhile, a log or an upload, is stored as far as it goes when it is opened. */
    private static StoredFile store(Path files, Path file, ZipOutputStream zip) throws IOException, SQLException {
        String path = files.relativize(file).toString();
        long length = Files.size(file);
        Part part = entry(zip, "home/" + path, out -> {
            try (InputStream in = Files.newInputStream(file)) {
                copy(in, out, length);
            }
        });
        return new StoredFile(
                path,
                part.bytes(),
                part.sha256(),
                PosixFilePermissions.toString(Files.getPosixFilePermissions(file)),
                Files.getLastModifiedTime(file).toInstant());
    }

    private static void copy(InputStream in, OutputStream out, long most) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long left = most;
        while (left > 0) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                return;
            }
            out.write(buffer, 0, read);
            left -= read;
        }
    }

    private static List<Path> regular(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        }
    }

    @FunctionalInterface
    private interface Content {
        void writeTo(OutputStream out) throws IOException, SQLException;
    }

    private static Part entry(ZipOutputStream zip, String name, Content content) throws IOException, SQLException {
        zip.putNextEntry(new ZipEntry(name));
        Digests.Counting out = new Digests.Counting(zip);
        content.writeTo(out);
        zip.closeEntry();
        return out.part();
    }
}
