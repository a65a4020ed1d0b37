package org.aifactory.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.aifactory.backup.Contents.Migration;
import org.aifactory.backup.Contents.Sequence;
import org.aifactory.backup.Contents.StoredFile;
import org.aifactory.backup.Contents.Table;
import org.aifactory.database.DatabaseDoor;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.springframework.util.FileSystemUtils;

/**
 * Brings a backup back into an empty folder and an empty database. The database gets the form that it had when the backup was made,
 * then its rows, then the form of today, as if it had been upgraded where it stood.
 */
final class Restoration {
    private static final String MIGRATIONS = "db/migration/";

    private final BackupReader backup;
    private final Progress progress;

    Restoration(BackupReader backup, Progress progress) {
        this.backup = backup;
        this.progress = progress;
    }

    /** Refuses what was made by a newer AI Factory, or by one whose past is not ours. */
    void requireKnownPast() {
        for (Migration migration : backup.read().migrations()) {
            if (!isKnown(migration)) {
                throw new BackupException("The backup was made by a newer AI Factory: this one does not know "
                        + migration.script() + ". Restore it with the one that made it.");
            }
        }
    }

    void restoreFiles(Path home) throws IOException {
        progress.step(backup.read().fileCount() + " files …");
        // What the backup says of files it does not say of folders, and some of them are nobody else's business.
        Files.createDirectories(
                home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        long[] done = new long[1];
        backup.files(file -> {
            restore(file, home);
            done[0] += file.bytes();
            progress.of("files", done[0], backup.read().fileBytes());
        });
        progress.end();
    }

    private void restore(StoredFile file, Path home) throws IOException {
        Path target = home.resolve(file.path()).normalize();
        if (!target.startsWith(home) || target.equals(home)) {
            throw new BackupException("The backup names a file outside of the home folder: " + file.path());
        }
        Files.createDirectories(Objects.requireNonNull(target.getParent()));
        try (InputStream in = backup.open(file.entry())) {
            Files.copy(in, target);
        }
        Files.setLastModifiedTime(target, FileTime.from(file.modified()));
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(file.permissions()));
    }

    void restoreDatabase(DatabaseDoor database) throws IOException, SQLException {
        progress.step("Giving the database the form that it had …");
        migrateAsThen(database);
        try (Connection connection = database.connect()) {
            requireSamePast(connection);
            connection.setAutoCommit(false);
            fill(connection);
            connection.commit();
        }
        progress.step("Giving the database the form of today …");
        Flyway.configure()
                .dataSource(database.dataSource())
                .outOfOrder(true)
                .load()
                .migrate();
    }

    /** Only the migrations that the backed-up database had seen; Flyway itself can leave out the last ones alone. */
    private void migrateAsThen(DatabaseDoor database) throws IOException {
        Path folder = Files.createTempDirectory("aifactory-migrations");
        try {
            for (Migration migration : backup.read().migrations()) {
                try (InputStream in = resource(migration)) {
                    Files.copy(Objects.requireNonNull(in), folder.resolve(migration.script()));
                }
            }
            Flyway.configure()
                    .dataSource(database.dataSource())
                    .locations("filesystem:" + folder)
                    .load()
                    .migrate();
        } finally {
            FileSystemUtils.deleteRecursively(folder);
        }
    }

    private void requireSamePast(Connection connection) throws SQLException {
        Set<Migration> ours = Set.copyOf(Sql.list(
                connection,
                "select version, script, checksum from flyway_schema_history where version is not null",
                row -> new Migration(row.getString(1), row.getString(2), row.getInt(3))));
        List<String> others = backup.read().migrations().stream()
                .filter(migration -> !ours.contains(migration))
                .map(Migration::script)
                .toList();
        if (!others.isEmpty()) {
            throw new BackupException("The backup was made by an AI Factory of another past: its " + others
                    + " are not the same as here.");
        }
    }

    /** Triggers keep watch over what people do; what they made of it then is in the backup, and must not be made twice. */
    private void fill(Connection connection) throws SQLException, IOException {
        List<Table> tables = backup.read().tables();
        for (Table table : tables) {
            Sql.execute(connection, "alter table " + table.quoted() + " disable trigger user");
        }
        Sql.execute(connection, "truncate " + tables.stream().map(Table::quoted).collect(Collectors.joining(", ")));
        progress.step(tables.size() + " tables …");
        for (Table table : tables) {
            try (InputStream in = backup.open(table.entry())) {
                long rows = connection
                        .unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyIn("copy " + table.quoted() + " (" + table.quotedColumns() + ") from stdin", in);
                if (rows != table.rows()) {
                    throw new BackupException("Of " + table.rows() + " rows of " + table.schema() + "." + table.name()
                            + " only " + rows + " came back.");
                }
            }
        }
        for (Sequence sequence : backup.read().sequences()) {
            try (PreparedStatement set = connection.prepareStatement("select setval(?::regclass, ?, ?)")) {
                set.setString(1, sequence.quoted());
                set.setLong(2, sequence.last());
                set.setBoolean(3, sequence.called());
                set.execute();
            }
        }
        // Before the triggers come back: a table with checks that still wait for the end of the transaction cannot be
        // changed.
        Sql.execute(connection, "set constraints all immediate");
        for (Table table : tables) {
            Sql.execute(connection, "alter table " + table.quoted() + " enable trigger user");
        }
    }

    private static boolean isKnown(Migration migration) {
        return migration.script().matches("V[0-9]+(_[0-9]+)*__[A-Za-z0-9_]+\\.sql")
                && Restoration.class.getClassLoader().getResource(MIGRATIONS + migration.script()) != null;
    }

    private static @Nullable InputStream resource(Migration migration) {
        return Restoration.class.getClassLoader().getResourceAsStream(MIGRATIONS + migration.script());
    }
}
