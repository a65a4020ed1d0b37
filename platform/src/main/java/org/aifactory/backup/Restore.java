package org.aifactory.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.aifactory.database.DatabaseDoor;
import org.aifactory.ledger.Discrepancy;
import org.aifactory.ledger.Ledger;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.util.FileSystemUtils;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aifactory restore FILE}. */
@Command(
        name = "aifactory restore",
        mixinStandardHelpOptions = true,
        description = {
            "Brings everything back from a file that “aifactory backup” wrote, into a home folder and a database that are empty.",
            "The database is the one in the home folder, or the one in AIFACTORY_DATABASE_URL."
        })
public final class Restore implements Callable<Integer> {
    private static final DateTimeFormatter MOMENT =
            DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss").withZone(ZoneOffset.UTC);

    @Parameters(paramLabel = "FILE", description = "The backup.")
    private Path file = Path.of("");

    @Option(names = "--home", paramLabel = "DIR", description = "Where the platform keeps everything (default: ./var).")
    private Path home = Path.of("var");

    @Option(
            names = "--force",
            description = "Where something is there already: moves the home folder aside, and empties the database.")
    private boolean force;

    private Restore() {}

    public static void main(String[] arguments) {
        Faults.keepLibrariesQuiet();
        System.exit(run(arguments));
    }

    /** The exit status. */
    static int run(String... arguments) {
        return new CommandLine(new Restore())
                .setExecutionExceptionHandler(Faults::explain)
                .execute(arguments);
    }

    @Override
    public Integer call() throws Exception {
        Path place = home.toAbsolutePath().normalize();
        Progress progress = new Progress();
        try (BackupReader backup = BackupReader.open(file.toAbsolutePath().normalize())) {
            Restoration restoration = new Restoration(backup, progress);
            restoration.requireKnownPast();
            requireFree(place);
            backup.verify(progress);
            restore(restoration, place, System.getenv());
            System.out.printf(
                    "Restored the platform of %s into %s. Start it with: ./aifactory up --home %s%n",
                    backup.read().made(), place, place);
        }
        return CommandLine.ExitCode.OK;
    }

    private void requireFree(Path place) throws IOException {
        if (DatabaseDoor.isInUse(place)) {
            throw new BackupException("The AI Factory in " + place + " is running; stop it first.");
        }
        if (!isEmpty(place) && !force) {
            throw new BackupException(
                    place + " is not empty. Choose another folder with --home, or move it aside with --force.");
        }
    }

    /** All is made ready under another name; the home folder is there whole or not at all. */
    private void restore(Restoration restoration, Path place, Map<String, String> environment)
            throws IOException, SQLException {
        Path half = place.resolveSibling(place.getFileName() + ".restoring");
        FileSystemUtils.deleteRecursively(half);
        try {
            restoration.restoreFiles(half);
            try (DatabaseDoor database = DatabaseDoor.open(half, environment)) {
                requireEmpty(database);
                restoration.restoreDatabase(database);
                requireBalanced(database.dataSource());
            }
            moveAside(place);
            Files.move(half, place);
        } finally {
            FileSystemUtils.deleteRecursively(half);
        }
    }

    private void moveAside(Path place) throws IOException {
        if (!Files.exists(place)) {
            return;
        }
        if (isEmpty(place)) {
            Files.delete(place);
            return;
        }
        Path aside = place.resolveSibling(place.getFileName() + ".before-" + MOMENT.format(Instant.now()));
        Files.move(place, aside);
        System.out.println("What was in " + place + " is in " + aside + " now.");
    }

    private void requireEmpty(DatabaseDoor database) throws SQLException {
        try (Connection connection = database.connect()) {
            List<String> schemas = Sql.list(connection, """
                    select distinct n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace
                     where c.relkind in ('r', 'p', 'S', 'v') and n.nspname not in ('pg_catalog', 'information_schema')
                       and n.nspname not like 'pg\\_%'
                     order by 1
                    """, row -> row.getString(1));
            if (schemas.isEmpty()) {
                return;
            }
            if (!force) {
                throw new BackupException("The database " + database + " is not empty (" + String.join(", ", schemas)
                        + "). Give another, or empty it with --force.");
            }
            for (String schema : schemas) {
                Sql.execute(connection, "drop schema " + Sql.quoted(schema) + " cascade");
            }
            Sql.execute(connection, "create schema if not exists public");
        }
    }

    private static void requireBalanced(DataSource database) {
        List<Discrepancy> wrong = new Ledger(
                        JdbcClient.create(database), new DataSourceTransactionManager(database), InstantSource.system())
                .audit();
        if (!wrong.isEmpty()) {
            throw new BackupException("The ledger in the backup does not balance: " + wrong.getFirst()
                    + (wrong.size() > 1 ? " and " + (wrong.size() - 1) + " more accounts" : ""));
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return true;
        }
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> there = Files.list(folder)) {
            return there.findAny().isEmpty();
        }
    }
}
