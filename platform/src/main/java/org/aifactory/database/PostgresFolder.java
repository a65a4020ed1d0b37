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
import java.util.HexFormat;
import java.util.Optional;
import org.aifactory.database.PostgresPrograms.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/** The folder of an {@link EmbeddedPostgres}: its lock, its port, its password, and the making of the database in it. */
final class PostgresFolder {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresFolder.class);
    private static final String PERSON = "aifactory";
    private static final int PASSWORD_BYTES = 32;

    private final Path directory;

    PostgresFolder(Path place) {
        this.directory = place.toAbsolutePath().normalize();
    }

    Path directory() {
        return directory;
    }

    /** The database itself. */
    Path data() {
        return directory.resolve("data");
    }

    /** What the server said before it had a log. */
    Path log() {
        return directory.resolve("log");
    }

    void make() throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** Held until the channel is closed; empty when another has it. */
    Optional<FileChannel> lock() throws IOException {
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

    /** Where the server is and how to sign in. */
    DatabaseAddress address() {
        try {
            String password = Files.readString(directory.resolve("password"));
            return new DatabaseAddress(
                    DatabaseAddress.PREFIX + "//127.0.0.1:" + port() + "/" + PERSON, PERSON, password);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Makes the database in a folder of another name first: {@code data} is whole or absent. */
    void create(PostgresPrograms programs) throws IOException {
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
        Files.move(half, data(), StandardCopyOption.ATOMIC_MOVE);
    }

    void refuseOtherVersion(PostgresPrograms programs) throws IOException {
        String dataVersion = Files.readString(data().resolve("PG_VERSION")).strip();
        String programVersion =
                demand(programs.run("", "postgres", "--version")).replaceAll("\\D*(\\d+)(?s:.*)", "$1");
        if (!dataVersion.equals(programVersion)) {
            throw new DatabaseException("The database in " + data() + " was made by PostgreSQL " + dataVersion
                    + "; this AI Factory brings PostgreSQL " + programVersion
                    + ". Go back to the AI Factory that made it, or move the folder away to begin anew.");
        }
    }

    int port() throws IOException {
        return Integer.parseInt(Files.readString(directory.resolve("port")).strip());
    }

    /** The port of last time, unless another program took it meanwhile. */
    int choosePort() throws IOException {
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

    private static String demand(Outcome outcome) {
        if (outcome.status() != 0) {
            throw new DatabaseException("PostgreSQL's programs do not run here: "
                    + outcome.output().strip()
                    + ". As root they need user namespaces (unshare --user); run AI Factory as an ordinary user, or give the"
                    + " address of a PostgreSQL server in AIFACTORY_DATABASE_URL.");
        }
        return outcome.output();
    }

    /** Writes a whole file, which is on the disk afterwards. */
    static void writeDurably(Path file, String content) throws IOException {
        Files.writeString(file, content);
        try (FileChannel written = FileChannel.open(file, StandardOpenOption.WRITE)) {
            written.force(true);
        }
    }
}
