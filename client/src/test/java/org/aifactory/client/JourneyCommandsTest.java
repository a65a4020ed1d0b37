package org.aifactory.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.aifactory.client.Program.Run;
import org.aifactory.client.server.ExitStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams and downloads that break off, and what a command does with what it is told. */
class JourneyCommandsTest {
    private static final String RUN = "3f1c22d0-8b86-4011-b42d-00cf4fc964ff";
    private static final String MODEL = "77aa22d0-8b86-4011-b42d-00cf4fc964ff";

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

    private static void stream(HttpExchange exchange, String events) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(events.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void runIs(String state) {
        String run = "{\"id\":\"" + RUN + "\",\"name\":\"laws\",\"recipe\":\"COMMAND\",\"state\":\"" + state
                + "\",\"submitted\":\"2026-11-27T10:00:00Z\",\"budget\":{\"used\":7,\"unit\":\"CPU_CORE_SECOND\"}}";
        platform.when("GET /api/runs", 200, "[" + run + "]").when("GET /api/runs/" + RUN, 200, run);
    }

    @Test
    void watching_goes_on_after_the_stream_was_cut_with_what_was_not_seen_yet() {
        runIs("RUNNING");
        AtomicInteger streams = new AtomicInteger();
        platform.when("GET /api/runs/" + RUN + "/events", exchange -> {
            if (streams.incrementAndGet() == 1) {
                stream(exchange, "id: 41\nevent: metric\ndata: {\"step\":1}\n\nid: 42\nevent: me");
            } else {
                assertThat(exchange.getRequestHeaders().getFirst("Last-Event-ID"))
                        .isEqualTo("41");
                runIs("SUCCEEDED");
                stream(exchange, "id: 43\nevent: end\ndata: {}\n\n");
            }
        });
        Run run = run("jobs", "3f1c", "--watch");
        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("succeeded", "7 core-seconds charged");
        assertThat(streams).hasValue(2);
    }

    @Test
    void a_run_that_failed_has_a_status_of_its_own() {
        runIs("FAILED");
        Run run = run("jobs", "laws", "--watch");
        assertThat(run.status()).isEqualTo(ExitStatus.RUN_FAILED.number());
        assertThat(run.err()).contains("./aifactory logs 3f1c22d0");
    }

    @Test
    void a_log_is_followed_to_its_end_and_a_character_may_be_cut_in_two() {
        runIs("RUNNING");
        byte[] log = "시작\nprogress\u001b[31m 50 %\n끝\n".getBytes(StandardCharsets.UTF_8);
        platform.when("GET /api/runs/" + RUN + "/log", exchange -> {
            String query = exchange.getRequestURI().getQuery();
            int from = Integer.parseInt(query.replaceAll(".*from=(\\d+).*", "$1"));
            int most = Math.min(4, Integer.parseInt(query.replaceAll(".*most=(\\d+).*", "$1")));
            int to = Math.min(log.length, from + most);
            if (to == log.length) {
                runIs("SUCCEEDED");
            }
            exchange.getResponseHeaders().set("X-Log-Next", Integer.toString(to));
            exchange.getResponseHeaders().set("X-Log-Size", Integer.toString(log.length));
            exchange.sendResponseHeaders(200, to == from ? -1 : to - from);
            exchange.getResponseBody().write(log, from, to - from);
            exchange.close();
        });
        Run run = run("logs", "-f", RUN);
        assertThat(run.status()).isZero();
        assertThat(run.out()).isEqualTo("시작\nprogress[31m 50 %\n끝\n");
    }

    /** The platform chooses anew when the run comes, and meanwhile the machine that costs nothing may have filled up. */
    @Test
    void a_run_may_cost_no_more_than_the_place_that_was_shown() throws IOException {
        platform.when("GET /api/allocations", 200, """
                [{"id":"a","project":"Laws","state":"ACTIVE"},{"id":"b","project":"Trade","state":"ACTIVE"}]""");
        platform.when("POST /api/estimates", 200, """
                {"sizes":[],"placement":{"why":"It ends first there.","candidates":[
                 {"name":"Free","project":"Laws","chosen":true,"eligible":true,"cents":0},
                 {"name":"Paid","project":"Trade","chosen":false,"eligible":true,"cents":1250}]}}""");
        platform.when("POST /api/runs", 201, "{\"id\":\"" + RUN + "\"}");
        Path script = Files.writeString(home.resolve("script.sh"), "true");
        Run run = run("train", "--recipe", "command", "--command", script.toString(), "--yes", "--no-watch");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).contains("PRICE", "12.50");
        assertThat(platform.asked("POST").getLast().body()).contains("\"allocation\":\"any\"", "\"mostCents\":0");
    }

