package org.aifactory.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.aifactory.client.Program.Run;
import org.aifactory.client.server.ExitStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The program as people and scripts start it, against the platform as it is. */
class RealPlatformTest {
    private static final int STOPPED = 130;

    @TempDir
    private static Path place;

    private static RealPlatform platform;

    @BeforeAll
    static void start() throws Exception {
        platform = RealPlatform.start(Files.createDirectory(place.resolve("platform")));
    }

    @AfterAll
    static void stop() throws Exception {
        platform.close();
    }

    private static Piped nobody() throws IOException {
        return new Piped(Files.createTempDirectory(place, "person"), platform.address());
    }

    /** Somebody who has signed up, and whose login is kept. */
    private static Piped founder(String name) throws Exception {
        Piped person = nobody();
        Run login = person.runWithInput(
                "correct horse battery\n",
                "login",
                "--sign-up",
                "--email",
                UUID.randomUUID() + "@example.org",
                "--name",
                name,
                "--organisation",
                name + " and friends",
                "--country",
                "FI");
        assertThat(login.status()).as(login.err()).isZero();
        assertThat(login.err()).contains("Signed in at " + platform.address() + " as " + name);
        return person;
    }

    /** With hours of a core, and a dataset called handbook. */
    private static Piped granted(String name) throws Exception {
        Piped person = founder(name);
        Run apply = person.run(
                "apply",
                "--hours",
                "4",
                "--partition",
                "local-cpu",
                "--project",
                "Handbook",
                "--purpose",
                "To know our handbook.",
                "--profile",
                "staff=4",
                "--profile",
                "turnover=0");
        assertThat(apply.status()).as(apply.err()).isZero();
        assertThat(apply.out()).contains("granted", "Handbook");
        Run data = person.run("data", "add", texts().toString(), "--dataset", "handbook", "--licence", "CC0-1.0");
        assertThat(data.status()).as(data.err()).isZero();
        assertThat(data.out()).contains("Dataset handbook, version 1: 2 files");
        return person;
    }

    private static Path texts() throws IOException {
        Path folder = Files.createTempDirectory(place, "texts");
        List<String> some = List.of("to", "be", "or", "not", "that", "is", "the", "question");
        String words = IntStream.range(0, 2500)
                .mapToObj(i -> some.get((i * 7 + i / 5) % some.size()))
                .collect(Collectors.joining(" "));
        Files.writeString(folder.resolve("text.txt"), words);
        Files.writeString(
                folder.resolve("talk.jsonl"),
                IntStream.range(0, 40).mapToObj(i -> """
                                {"messages": [{"role": "user", "content": "to be %s?"}, {"role": "assistant", "content": "not that %s."}]}
                                """.formatted(i, i)).collect(Collectors.joining()));
        return folder;
    }

    private static Run script(Piped person, String script, String... more) throws Exception {
        return start(person, script, more).end();
    }

    private static Piped.Started start(Piped person, String script, String... more) throws Exception {
        return start(person, script, 1, more);
    }

    private static Piped.Started start(Piped person, String script, int minutes, String... more) throws Exception {
        Path file = Files.writeString(Files.createTempFile(place, "train", ".sh"), script);
        String[] words = {
            "train",
            "--recipe",
            "command",
            "--command",
            file.toString(),
            "--minutes",
            Integer.toString(minutes),
            "--cores",
            "1",
            "--memory-gb",
            "0.2"
        };
        return person.start(
                "",
                java.util.stream.Stream.concat(java.util.Arrays.stream(words), java.util.Arrays.stream(more))
                        .toArray(String[]::new));
    }

