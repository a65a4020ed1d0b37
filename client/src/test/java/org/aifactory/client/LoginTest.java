package org.aifactory.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.aifactory.client.Program.Run;
import org.aifactory.client.server.ExitStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginTest {
    private final FakePlatform platform = new FakePlatform()
            .when("GET /api/me", 200, "{\"name\":\"Aino\",\"email\":\"aino@example.org\",\"memberships\":[]}")
            .when("POST /api/sign-in", 200, "{\"token\":\"aif_fromserver\"}")
            .when("GET /api/datasets", 200, "[]");

    @TempDir
    Path home;

    @AfterEach
    void close() {
        platform.close();
    }

    private Path file() {
        return home.resolve(".config/aifactory/credentials.json");
    }

    @Test
    void a_token_is_kept_where_only_its_owner_reads_it_and_used_from_then_on() throws IOException {
        Program program = new Program(home);
        String address = platform.address().toString();
        Run login = program.runWithInput("aif_mine\n", "login", "--server", address);
        assertThat(login.status()).isZero();
        assertThat(login.err()).contains("Aino").doesNotContain("aif_mine");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");

        assertThat(program.run("data").status()).isZero();
        assertThat(platform.asked().getLast().authorization()).isEqualTo("Bearer aif_mine");
    }

    @Test
    void a_token_goes_to_the_server_that_gave_it_and_to_no_other() {
        Program program = new Program(home);
        program.runWithInput("aif_mine", "login", "--server", platform.address().toString());
        try (FakePlatform other = new FakePlatform()) {
            program.run("data", "--server", other.address().toString());
            assertThat(other.asked())
                    .singleElement()
                    .satisfies(one -> assertThat(one.authorization()).isEmpty());
        }
    }

    @Test
    void variables_go_before_what_is_saved() {
        Program program = new Program(home);
        program.runWithInput("aif_mine", "login", "--server", platform.address().toString());
        try (FakePlatform other = new FakePlatform().when("GET /api/datasets", 200, "[]")) {
            Run run = Program.signedIn(home, other.address()).run("data");
            assertThat(run.status()).isZero();
            assertThat(other.asked().getFirst().authorization()).isEqualTo("Bearer aif_secret");
        }
    }

    @Test
    void with_an_address_the_line_of_input_is_the_password_and_is_not_kept() throws IOException {
        Run run = new Program(home)
                .runWithInput(
                        "my secret password\n",
                        "login",
                        "--email",
                        "aino@example.org",
                        "--server",
                        platform.address().toString());
        assertThat(run.status()).isZero();
        assertThat(Files.readString(file())).contains("aif_fromserver").doesNotContain("password");
    }

    @Test
    void what_the_server_does_not_know_is_not_kept() {
        platform.when("GET /api/me", 401, "{\"type\":\"/docs/problems/sign-in-needed\",\"title\":\"Sign in first\"}");
        Run run = new Program(home)
                .runWithInput(
                        "aif_wrong", "login", "--server", platform.address().toString());
        assertThat(run.status()).isEqualTo(ExitStatus.SIGN_IN_NEEDED.number());
        assertThat(file()).doesNotExist();
    }

    @Test
    void a_word_that_cannot_stand_in_a_header_is_refused_before_it_is_sent() {
        Run run = new Program(home)
                .runWithInput(
                        "aif_a\u0001b", "login", "--server", platform.address().toString());
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE.number());
        assertThat(platform.asked()).isEmpty();
    }

    @Test
    void a_damaged_file_is_named() throws IOException {
        Files.createDirectories(file().getParent());
        Files.writeString(file(), "{\"servers\":");
        Run run = new Program(home).run("data");
        assertThat(run.status()).isEqualTo(ExitStatus.REFUSED.number());
        assertThat(run.err()).contains(file().toString()).contains("login");
    }

    @Test
    void a_refused_token_of_the_variable_is_said_to_be_its() {
        platform.when(
                "GET /api/datasets", 401, "{\"type\":\"/docs/problems/sign-in-needed\",\"title\":\"Sign in first\"}");
        Run run = Program.signedIn(home, platform.address()).run("data");
        assertThat(run.status()).isEqualTo(ExitStatus.SIGN_IN_NEEDED.number());
        assertThat(run.err())
                .contains("AIFACTORY_TOKEN", "unset it", "./aifactory login --server " + platform.address());
    }
}