    @Test
    void a_chat_sends_what_was_said_before_and_shows_the_answer_as_it_comes() {
        modelHas("config.json", "");
        platform.when("GET /v1/models", 200, "{\"data\":[{\"id\":\"handbook\",\"created\":1}]}")
                .when("GET /api/models/" + MODEL + "/chat", 200, "{\"state\":\"ASLEEP\",\"paidBy\":\"x\"}");
        platform.when("POST /v1/chat/completions", exchange -> stream(exchange, """
                        data: {"choices":[{"delta":{"content":"In "}}]}

                        : ping

                        data: {"choices":[{"delta":{"content":"Kajaani."}}]}

                        data: [DONE]

                        """));
        Run run = Program.signedIn(home, platform.address())
                .runWithInput("Where is LUMI?\nReally?\n/exit\nnot asked\n", "chat");
        assertThat(run.status()).isZero();
        assertThat(run.out()).isEqualTo("In Kajaani.\nIn Kajaani.\n");
        assertThat(platform.asked("POST")).hasSize(2);
        assertThat(platform.asked("POST").getLast().body())
                .contains("Where is LUMI?", "\"assistant\"", "In Kajaani.", "Really?");
    }

    private void modelHas(String name, String sha256) {
        platform.when(
                "GET /api/models", 200, "[{\"id\":\"" + MODEL + "\",\"slug\":\"handbook\",\"name\":\"Handbook\"}]");
        platform.when(
                "GET /api/models/" + MODEL + "/files",
                200,
                "[{\"path\":\"" + name + "\",\"bytes\":5,\"sha256\":\"" + sha256 + "\"}]");
    }

    @Test
    void a_download_that_was_cut_off_is_begun_anew_and_has_its_name_when_it_is_right() {
        modelHas("config.json", "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
        AtomicInteger attempts = new AtomicInteger();
        platform.when("GET /api/models/" + MODEL + "/file", exchange -> {
            exchange.sendResponseHeaders(200, 5);
            exchange.getResponseBody()
                    .write("hello".getBytes(StandardCharsets.UTF_8), 0, attempts.incrementAndGet() == 1 ? 2 : 5);
            exchange.close();
        });
        Path folder = home.resolve("model");
        assertThat(run("models", "download", "handbook", "--to", folder.toString())
                        .status())
                .isZero();
        assertThat(folder.resolve("config.json")).hasContent("hello");
        assertThat(folder.resolve("config.json.part")).doesNotExist();
    }

    @Test
    void a_file_that_would_leave_the_folder_is_not_written() {
        modelHas("../evil", "");
        Run run = run(
                "models", "download", "handbook", "--to", home.resolve("model").toString());
        assertThat(run.status()).isEqualTo(ExitStatus.SERVER_FAILED.number());
        assertThat(Files.exists(home.resolve("evil"))).isFalse();
    }

    @Test
    void a_beginning_of_an_id_that_means_two_things_is_not_guessed() {
        platform.when("GET /api/runs", 200, "[{\"id\":\"abcd1\"},{\"id\":\"abcd2\"}]");
        Run run = run("cancel", "abcd");
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE.number());
        assertThat(run.err()).contains("abcd1", "abcd2");
    }

    private void modelIs(String state) {
        modelHas("config.json", "");
        platform.when("GET /v1/models", 200, "{\"data\":[{\"id\":\"handbook\",\"created\":1}]}")
                .when("GET /api/models/" + MODEL + "/chat", 200, "{\"state\":\"" + state + "\",\"paidBy\":\"x\"}");
    }

    private Run talk(String input, String... words) {
        return Program.signedIn(home, platform.address()).runWithInput(input, words);
    }

