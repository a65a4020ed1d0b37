package org.aifactory.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.aifactory.Bookkeeper;
import org.aifactory.Client;
import org.aifactory.PlatformProcess;
import org.aifactory.data.Sender;
import org.aifactory.database.DatabaseDoor;
import org.aifactory.database.TestDatabase;
import org.aifactory.ledger.EntryId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A platform at work is backed up, brought back elsewhere, and is the same there. */
class BackupTest {
    @TempDir
    Path folder;

    @Test
    void what_is_backed_up_at_work_comes_back_elsewhere_whole() throws Exception {
        Path home = Files.createDirectory(folder.resolve("home"));
        Path file = folder.resolve("platform.zip");
        Path other = folder.resolve("elsewhere/home");
        Files.createDirectories(folder.resolve("elsewhere"));
        List<EntryId> before;
        Client aino;
        String version;
        try (PlatformProcess platform = PlatformProcess.start(home);
                ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            aino = platform.founder("Aino");
            Sender sender = new Sender(aino);
            String dataset = sender.dataset("Handbook");
            String first = sender.upload("first.txt", "One text.");
            JsonNode made = sender.version(dataset, first).json(201);
            version = "/api/datasets/" + dataset + "/versions/" + content(made);
            String half = sender.announce("half.txt", 100).json(201).get("id").asString();
            sender.append(half, 0, "x".repeat(40).getBytes(StandardCharsets.UTF_8))
                    .json(204);

            try (DatabaseDoor door = DatabaseDoor.open(home, Map.of())) {
                Bookkeeper bookkeeper = new Bookkeeper(door.dataSource(), new Random(1)).begin();
                AtomicBoolean enough = new AtomicBoolean();
                Future<?> postings = workers.submit(() -> {
                    while (!enough.get()) {
                        bookkeeper.work();
                    }
                });
                Future<?> uploads = workers.submit(() -> {
                    for (int i = 0; !enough.get(); i++) {
                        String upload = sender.upload("text-" + i + ".txt", "Text " + i);
                        sender.version(dataset, upload).json(201);
                    }
                });
                while (bookkeeper.acknowledged().size() < 50) {
                    Thread.onSpinWait();
                }
                before = bookkeeper.acknowledged();
                assertThat(Backup.run(file.toString(), "--home", home.toString()))
                        .isZero();
                enough.set(true);
                postings.get();
                uploads.get();
            }
            assertThat(home).isDirectoryNotContaining("glob:**backup-in-progress*");
            assertThat(home.resolve("keys/secrets.key")).exists();
            try (ZipFile zip = new ZipFile(file.toFile())) {
                assertThat(zip.stream().map(ZipEntry::getName)).noneMatch(name -> name.startsWith("home/keys"));
            }
            // Restoring over it is refused while it runs, and after that, too.
            assertThat(Restore.run(file.toString(), "--home", home.toString())).isEqualTo(2);
        }
        assertThat(Restore.run(file.toString(), "--home", home.toString())).isEqualTo(2);
        assertThat(Backup.run(home.resolve("inside.zip").toString(), "--home", home.toString()))
                .isEqualTo(2);

        TestDatabase.lendProgramsTo(folder.resolve("elsewhere/home.restoring/postgres"));
        assertThat(Restore.run(file.toString(), "--home", other.toString())).isZero();
        try (PlatformProcess restored = PlatformProcess.start(other);
                DatabaseDoor door = DatabaseDoor.open(other, Map.of())) {
            assertThat(Bookkeeper.faults(door.dataSource(), before)).isEmpty();
            Client there = restored.nobody().with(aino.token());
            assertThat(there.get("/api/me").json(200).get("name").asString()).isEqualTo("Aino");
            assertThat(there.get(version + "/file?path=first.txt").body()).isEqualTo("One text.");
            for (JsonNode dataset : there.get("/api/datasets").json(200)) {
                requireAllFiles(there, dataset.get("id").asString());
            }
            // The half-sent upload goes on where it stood, and numbers go on after the last one.
            JsonNode upload = there.get("/api/uploads?organisation=" + there.organisation())
                    .json(200);
            assertThat(upload.toString()).contains("half.txt").contains("\"received\":40");
            new Sender(there).dataset("After");
        }
    }

    /** Every version that the database knows of has its files. */
    private static void requireAllFiles(Client client, String dataset) {
        JsonNode versions = client.get("/api/datasets/" + dataset + "/versions").json(200);
        assertThat(versions).isNotEmpty();
        for (JsonNode version : versions) {
            String place = "/api/datasets/" + dataset + "/versions/" + content(version);
            for (JsonNode file : client.get(place + "/files").json(200)) {
                assertThat(client.get(place + "/file?path=" + file.get("path").asString())
                                .status())
                        .isEqualTo(200);
            }
        }
    }

    private static String content(JsonNode version) {
        return version.get("id").asString().replaceFirst(".*:", "");
    }

    @Test
    void a_damaged_backup_is_refused_before_anything_is_touched() throws Exception {
        Path home = Files.createDirectory(folder.resolve("home"));
        TestDatabase.lendProgramsTo(home.resolve("postgres"));
        try (DatabaseDoor door = DatabaseDoor.open(home, Map.of());
                Connection connection = door.connect()) {
            org.flywaydb.core.Flyway.configure()
                    .dataSource(door.dataSource())
                    .outOfOrder(true)
                    .load()
                    .migrate();
            assertThat(connection.isValid(1)).isTrue();
        }
        Files.createDirectories(home.resolve("blobs/sha256"));
        Files.writeString(home.resolve("blobs/sha256/one"), "x".repeat(1 << 20));
        Path file = folder.resolve("platform.zip");
        assertThat(Backup.run(file.toString(), "--home", home.toString())).isZero();
        assertThat(Backup.run(file.toString(), "--home", home.toString())).isEqualTo(2);

        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(bytes.length() / 2);
            bytes.write("damaged".getBytes(StandardCharsets.UTF_8));
        }
        Path other = folder.resolve("other");
        assertThat(Restore.run(file.toString(), "--home", other.toString())).isEqualTo(2);
        assertThat(other).doesNotExist();
        assertThat(folder.resolve("other.restoring")).doesNotExist();
        Files.writeString(file, "not a backup at all");
        assertThat(Restore.run(file.toString(), "--home", other.toString())).isEqualTo(2);
    }
}
