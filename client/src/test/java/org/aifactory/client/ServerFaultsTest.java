package org.aifactory.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.aifactory.client.Program.Run;
import org.aifactory.client.server.ExitStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that is away, wrong, hostile or cut off: each gives a sentence, a status, and no harm. */
class ServerFaultsTest {
    private final FakePlatform platform = new FakePlatform();

    @TempDir
    Path home;

    @AfterEach
    void close() {
        platform.close();
    }

    private Run run(String... words) {
        return Program.signedIn(home, platform.address()).run(words);
    }

    @Test
    void where_nothing_listens_it_says_at_which_address_and_what_to_do() {
        platform.close();
        Run run = run("data");
        assertThat(run.status()).isEqualTo(ExitStatus.UNREACHABLE.number());
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains(platform.address().toString(), "./aifactory up", "--server");
    }

    @ParameterizedTest
    @CsvSource({
        "400, invalid-request, REFUSED",
        "401, sign-in-needed, SIGN_IN_NEEDED",
        "403, not-allowed, NOT_ALLOWED",
        "404, not-found, NOT_FOUND",
        "409, not-now, NOT_NOW",
        "409, not-enough-left, NOT_ENOUGH_LEFT",
        "422, against-rules, REFUSED",
        "429, too-many-attempts, TOO_MANY",
        "500, unexpected, SERVER_FAILED",
        "503, unavailable, SERVER_FAILED"
    })
    void a_refusal_is_told_in_the_servers_words_with_its_page_and_has_its_own_status(
            int status, String type, ExitStatus expected) {
        platform.when("GET /api/datasets", status, """
                {"type":"/docs/problems/%s","title":"A title","detail":"A sentence.","news":1}""".formatted(type));
        Run run = run("data");
        assertThat(run.status()).isEqualTo(expected.number());
        assertThat(run.err()).contains("A title: A sentence.").contains(platform.address() + "/docs/problems/" + type);
    }

    @Test
    void every_field_that_is_wrong_is_named() {
        platform.when("GET /api/datasets", 400, """
                {"type":"/docs/problems/invalid-request","title":"Bad","detail":"2 fields are wrong; each says why.",
                 "errors":[{"field":"hours","message":"This is less than a second."},{"field":"unit","message":"Which?"}]}""");
        assertThat(run("data").err()).contains("hours: This is less than a second.", "unit: Which?");
    }

    @Test
    void a_page_of_some_other_server_is_not_taken_for_an_answer() {
        platform.whenText("GET /api/datasets", 200, "text/html", "<html>Welcome</html>");
        Run run = run("data");
        assertThat(run.status()).isEqualTo(ExitStatus.SERVER_FAILED.number());
        assertThat(run.err()).contains("text/html").doesNotContain("Welcome");

        platform.whenText("GET /api/datasets", 502, "text/html", "<html>Bad gateway</html>");
        assertThat(run("data").err()).contains("502").doesNotContain("<html>");

        platform.when("GET /api/datasets", 200, "{\"broken\":");
        assertThat(run("data").err()).contains("damaged");
    }

    @Test
    void a_connection_that_breaks_while_reading_is_tried_again() {
        AtomicInteger attempts = new AtomicInteger();
        platform.when("GET /api/datasets", exchange -> {
            if (attempts.incrementAndGet() < 4) {
                exchange.close();
            } else {
                FakePlatform.send(exchange, 200, "application/json", "[]");
            }
        });
        assertThat(run("data").status()).isZero();
    }

    @Test
    void a_redirection_is_not_followed_because_it_would_carry_the_token_elsewhere() {
        try (FakePlatform thief = new FakePlatform()) {
            platform.when("GET /api/datasets", exchange -> {
                exchange.getResponseHeaders().set("Location", thief.address() + "/api/datasets");
                exchange.sendResponseHeaders(302, -1);
                exchange.close();
            });
            assertThat(run("data").status()).isNotZero();
            assertThat(thief.asked()).isEmpty();
        }
    }

    @Test
    void nothing_that_a_server_says_reaches_the_terminal_as_control() {
        String evil = "\\u001b[2Jwiped\\u0007\\u009b31m\\u202egnp.exe\\r\\n";
        platform.when("GET /api/datasets", 200, """
                [{"id":"0aa4","name":"%s","licence":"MIT","made":"2026-01-01T00:00:00Z","documents":{}}]""".formatted(evil));
        platform.when("GET /api/datasets/0aa4/versions", 200, "[]");
        Run table = run("data");
        assertThat(table.status()).isZero();
        assertThat(table.out()).contains("wiped").doesNotContainPattern("[\\x1b\\x07\\x9b\\r\\u202e]");
        Run json = run("data", "--json");
        assertThat(json.out()).containsIgnoringCase("\\u001b").doesNotContainPattern("[\\x1b\\x07\\x9b\\r\\u202e]");

        platform.when("GET /api/datasets", 409, "{\"title\":\"%s\",\"detail\":\"x\"}".formatted(evil));
        assertThat(run("data").err()).contains("wiped").doesNotContainPattern("[\\x1b\\x07\\x9b\\u202e]");
    }

    @Test
    void words_that_cannot_be_understood_are_named_with_the_way_to_help() {
        Run run = run("data", "add");
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE.number());
        assertThat(run.err()).contains("PATH").contains("./aifactory data add --help");
        assertThat(run("nonsense").err()).contains("There is no command 'nonsense'");
        assertThat(run("data", "--server", "ftp://x").status()).isEqualTo(ExitStatus.USAGE.number());
    }

    @ParameterizedTest
    @CsvSource({
        "login",
        "apply",
        "allocations",
        "data",
        "data add",
        "data show",
        "data remove",
        "train",
        "jobs",
        "logs",
        "cancel",
        "statement",
        "models",
        "models show",
        "models download",
        "chat"
    })
    void every_command_explains_itself_with_an_example(String command) {
        String[] words = (command + " --help").split(" ");
        Run run = run(words);
        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("Usage: aifactory " + command, "Example", "./aifactory " + command);
        assertThat(platform.asked()).isEmpty();
    }
}
