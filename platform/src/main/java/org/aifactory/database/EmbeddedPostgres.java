package org.aifactory.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.aifactory.database.PostgresPrograms.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

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
public final class EmbeddedPostgres implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
    private static final String PERSON = "aifactory";
    private static final int PASSWORD_BYTES = 32;
    private static final Duration WATCHED_EVERY = Duration.ofSeconds(1);
    /** Above the largest number that Linux gives to a process. */
    private static final String NUMBER_OF_NOBODY = "4194305";

    private final Path directory;
    private final Path data;
    private final FileChannel lock;
    private final PostgresPrograms programs;
    private boolean running;

    private EmbeddedPostgres(Path directory, FileChannel lock) throws IOException {
        this.directory = directory;
        this.data = directory.resolve("data");
        this.lock = lock;
        this.programs = PostgresPrograms.in(directory);
    }

    /** Starts the server of a directory; the first time, makes it. */
    public static EmbeddedPostgres start(Path place) {
        Path directory = place.toAbsolutePath().normalize();
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            FileChannel lock = lock(directory)
                    .orElseThrow(() -> new DatabaseException("Another AI Factory is running in " + directory
                            + ". Stop it, or choose another folder with --home and another port with --port."));
            try {
                return new EmbeddedPostgres(directory, lock).started();
            } catch (IOException | RuntimeException failure) {
                lock.close();
                throw failure;
            }
        } catch (IOException failure) {
            throw new DatabaseException("The database's folder " + directory + " cannot be used: " + failure, failure);
        }
    }

    /** Whether a platform runs the server of a directory at this moment. */
    static boolean runsIn(Path place) {
        Path directory = place.toAbsolutePath().normalize();
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try {
            Optional<FileChannel> lock = lock(directory);
            if (lock.isPresent()) {
                lock.get().close();
            }
            return lock.isEmpty();
        } catch (IOException failure) {
            throw new DatabaseException("The database's folder " + directory + " cannot be used: " + failure, failure);
        }
    }

    /** Where it is and how to sign in. */
    DatabaseAddress address() {
        return address(directory);
    }

    static DatabaseAddress address(Path directory) {
        try {
            int port =
                    Integer.parseInt(Files.readString(directory.resolve("port")).strip());
            String password = Files.readString(directory.resolve("password"));
            return new DatabaseAddress(DatabaseAddress.PREFIX + "//127.0.0.1:" + port + "/" + PERSON, PERSON, password);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
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

    /** Empty when another has it. */
    private static Optional<FileChannel> lock(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return Optional.of(channel);
            }
        } catch (OverlappingFileLockException heldByThisProgram) {
            LOG.debug("{} is locked by this very program", directory);
        }
        channel.close();
        return Optional.empty();
    }

    private EmbeddedPostgres started() throws IOException {
        if (!Files.exists(data)) {
            create();
        }
        refuseOtherVersion();
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

    /** Makes the database in a folder of another name first: {@code data} is whole or absent. */
    private void create() throws IOException {
        LOG.info("Making a database in {}", directory);
        byte[] secret = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(secret);
        String password = HexFormat.of().formatHex(secret);
        Path passwordFile = directory.resolve("password");
        Files.deleteIfExists(passwordFile);
        Files.createFile(
                passwordFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        writeDurably(passwordFile, password);

        Path half = directory.resolve("data-half");
        FileSystemUtils.deleteRecursively(half);
        // Nobody can use this trust: the access list below replaces it before the server listens for the first time.
        demand(programs.run(
                "",
                "initdb",
                "--pgdata=" + half,
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--sync-method=syncfs",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8"));
        demand(programs.run(
                """
                create role %1$s login createdb password '%2$s';
                grant pg_read_all_settings to %1$s;
                create database %1$s owner %1$s;
                """.formatted(PERSON, password), "postgres", "--single", "-D", half.toString(), "postgres"));
        writeDurably(half.resolve("pg_hba.conf"), "host all " + PERSON + " 127.0.0.1/32 scram-sha-256\n");
        Files.move(half, data, StandardCopyOption.ATOMIC_MOVE);
    }

    private void refuseOtherVersion() throws IOException {
        String dataVersion = Files.readString(data.resolve("PG_VERSION")).strip();
        String programVersion =
                demand(programs.run("", "postgres", "--version")).replaceAll("\\D*(\\d+)(?s:.*)", "$1");
        if (!dataVersion.equals(programVersion)) {
            throw new DatabaseException("The database in " + data + " was made by PostgreSQL " + dataVersion
                    + "; this AI Factory brings PostgreSQL " + programVersion
                    + ". Go back to the AI Factory that made it, or move the folder away to begin anew.");
        }
    }

    /** A server that was killed a moment ago may still hold its files, so the start is tried for a while. */
    private void startServer() throws IOException {
        Patience patience = new Patience();
        while (true) {
            stopServer();
            writeDurably(data.resolve("postgresql.conf"), settings(running ? port() : choosePort()));
            Path log = directory.resolve("log");
            Files.deleteIfExists(log);
            Outcome start =
                    programs.run("", "pg_ctl", "start", "-D", data.toString(), "-l", log.toString(), "-w", "-s");
            if (start.status() == 0) {
                return;
            }
            String reason = Files.exists(log) ? Files.readString(log) : start.output();
            if (!isPassing(reason) || patience.isOver()) {
                throw new DatabaseException("PostgreSQL did not start in " + directory + ": " + reason.strip());
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

    private int port() throws IOException {
        return Integer.parseInt(Files.readString(directory.resolve("port")).strip());
    }

    /** The port of last time, unless another program took it meanwhile. */
    private int choosePort() throws IOException {
        Path file = directory.resolve("port");
        if (Files.exists(file)) {
            int before = port();
            if (isFree(before)) {
                return before;
            }
            LOG.warn("Another program listens on the database's port {}; taking another.", before);
        }
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = socket.getLocalPort();
            writeDurably(file, port + "\n");
            return port;
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
            return true;
        } catch (IOException taken) {
            return false;
        }
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
            writeDurably(file, String.join("\n", lines) + "\n");
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
                    "The database in " + directory + " does not let us in: " + failure.getMessage(), failure);
        }
    }

    private static String demand(Outcome outcome) {
        if (outcome.status() != 0) {
            throw new DatabaseException("PostgreSQL's programs do not run here: "
                    + outcome.output().strip()
                    + ". As root they need user namespaces (unshare --user); run AI Factory as an ordinary user, or give the"
                    + " address of a PostgreSQL server in AIFACTORY_DATABASE_URL.");
        }
        return outcome.output();
    }

    private static void writeDurably(Path file, String content) throws IOException {
        Files.writeString(file, content);
        try (FileChannel written = FileChannel.open(file, StandardOpenOption.WRITE)) {
            written.force(true);
        }
    }
}
