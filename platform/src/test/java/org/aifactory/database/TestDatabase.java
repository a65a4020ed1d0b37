package org.aifactory.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.boot.SpringApplication;

/** One server for all tests of a run, and a migrated database of its own for each that asks. */
public final class TestDatabase {
    private static final int CONNECTIONS = 16;
    private static final Path DIRECTORY = Path.of("target", "test-postgres").toAbsolutePath();

    private TestDatabase() {}

    /** The server starts when it is first asked for and stops with the program. */
    private static final class Server {
        static final EmbeddedPostgres RUNNING = start();

        private static EmbeddedPostgres start() {
            EmbeddedPostgres server = EmbeddedPostgres.start(DIRECTORY);
            // After the platforms that use it: one that finds its database gone waits for it to come back.
            SpringApplication.getShutdownHandlers().add(server::close);
            return server;
        }
    }

    /** Spares a directory that a test will start a server in the unpacking of its programs. */
    public static void lendProgramsTo(Path directory) throws IOException {
        Files.createDirectories(DIRECTORY);
        PostgresPrograms.in(DIRECTORY);
        Files.createDirectories(directory);
        try (DirectoryStream<Path> programs = Files.newDirectoryStream(DIRECTORY, "programs-*")) {
            for (Path folder : programs) {
                Path link = directory.resolve(folder.getFileName());
                if (!Files.exists(link)) {
                    Files.createSymbolicLink(link, folder);
                }
            }
        }
    }

    /** An empty database of this name, with every migration applied. */
    public static DataSource migrated(String name) {
        DataSource database = pool(fresh(name));
        Flyway.configure().dataSource(database).load().migrate();
        return database;
    }

    /** An empty database of this name, as the environment of a platform that is to use it. */
    public static Map<String, String> outside(String name) {
        DatabaseAddress address = fresh(name);
        return Map.of(
                "AIFACTORY_DATABASE_URL", address.url(),
                "AIFACTORY_DATABASE_USERNAME", address.username(),
                "AIFACTORY_DATABASE_PASSWORD", address.password());
    }

    /** An empty database of this name. */
    static DatabaseAddress fresh(String name) {
        DatabaseAddress server = Server.RUNNING.address();
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("drop database if exists " + name + " with (force)");
            statement.execute("create database " + name);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
        return server.database(name);
    }

    private static DataSource pool(DatabaseAddress address) {
        HikariConfig settings = new HikariConfig();
        settings.setJdbcUrl(address.url());
        settings.setUsername(address.username());
        settings.setPassword(address.password());
        settings.setMaximumPoolSize(CONNECTIONS);
        // The server syncs all the same; tests need not wait for the disk.
        settings.addDataSourceProperty("options", "-c synchronous_commit=off");
        return new HikariDataSource(settings);
    }
}
