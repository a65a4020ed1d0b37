package org.aifactory.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.aifactory.database.PostgresPrograms.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server of our own in one directory, for a machine where nobody runs one. It listens on the loopback address only, lets
 * in one person by password (SCRAM), and has fsync on. The directory is locked while it runs; a server left behind by a platform that
 * was killed is stopped, so that the one that runs is always the one that was started with these settings.
 *
 * <pre>
 * programs-…   PostgreSQL itself        password   of the one person        log    what the server said before it had a log
 * data         the database             port       kept between starts      lock   held while the platform runs
 * </pre>
 */
final class EmbeddedPostgres implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
    private static final Duration WATCHED_EVERY = Duration.ofSeconds(1);
    /** Above the largest number that Linux gives to a process. */
    private static final String NUMBER_OF_NOBODY = "4194305";

    private final PostgresFolder folder;
    private final Path data;
    private final FileChannel lock;
    private final PostgresPrograms programs;
    private boolean running;

    private EmbeddedPostgres(PostgresFolder folder, FileChannel lock) throws IOException {
        this.folder = folder;
        this.data = folder.data();
        this.lock = lock;
        this.programs = PostgresPrograms.in(folder.directory());
    }

    /** Starts the server of a directory; the first time, makes it. */
    static EmbeddedPostgres start(Path place) {
        PostgresFolder folder = new PostgresFolder(place);
        try {
            folder.make();
            FileChannel lock = folder.lock()
                    .orElseThrow(() -> new DatabaseException("Another AI Factory is running in " + folder.directory()
                            + ". Stop it, or choose another folder with --home and another port with --port."));
            try {
                return new EmbeddedPostgres(folder, lock).started();
            } catch (IOException | RuntimeException failure) {
                lock.close();
                throw failure;
            }
        } catch (IOException failure) {
            throw unusable(folder, failure);
        }
    }

    /** Whether a platform runs the server of a directory at this moment. */
    static boolean runsIn(Path place) {
        PostgresFolder folder = new PostgresFolder(place);
        if (!Files.isDirectory(folder.directory())) {
            return false;
        }
        try {
            Optional<FileChannel> lock = folder.lock();
            if (lock.isPresent()) {
                lock.get().close();
            }
            return lock.isEmpty();
        } catch (IOException failure) {
            throw unusable(folder, failure);
        }
    }

    private static DatabaseException unusable(PostgresFolder folder, IOException failure) {
        return new DatabaseException(
                "The database's folder " + folder.directory() + " cannot be used: " + failure, failure);
    }

    /** Where it is and how to sign in. */
    DatabaseAddress address() {
        return folder.address();
    }

    /** Stops the server; work in progress in it is rolled back. */
    @Override
    public synchronized void close() {
        if (!running) {
            return;
        }
        running = false;
        try (lock) {
            stopServer();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private EmbeddedPostgres started() throws IOException {
        if (!Files.exists(data)) {
            folder.create(programs);
        }
        folder.refuseOtherVersion(programs);
        startServer();
        running = true;
        try {
            refuseForeignServer();
        } catch (RuntimeException failure) {
            close();
            throw failure;
        }
        Thread.ofVirtual().name("postgres-watch").start(this::watch);
        return this;
    }

    /** A server that somebody killed is started again, for as long as the platform runs. */
    private void watch() {
        try {
            while (isRunning()) {
                Thread.sleep(WATCHED_EVERY);
                startAgainIfGone();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isRunning() {
        return running;
    }

    private synchronized void startAgainIfGone() {
        try {
            if (running && serverProcess().filter(ProcessHandle::isAlive).isEmpty()) {
                LOG.error("PostgreSQL is gone; starting it again");
                startServer();
            }
        } catch (IOException | RuntimeException failure) {
            LOG.error("PostgreSQL cannot be started again yet", failure);
        }
    }

    /** A server that was killed a moment ago may still hold its files, so the start is tried for a while. */
    private void startServer() throws IOException {
        Patience patience = new Patience();
        while (true) {
            stopServer();
            PostgresFolder.writeDurably(
                    data.resolve("postgresql.conf"), settings(running ? folder.port() : folder.choosePort()));
            Path log = folder.log();
            Files.deleteIfExists(log);
            Outcome start =
                    programs.run("", "pg_ctl", "start", "-D", data.toString(), "-l", log.toString(), "-w", "-s");
            if (start.status() == 0) {
                return;
            }
            String reason = Files.exists(log) ? Files.readString(log) : start.output();
            if (!isPassing(reason) || patience.isOver()) {
                throw new DatabaseException(
                        "PostgreSQL did not start in " + folder.directory() + ": " + reason.strip());
            }
            LOG.info("PostgreSQL did not start yet: {}", reason.strip());
        }
    }

    private static boolean isPassing(String reason) {
        return reason.contains("lock file")
                || reason.contains("shared memory block")
                || reason.contains("could not bind");
    }

    private static String settings(int port) {
        return """
                # Written by AI Factory at every start. Settings of your own belong in local.conf beside this file.
                include_if_exists = 'local.conf'
                listen_addresses = '127.0.0.1'
                port = %d
                unix_socket_directories = ''
                fsync = on
                full_page_writes = on
                synchronous_commit = on
                timezone = 'UTC'
                log_timezone = 'UTC'
                logging_collector = on
                log_filename = 'postgresql-%%a.log'
                log_rotation_age = 1d
                log_truncate_on_rotation = on
                """.formatted(port);
    }

    /** Stops the server of this directory, if one runs: ours at the end, or at the start one that outlived its platform. */
    private void stopServer() throws IOException {
        Optional<ProcessHandle> server = serverProcess();
        if (server.isEmpty()) {
            return;
        }
        Outcome stop = programs.run("", "pg_ctl", "stop", "-D", data.toString(), "-m", "fast", "-w", "-t", "60", "-s");
        if (stop.status() != 0) {
            LOG.warn("PostgreSQL did not stop: {}", stop.output().strip());
        }
    }

    private Optional<ProcessHandle> serverProcess() throws IOException {
        Path file = data.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        Optional<ProcessHandle> process =
                ProcessHandle.of(Long.parseLong(lines.getFirst().strip()));
        if (process.isPresent() && !programs.isServer(process.get())) {
            // A dead server's number may belong to someone else by now, who must not be stopped, nor stop us. The rest
            // of the file
            // stays: by it PostgreSQL finds out whether children of the dead server still touch the data.
            lines.set(0, NUMBER_OF_NOBODY);
            PostgresFolder.writeDurably(file, String.join("\n", lines) + "\n");
            return Optional.empty();
        }
        return process;
    }

    /** Our password let us in, and only the server that made it knows it; that it serves our folder is asked as well. */
    private void refuseForeignServer() {
        try (Connection connection = address().connect();
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery("select current_setting('data_directory')")) {
            answer.next();
            if (!Path.of(answer.getString(1)).toRealPath().equals(data.toRealPath())) {
                throw new DatabaseException("The server at " + address() + " keeps its data in " + answer.getString(1)
                        + ", not in " + data + ".");
            }
        } catch (SQLException | IOException failure) {
            throw new DatabaseException(
                    "The database in " + folder.directory() + " does not let us in: " + failure.getMessage(), failure);
        }
    }
}