    @Test
    void from_signing_up_to_a_model_that_answers_in_a_pipe_and_as_json() throws Exception {
        Piped aino = granted("Aino");
        JsonNode allocation = aino.json("allocations").get(0);
        assertThat(allocation.get("state").asString()).isEqualTo("ACTIVE");

        Run own = script(aino, "echo hello; wc -w \"$AIFACTORY_DATA\"/*", "--data", "handbook", "--name", "words");
        assertThat(own.status()).as(own.err()).isZero();
        assertThat(own.out()).contains("succeeded").containsPattern("core-seconds? charged");
        assertThat(aino.run("logs", "-f", "words").out()).startsWith("hello\n").contains("2500");
        assertThat(aino.run("jobs").out()).contains("words", "command");
        assertThat(aino.json("jobs", "words").get("state").asString()).isEqualTo("SUCCEEDED");

        Run trained = aino.run(
                "train",
                "--data",
                "handbook",
                "--steps",
                "2",
                "--cores",
                "1",
                "--memory-gb",
                "1.6",
                "--name",
                "Handbook");
        assertThat(trained.status()).as(trained.err() + aino.run("logs").out()).isZero();
        JsonNode model = aino.json("models").get(0);
        assertThat(model.get("name").asString()).isEqualTo("Handbook");
        assertThat(trained.err())
                .contains("./aifactory chat " + model.get("slug").asString());

        Run answer = aino.run("chat", "--ask", "to be?", "--max-tokens", "8");
        assertThat(answer.status()).as(answer.err()).isZero();
        assertThat(answer.err()).contains("It answers at the cost of the allocation Handbook.");
        JsonNode whole = aino.json("chat", "--ask", "to be?", "--max-tokens", "8");
        assertThat(whole.at("/choices/0/message/role").asString()).isEqualTo("assistant");

        JsonNode statement = aino.json("statement");
        assertThat(statement.get("granted").asLong())
                .isEqualTo(statement.get("held").asLong()
                        + statement.get("spent").asLong()
                        + statement.get("free").asLong());
        assertThat(aino.run("statement").out()).contains("words", "Handbook");
        assertThat(aino.run("statement", "--csv").out().lines().findFirst().orElse(""))
                .contains(",");
        for (JsonNode run : aino.json("jobs")) {
            aino.run("cancel", run.get("id").asString());
        }
    }

    @Test
    void ctrl_c_ends_the_watching_and_says_that_the_run_goes_on() throws Exception {
        Piped bo = granted("Bo");
        Run watched = start(bo, "echo begun; sleep 50", "--name", "long").interruptAfter("running");
        assertThat(watched.status()).isEqualTo(STOPPED);
        assertThat(watched.err()).contains("Stopped watching; the run goes on.", "./aifactory cancel ");

        Run followed = bo.start("", "logs", "-f", "long").interruptAfter("begun");
        assertThat(followed.status()).isEqualTo(STOPPED);
        assertThat(followed.err()).contains("the run goes on. Watch it again: ./aifactory logs -f ");

        assertThat(bo.json("jobs", "long").get("state").asString()).isEqualTo("RUNNING");
        Run cancelled = bo.run("cancel", "long");
        assertThat(cancelled.status()).as(cancelled.err()).isZero();
        Run ended = bo.run("jobs", "long", "--watch");
        assertThat(ended.status()).isEqualTo(ExitStatus.RUN_FAILED.number());
        assertThat(ended.out()).contains("cancelled");
        assertThat(bo.run("cancel", "long").err()).contains("had ended before");
    }

    @Test
    void a_script_that_fails_and_one_that_asks_for_too_much_have_a_status_of_their_own() throws Exception {
        Piped cleo = granted("Cleo");
        Run failed = script(cleo, "echo oh no; exit 3", "--name", "bad");
        assertThat(failed.status()).isEqualTo(ExitStatus.RUN_FAILED.number());
        assertThat(failed.err()).contains("What it printed: ./aifactory logs ");
        assertThat(cleo.run("logs", "bad").out()).isEqualTo("oh no\n");

        Run tooMuch = start(cleo, "true", 600).end();
        assertThat(tooMuch.status()).as(tooMuch.err()).isEqualTo(ExitStatus.NOT_ENOUGH_LEFT.number());
        assertThat(cleo.json("allocations").get(0).at("/hours/held/CORE_HOUR").asDouble())
                .isZero();
    }