    @Test
    void where_a_model_cannot_see_the_whole_conversation_its_beginning_is_forgotten() {
        modelIs("READY");
        platform.when("POST /v1/chat/completions", exchange -> {
            String body = platform.asked("POST").getLast().body();
            if (body.contains("much") || body.split("\"user\"").length > 3) {
                FakePlatform.send(
                        exchange,
                        400,
                        "application/json",
                        "{\"error\":{\"message\":\"This model's maximum context length is 64 tokens, the answer included.\"}}");
            } else {
                stream(exchange, "data: {\"choices\":[{\"delta\":{\"content\":\"Yes.\"}}]}\n\ndata: [DONE]\n\n");
            }
        });
        Run run = talk("one\ntwo\nthree\nfour\nhow much\nlast\n", "chat", "--system", "Be brief.");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).isEqualTo("Yes.\n".repeat(5));
        assertThat(run.err())
                .containsOnlyOnce(
                        "(The beginning of the conversation is forgotten: this model sees 64 tokens at once.)")
                .containsOnlyOnce("(This is too long: this model sees 64 tokens at once.)")
                .doesNotContain("waking");
        assertThat(platform.asked("POST").getLast().body())
                .contains("Be brief.", "four", "last")
                .doesNotContain("three", "much");
    }

    @Test
    void what_is_no_question_is_not_sent_to_the_model() {
        modelIs("READY");
        Run run = talk("\n  \n/rest\n/exit\n", "chat");
        assertThat(run.status()).isZero();
        assertThat(run.err()).contains("/rest", "/reset", "/exit");
        assertThat(run("chat", "--ask", " ").status()).isEqualTo(ExitStatus.USAGE.number());
        assertThat(platform.asked("POST")).isEmpty();
    }

    @Test
    void a_chat_that_several_allocations_could_pay_for_lists_them() {
        modelHas("config.json", "");
        platform.when("GET /v1/models", 200, "{\"data\":[{\"id\":\"handbook\",\"created\":1}]}")
                .when("GET /api/models/" + MODEL + "/chat", 200, "{\"state\":\"STOPPED\"}")
                .when("GET /api/allocations", 200, """
                [{"id":"aaaa1111-0","project":"Laws","state":"ACTIVE","hours":{"granted":{"CORE_HOUR":4}}},
                 {"id":"bbbb2222-0","project":"Trade","state":"ACTIVE","hours":{}}]""");
        Run run = run("chat", "--ask", "Who?");
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE.number());
        assertThat(run.err()).contains("--allocation", "aaaa1111", "Laws", "bbbb2222", "Trade");
    }

    @Test
    void a_script_that_cannot_be_one_is_refused_with_the_reason() throws IOException {
        platform.when("GET /api/allocations", 200, "[{\"id\":\"a\",\"project\":\"Laws\",\"state\":\"ACTIVE\"}]");
        Path huge = home.resolve("huge");
        try (java.io.RandomAccessFile file = new java.io.RandomAccessFile(huge.toFile(), "rw")) {
            file.setLength(3L << 30);
        }
        assertThat(script(huge)).contains("longer than 256 KiB");
        assertThat(script(home)).contains("is a folder");
        assertThat(script(home.resolve("none"))).contains("There is no file");
        assertThat(script(Files.createFile(home.resolve("empty")))).contains("is empty");
        assertThat(platform.asked("POST")).isEmpty();
    }

    private String script(Path file) {
        Run run = run("train", "--recipe", "command", "--command", file.toString(), "--yes");
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.REFUSED.number());
        return run.err();
    }

    @Test
    void words_of_the_command_are_checked_before_anything_is_sent() {
        assertThat(run("login", "--sign-up", "--kind", "banana").err()).contains("COMPANY", "RESEARCH", "PUBLIC_BODY");
        assertThat(run("train", "--recipe", "banana").err()).contains("CHATBOT", "FINETUNE", "COMMAND");
        assertThat(platform.asked()).isEmpty();
    }

    @Test
    void an_application_names_the_partitions_and_modes_that_there_are() {
        platform.when("GET /api/me", 200, "{\"memberships\":[{\"organisation\":\"o\",\"name\":\"O\"}]}")
                .when("GET /api/partitions", 200, "[{\"slug\":\"local-cpu\",\"name\":\"This\",\"open\":true}]");
        Run nowhere = run("apply", "--hours", "1", "--partition", "nowhere", "--project", "P");
        assertThat(nowhere.status()).isEqualTo(ExitStatus.NOT_FOUND.number());
        assertThat(nowhere.err()).contains("nowhere", "local-cpu");

        platform.when("POST /api/applications/check", 200, """
                {"faults":[{"field":"mode","message":"Choose a mode."}],
                 "modes":[{"mode":"fast-lane","fit":"OFFERED"},{"mode":"large","fit":"UNFIT"}]}""");
        Run open = run("apply", "--hours", "1", "--partition", "local-cpu", "--project", "P");
        assertThat(open.err()).contains("--mode=fast-lane").doesNotContain("--mode=large");
    }

    @Test
    void data_that_the_platform_refuses_leaves_word_of_the_empty_dataset_and_what_the_engine_refuses_is_named()
            throws IOException {
        Path file = Files.writeString(home.resolve("talk.jsonl"), "{}");
        String content = "0".repeat(64);
        platform.when("GET /api/me", 200, "{\"memberships\":[{\"organisation\":\"o\",\"name\":\"O\"}]}")
                .when("GET /api/datasets", 200, "[]")
                .when("POST /api/datasets", 201, "{\"id\":\"d1\",\"name\":\"talk\"}")
                .when("GET /api/uploads", 200, "[]")
                .when("POST /api/uploads", 201, "{\"id\":\"u1\"}")
                .when("PATCH /api/uploads/u1", exchange -> {
                    exchange.getRequestBody().readAllBytes();
                    exchange.getResponseHeaders().set("Upload-Offset", "2");
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                })
                .when("POST /api/datasets/d1/versions", 422, "{\"title\":\"Against the rules\"}");
        Run refused = run("data", "add", file.toString());
        assertThat(refused.status()).isEqualTo(ExitStatus.REFUSED.number());
        assertThat(refused.err()).contains("Against the rules", "The new dataset talk stays", "data remove d1");

        platform.when("POST /api/datasets/d1/versions", 201, "{\"id\":\"d1:" + content + "\",\"dataset\":\"talk\"}")
                .when(
                        "GET /api/datasets/d1/versions/" + content + "/files",
                        200,
                        "[{\"path\":\"talk.jsonl\",\"remark\":\"has a line 1 that is odd, which the engine refuses\"}]");
        Run added = run("data", "add", file.toString());
        assertThat(added.status()).as(added.err()).isZero();
        assertThat(added.err()).contains("The file talk.jsonl has a line 1 that is odd, which the engine refuses.");
    }
}
