package org.aifactory.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One directory lives through what happens to servers: stops, kills, squatters and people without the password. */
class EmbeddedPostgresTest {
    @TempDir
    static Path folder;

    private static Path directory;

    @BeforeAll
    static void make_a_database_with_one_row() throws Exception {
        // A path with a space and a quote, as people have them.
        directory = folder.resolve("the founder's data");
        TestDatabase.lendProgramsTo(directory);
        try (EmbeddedPostgres server = EmbeddedPostgres.start(directory)) {
            execute(server.address(), "create table note (text text); insert into note values ('first')");
        }
    }

    @AfterAll
    static void leave_nothing_running() {
        assertThat(serverProcess()).isFalse();
    }

    @Test
    void what_was_written_is_there_after_a_stop_and_on_the_same_port() throws Exception {
        String port = Files.readString(directory.resolve("port"));
        try (EmbeddedPostgres server = EmbeddedPostgres.start(directory)) {
            assertThat(query(server.address(), "select text from note")).isEqualTo("first");
            assertThat(Files.readString(directory.resolve("port"))).isEqualTo(port);
        }
        assertThat(serverProcess()).isFalse();
    }

    @Test
    void nothing_acknowledged_may_be_lost_so_it_syncs_whatever_a_person_has_set() throws Exception {
        Path local = directory.resolve("data/local.conf");
        Files.writeString(local, "fsync = off\nsynchronous_commit = off\nwork_mem = '7MB'\n");
        try (EmbeddedPostgres server = EmbeddedPostgres.start(directory)) {
            assertThat(query(server.address(), "show fsync")).isEqualTo("on");
            assertThat(query(server.address(), "show synchronous_commit")).isEqualTo("on");
            assertThat(query(server.address(), "show work_mem")).isEqualTo("7MB");
        } finally {
            Files.delete(local);
        }
    }

    @Test
    void a_server_that_forgets_is_refused() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.start(directory)) {
            DatabaseAddress address = server.address();
            DatabaseAddress careless = new DatabaseAddress(
                    address.url() + "?options=-c%20synchronous_commit=off", address.username(), address.password());
            assertThatThrownBy(careless::check)
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("synchronous_commit");
        }
    }

    @Test
    void nobody_enters_without_the_password_not_even_the_administrator() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.start(directory)) {
            String url = server.address().url();
            assertThatThrownBy(() -> new DatabaseAddress(url, "aifactory", "guess").connect())
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed");
            assertThatThrownBy(() -> new DatabaseAddress(url, "postgres", "").connect())
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("no pg_hba.conf entry");
            assertThat(Files.getPosixFilePermissions(directory.resolve("password")))
                    .hasSize(2);
            assertThat(query(server.address(), "select rolsuper from pg_roles where rolname = 'aifactory'"))
                    .isEqualTo("f");
        }
    }

    @Test
    void a_second_platform_in_the_same_folder_is_refused() {
        try (EmbeddedPostgres server = EmbeddedPostgres.start(directory)) {
            assertThatThrownBy(() -> EmbeddedPostgres.start(directory))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("Another AI Factory is running in " + directory);
            assertThat(server.address().url()).contains("127.0.0.1");
        }
    }

    @Test
    void a_port_that_another_program_took_meanwhile_is_left_to_it() throws Exception {
        int before =
                Integer.parseInt(Files.readString(directory.resolve("port")).strip());
        try (ServerSocket squatter = new ServerSocket(before, 1, InetAddress.getLoopbackAddress());
                EmbeddedPostgres server = EmbeddedPostgres.start(directory)) {
            assertThat(squatter.isBound()).isTrue();
            assertThat(server.address().url()).doesNotContain(":" + before + "/");
            assertThat(query(server.address(), "select text from note")).isEqualTo("first");
        }
    }

    @Test
    void a_server_that_outlived_its_platform_is_stopped_and_started_with_our_settings() throws Exception {
        Process platform = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Abandoned.class.getName(),
                        directory.toString())
                .inheritIO()
                .start();
        assertThat(platform.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(platform.exitValue()).isEqualTo(Abandoned.STATUS);
        assertThat(serverProcess()).isTrue();
        try (EmbeddedPostgres server = EmbeddedPostgres.start(directory)) {
            assertThat(query(
                            server.address(),
                            "select count(*) from pg_stat_activity where application_name = 'left open'"))
                    .isEqualTo("0");
        }
    }

    @Test
    void a_server_that_is_killed_loses_nothing_it_acknowledged() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.start(directory)) {
            execute(server.address(), "create table acknowledged (n int); insert into acknowledged values (42)");
            ProcessHandle process = ProcessHandle.of(processNumber()).orElseThrow();
            process.destroyForcibly();
            while (process.info().command().isPresent()) {
                Thread.onSpinWait();
            }
        }
        try (EmbeddedPostgres server = EmbeddedPostgres.start(directory)) {
            assertThat(query(server.address(), "select n from acknowledged")).isEqualTo("42");
        }
    }

    @Test
    void a_process_that_got_the_number_of_a_server_long_gone_is_left_alone() throws Exception {
        Process bystander = new ProcessBuilder("sleep", "60").start();
        Files.writeString(
                directory.resolve("data/postmaster.pid"), bystander.pid() + "\n" + directory.resolve("data") + "\n");
        try (EmbeddedPostgres server = EmbeddedPostgres.start(directory)) {
            assertThat(query(server.address(), "select text from note")).isEqualTo("first");
            assertThat(bystander.isAlive()).isTrue();
        } finally {
            bystander.destroyForcibly();
        }
    }

    @Test
    void data_of_another_major_version_is_refused_and_not_touched() throws Exception {
        Path version = directory.resolve("data/PG_VERSION");
        String before = Files.readString(version);
        Files.writeString(version, "12\n");
        try {
            assertThatThrownBy(() -> EmbeddedPostgres.start(directory))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("made by PostgreSQL 12");
        } finally {
            Files.writeString(version, before);
        }
    }

    @Test
    void a_first_start_that_broke_off_is_begun_anew() throws Exception {
        Path place = folder.resolve("half-made");
        Files.createDirectories(place.resolve("data-half/base"));
        TestDatabase.lendProgramsTo(place);
        Files.writeString(place.resolve("password"), "of a database that never was");
        try (EmbeddedPostgres server = EmbeddedPostgres.start(place)) {
            assertThat(query(server.address(), "select 1")).isEqualTo("1");
        }
    }

    /** A platform that is killed: it starts the server, opens a connection and is gone without a word. */
    static final class Abandoned {
        static final int STATUS = 137;

        @SuppressWarnings({"resource", "MustBeClosedChecker"})
        public static void main(String[] arguments) throws SQLException {
            EmbeddedPostgres server = EmbeddedPostgres.start(Path.of(arguments[0]));
            server.address().connect().setClientInfo("ApplicationName", "left open");
            Runtime.getRuntime().halt(STATUS);
        }
    }

    private static boolean serverProcess() {
        return Files.exists(directory.resolve("data/postmaster.pid"))
                && ProcessHandle.of(processNumber()).map(ProcessHandle::isAlive).orElse(false);
    }

    private static long processNumber() {
        try {
            List<String> lines = Files.readAllLines(directory.resolve("data/postmaster.pid"));
            return Long.parseLong(lines.getFirst().strip());
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static void execute(DatabaseAddress address, String sql) throws SQLException {
        try (Connection connection = address.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(DatabaseAddress address, String sql) throws SQLException {
        try (Connection connection = address.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