    @Test
    void who_is_not_signed_in_or_no_more_learns_what_to_type() throws Exception {
        for (Piped person : new Piped[] {nobody(), nobody().with("AIFACTORY_TOKEN", "aif_expired-or-made-up")}) {
            Run jobs = person.run("jobs");
            assertThat(jobs.status()).isEqualTo(ExitStatus.SIGN_IN_NEEDED.number());
            assertThat(jobs.out()).isEmpty();
            assertThat(jobs.err()).contains("./aifactory login --server " + platform.address());
        }
        Run login = nobody().runWithInput("aif_made-up\n", "login");
        assertThat(login.status()).isEqualTo(ExitStatus.SIGN_IN_NEEDED.number());
        Run password = nobody().runWithInput("wrong password\n", "login", "--email", "nobody@example.org");
        assertThat(password.status()).isEqualTo(ExitStatus.SIGN_IN_NEEDED.number());
        assertThat(password.err()).doesNotContain("wrong password");
    }

    @Test
    void a_server_that_is_none_is_named() throws Exception {
        Piped dora = founder("Dora");
        Run away = dora.run("jobs", "--server", "http://127.0.0.1:1");
        assertThat(away.status()).isEqualTo(ExitStatus.UNREACHABLE.number());
        assertThat(away.err()).contains("http://127.0.0.1:1 cannot be reached");
        assertThat(dora.run("jobs", "--server", "127.0.0.1").status()).isEqualTo(ExitStatus.USAGE.number());
        // A token is for the server that gave it.
        String elsewhere = platform.address().replace("127.0.0.1", "localhost");
        assertThat(dora.run("jobs", "--server", elsewhere).status()).isEqualTo(ExitStatus.SIGN_IN_NEEDED.number());
    }

    @Test
    void names_of_nothing_are_answered_with_what_there_is() throws Exception {
        Piped eero = founder("Eero");
        String[][] commands = {
            {"train", "--data", "nothing", "--minutes", "1"},
            {"logs", "nothing"},
            {"cancel", "nothing"},
            {"jobs", "nothing"},
            {"jobs", "--watch"},
            {"statement", "nothing"},
            {"chat", "nothing"},
            {"models", "show", "nothing"},
            {"data", "show", "nothing"}
        };
        for (String[] command : commands) {
            Run run = eero.run(command);
            assertThat(run.status())
                    .as(String.join(" ", command) + ": " + run.err())
                    .isEqualTo(ExitStatus.NOT_FOUND.number());
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).containsPattern("There (is|are) no|You have no time on a machine");
        }
        Run nowhere = eero.run("apply", "--hours", "1", "--partition", "nowhere", "--project", "P", "--purpose", "p");
        assertThat(nowhere.status()).as(nowhere.err()).isIn(ExitStatus.REFUSED.number(), ExitStatus.NOT_FOUND.number());
        assertThat(eero.run("data", "add", "/no/such/file").status()).isEqualTo(ExitStatus.REFUSED.number());
    }

    @Test
    void where_nobody_can_be_asked_what_is_missing_is_said_and_nothing_is_done() throws Exception {
        Piped fanni = founder("Fanni");
        Run apply = fanni.run("apply", "--partition", "local-cpu");
        assertThat(apply.status()).isEqualTo(ExitStatus.USAGE.number());
        assertThat(apply.err()).contains("--hours is missing, and there is no terminal on which to ask for it.");
        Run login = nobody().run("login");
        assertThat(login.status()).isEqualTo(ExitStatus.USAGE.number());
        assertThat(login.err()).contains("Standard input is empty");
        Run check = fanni.run("apply", "--hours", "1", "--partition", "local-cpu", "--project", "P", "--check");
        assertThat(check.status()).isEqualTo(ExitStatus.REFUSED.number());
        assertThat(check.err()).contains("--purpose", "--profile staff=");
        assertThat(fanni.json("allocations")).isEmpty();
    }

    @Test
    void what_is_written_in_korean_comes_back_so_wherever_the_computer_is() throws Exception {
        Piped person = granted("한나").speaking("ko");
        Run run = script(person, "echo 끝났습니다", "--name", "첫 실행");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(person.run("logs", "첫 실행").out()).isEqualTo("끝났습니다\n");
        assertThat(person.run("jobs").out()).contains("첫 실행");
        assertThat(person.json("jobs", "첫 실행").get("name").asString()).isEqualTo("첫 실행");
        Run none = person.speaking("tr").run("jobs", "없는 이름");
        assertThat(none.status()).isEqualTo(ExitStatus.NOT_FOUND.number());
        assertThat(none.err()).contains("“없는 이름”");
    }
}
