package org.aifactory.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.aifactory.Client;
import org.aifactory.Client.Answer;
import org.aifactory.PlatformTest;
import org.aifactory.ledger.Balance;
import org.aifactory.ledger.Ledger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** A start-up's own programs as runs: what they are given, what comes back, and what it costs to the second. */
@PlatformTest
class CommandRunTest {
    private static final long SECONDS = 100_000;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private JdbcClient sql;

    @Autowired
    private Ledger ledger;

    private Lab lab;

    @BeforeEach
    void found() {
        lab = new Lab(clients.founder("Aino"), sql, ledger, SECONDS).operating();
    }

    @AfterEach
    void leave() {
        Lab.nobodyOperates(sql);
    }

    @Test
    void this_computer_is_one_node() {
        Map<String, Object> wish = new HashMap<>(lab.script("true"));
        wish.put("nodes", 2);
        Answer refused = lab.submit(wish);
        assertThat(refused.problem()).isEqualTo("invalid-request");
        assertThat(refused.body()).contains("one node");
    }

    @Test
    void a_script_reads_its_data_writes_its_output_and_is_charged_its_own_seconds() {
        Map<String, Object> wish = lab.script("""
                cat "$AIFACTORY_DATA/a.txt" > "$AIFACTORY_OUTPUT/copy.txt"
                echo "$GREETING $AIFACTORY_CORES $AIFACTORY_ATTEMPT" >> "$AIFACTORY_OUTPUT/copy.txt"
                for step in 1 2 3; do echo "{\\"step\\": $step, \\"loss\\": 0.$step}" >> "$AIFACTORY_METRICS"; done
                sleep 2
                echo done
                """);
        wish.put("dataset", lab.version(Map.of("a.txt", "Terve!\n".getBytes(UTF_8))));
        wish.put("environment", Map.of("GREETING", "Hello"));

        JsonNode run = lab.awaitEnd(lab.start(wish));

        String id = run.get("id").asString();
        assertThat(run.get("state").asString()).as(lab.log(id)).isEqualTo("SUCCEEDED");
        assertThat(run.get("words").asString()).isEqualTo("Ended well.");
        assertThat(lab.output(id, "copy.txt")).isEqualTo("Terve!\nHello 1 1\n");
        assertThat(lab.log(id)).isEqualTo("done\n");
        JsonNode metrics = lab.client.get("/api/runs/" + id + "/metrics").json(200);
        assertThat(metrics).hasSize(3);
        assertThat(metrics.at("/2/values/loss").asDouble()).isEqualTo(0.3);

        Duration lived = Duration.between(
                Instant.parse(run.at("/attempts/0/started").asString()),
                Instant.parse(run.at("/attempts/0/ended").asString()));
        long charged = run.get("charged").asLong();
        assertThat(charged).isEqualTo(lived.plusMillis(500).toSeconds()).isBetween(2L, 4L);
        assertThat(lab.balance()).isEqualTo(new Balance(lab.balance().unit(), SECONDS, 0, charged));
    }

    @Test
    void a_script_that_fails_is_charged_and_says_with_what_status() {
        JsonNode run = lab.awaitEnd(lab.start(lab.script("echo oh; exit 3")));
        assertThat(run.get("state").asString()).isEqualTo("FAILED");
        assertThat(run.get("words").asString()).contains("exit status 3");
        assertThat(lab.balance().spent()).isEqualTo(run.get("charged").asLong()).isPositive();
        assertThat(lab.balance().held()).isZero();
    }

    @Test
    void cancelling_ends_the_whole_process_group_and_twice_is_as_good_as_once() {
        String run = lab.start(lab.script("(sleep 600 & sleep 600) & sleep 600; echo never"));
        lab.await(run, view -> view.get("state").asString().equals("RUNNING"));
        lab.client.post("/api/runs/" + run + "/cancel", Map.of()).json(202);
        lab.client.post("/api/runs/" + run + "/cancel", Map.of()).json(202);
        JsonNode ended = lab.awaitEnd(run);
        assertThat(ended.get("state").asString()).isEqualTo("CANCELLED");
        assertThat(lab.balance().held()).isZero();
        assertThat(lab.balance().spent()).isEqualTo(ended.get("charged").asLong());
        lab.client.post("/api/runs/" + run + "/cancel", Map.of()).json(202);
        assertThat(lab.show(run).get("state").asString()).isEqualTo("CANCELLED");
    }

    @Test
    void what_has_not_begun_is_cancelled_for_nothing() {
        String first = lab.start(everyCore("sleep 600"));
        lab.await(first, view -> view.get("state").asString().equals("RUNNING"));
        String second = lab.start(everyCore("echo never"));
        lab.await(
                second,
                view -> view.get("state").asString().equals("QUEUED")
                        && view.get("words").asString().startsWith("Waits"));
        lab.client.post("/api/runs/" + second + "/cancel", Map.of()).json(202);
        assertThat(lab.awaitEnd(second).get("state").asString()).isEqualTo("CANCELLED");
        assertThat(lab.show(second).get("charged").asLong()).isZero();
        lab.client.post("/api/runs/" + first + "/cancel", Map.of()).json(202);
        JsonNode ended = lab.awaitEnd(first);
        assertThat(lab.balance().spent()).isEqualTo(ended.get("charged").asLong());
    }

    /** Whoever waited so long that the hold would be gone before the end leaves the queue, and the site bears nothing. */
    @Test
    void what_has_waited_for_too_long_begins_no_more() {
        String first = lab.start(everyCore("sleep 600"));
        lab.await(first, view -> view.get("state").asString().equals("RUNNING"));
        String second = lab.start(everyCore("echo never"));
        lab.await(second, view -> view.get("state").asString().equals("QUEUED"));
        sql.sql(
                        "update training.attempt set expires_at = now() + interval '1 day' + interval '59 seconds' where run = :run::uuid")
                .param("run", second)
                .update();
        JsonNode ended = lab.awaitEnd(second);
        assertThat(ended.get("state").asString()).isEqualTo("MACHINE_FAILED");
        assertThat(ended.get("words").asString()).contains("waited for too long");
        assertThat(ended.get("charged").asLong()).isZero();
        assertThat(ended.at("/attempts/0/borneBySite").asLong()).isZero();
        assertThat(lab.show(first).get("state").asString()).isEqualTo("RUNNING");
        lab.client.post("/api/runs/" + first + "/cancel", Map.of()).json(202);
        lab.awaitEnd(first);
        assertThat(lab.balance().held()).isZero();
    }

    /** While nobody could say whether the machine had it. */
    @Test
    void what_is_cancelled_on_its_way_to_the_machine_does_not_begin() {
        String first = lab.start(everyCore("sleep 600"));
        lab.await(first, view -> view.get("state").asString().equals("RUNNING"));
        String second = lab.start(everyCore("echo never"));
        lab.await(second, view -> view.get("state").asString().equals("QUEUED"));
        sql.sql("""
                with gone as (delete from federation.local_job where key = (select job from training.attempt where run = :run::uuid)),
                     back as (update training.run set state = 'WAITING' where id = :run::uuid)
                update training.attempt set stage = 'SUBMITTING', submitted_at = null, cancelled_at = now() where run = :run::uuid
                """).param("run", second).update();
        JsonNode ended = lab.awaitEnd(second);
        assertThat(ended.get("state").asString()).isEqualTo("CANCELLED");
        assertThat(ended.get("charged").asLong()).isZero();
        lab.client.post("/api/runs/" + first + "/cancel", Map.of()).json(202);
        lab.awaitEnd(first);
    }

    private Map<String, Object> everyCore(String script) {
        Map<String, Object> wish = lab.script(script);
        wish.put("cores", Runtime.getRuntime().availableProcessors());
        return wish;
    }

    @Test
    void what_reaches_its_time_is_ended_and_pays_no_more_than_was_held() {
        Map<String, Object> wish = lab.script("sleep 600");
        wish.put("minutes", 0.03);
        JsonNode run = lab.awaitEnd(lab.start(wish));
        assertThat(run.get("state").asString()).isEqualTo("TIMED_OUT");
        assertThat(run.get("charged").asLong()).isEqualTo(2);
        assertThat(lab.balance().spent()).isEqualTo(2);
        long site = run.at("/attempts/0/borneBySite").asLong();
        assertThat(run.at("/attempts/0/seconds").asLong()).isEqualTo(2 + site);
    }

    @Test
    void more_than_is_free_cannot_be_asked_for_and_nothing_of_it_remains() {
        Map<String, Object> wish = lab.script("true");
        wish.put("minutes", SECONDS / 60 + 1);
        Answer answer = lab.submit(wish);
        assertThat(answer.problem()).isEqualTo("not-enough-left");
        assertThat(answer.json(409).get("free").asLong()).isEqualTo(SECONDS);
        assertThat(lab.client.get("/api/runs").json(200)).isEmpty();
        assertThat(lab.balance().held()).isZero();
    }

    /** Ten fit; the others are told so. */
    @Test
    void a_thousand_at_once_cannot_spend_more_than_there_is() throws Exception {
        Lab poor = new Lab(clients.founder("Poor"), sql, ledger, 10 * 600).operating();
        String blocker = poor.start(with(everyCore("sleep 600"), poor, 0.01));
        poor.awaitEnd(blocker);
        long left = poor.balance().free();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> answers = IntStream.range(0, 1000)
                    .mapToObj(number -> threads.submit(() -> insist(poor)))
                    .toList();
            int accepted = 0;
            for (Future<Answer> answer : answers) {
                if (answer.get().status() == 201) {
                    accepted++;
                } else {
                    assertThat(answer.get().problem()).isEqualTo("not-enough-left");
                }
            }
            assertThat(accepted).isBetween((int) (left / 600), 20);
        }
        Balance balance = poor.balance();
        assertThat(balance.free()).isNotNegative();
        assertThat(balance.granted()).isEqualTo(6000);
        for (JsonNode run : poor.client.get("/api/runs").json(200)) {
            poor.client
                    .post("/api/runs/" + run.get("id").asString() + "/cancel", Map.of())
                    .json(202);
        }
        long spent = 0;
        for (JsonNode run : poor.client.get("/api/runs").json(200)) {
            spent += poor.awaitEnd(run.get("id").asString()).get("charged").asLong();
        }
        assertThat(poor.balance().held()).isZero();
        assertThat(poor.balance().spent()).isEqualTo(spent);
        assertThat(ledger.audit()).isEmpty();
    }

    /** Asks again with the same key where a connection broke before its answer came, as any client should. */
    private static Answer insist(Lab lab) {
        Map<String, Object> wish = with(lab.script("sleep 1"), lab, 10);
        wish.put("key", UUID.randomUUID());
        for (int left = 5; ; left--) {
            try {
                return lab.submit(wish);
            } catch (UncheckedIOException broken) {
                if (left == 0) {
                    throw broken;
                }
            }
        }
    }

    private static Map<String, Object> with(Map<String, Object> wish, Lab lab, double minutes) {
        wish.put("allocation", lab.allocation);
        wish.put("minutes", minutes);
        return wish;
    }

    @Test
    void the_same_request_with_the_same_key_is_one_run() {
        Map<String, Object> wish = lab.script("echo once");
        wish.put("key", UUID.randomUUID());
        String run = lab.start(wish);
        assertThat(lab.start(wish)).isEqualTo(run);
        wish.put("command", "echo twice");
        assertThat(lab.submit(wish).problem()).isEqualTo("already-taken");
        lab.awaitEnd(run);
        assertThat(lab.client.get("/api/runs").json(200)).hasSize(1);
    }

    @Test
    void a_script_from_windows_runs_and_binary_output_comes_back_as_it_was() throws Exception {
        String run = lab.start(lab.script("#!/bin/bash\r\nif true; then\r\n  printf '\\000\\377\\012'\r\nfi\r\n"));
        assertThat(lab.awaitEnd(run).get("state").asString()).as(lab.log(run)).isEqualTo("SUCCEEDED");
        byte[] log = java.net.http.HttpClient.newHttpClient()
                .send(
                        lab.client.request("/api/runs/" + run + "/log").build(),
                        java.net.http.HttpResponse.BodyHandlers.ofByteArray())
                .body();
        assertThat(log).containsExactly(0, 0xff, '\n');
    }

    @Test
    void secrets_reach_the_program_and_stay_nowhere() throws Exception {
        String secret = "s3cret-" + UUID.randomUUID();
        Map<String, Object> wish = lab.script("[ \"${#TOKEN}\" -gt 20 ] && echo has it");
        wish.put("secrets", Map.of("TOKEN", secret));
        String run = lab.start(wish);
        assertThat(lab.awaitEnd(run).get("state").asString()).isEqualTo("SUCCEEDED");
        assertThat(lab.log(run)).isEqualTo("has it\n");
        assertThat(lab.show(run).toString()).doesNotContain(secret);
        for (String table :
                List.of("training.run", "training.attempt", "federation.local_job", "identity.audit", "ledger.entry")) {
            assertThat(sql.sql("select count(*) from " + table + " as line where line::text like :secret")
                            .param("secret", "%" + secret + "%")
                            .query(Long.class)
                            .single())
                    .as(table)
                    .isZero();
        }
    }

    @Test
    void the_secrets_of_a_run_that_waits_are_sealed_and_reach_it_all_the_same() {
        Map<String, Object> wish = lab.script("echo \"$TOKEN\"");
        wish.put("secrets", Map.of("TOKEN", "s3cret"));
        String sealed;
        String earlier;
        String lost;
        closeComputer();
        try {
            sealed = waiting(wish);
            earlier = waiting(wish);
            lost = waiting(wish);
            assertThat(secrets(sealed)).startsWith("sealed:").doesNotContain("s3cret", "TOKEN");
            // As an earlier platform has written it, and as it stands in one that was restored: a backup has no keys.
            setSecrets(earlier, "{\"TOKEN\": \"in clear\"}");
            setSecrets(lost, secrets(sealed));
        } finally {
            openComputer();
        }
        lab.awaitEnd(sealed);
        assertThat(lab.log(sealed)).isEqualTo("s3cret\n");
        lab.awaitEnd(earlier);
        assertThat(lab.log(earlier)).isEqualTo("in clear\n");
        JsonNode end = lab.awaitEnd(lost);
        assertThat(end.get("state").asString()).isEqualTo("MACHINE_FAILED");
        assertThat(end.get("words").asString()).contains("sealed under a key");
        assertThat(end.get("charged").asLong()).isZero();

        lab.client
                .post("/api/runs/" + lost + "/resume", Map.of("secrets", Map.of("TOKEN", "again")))
                .json(200);
        lab.awaitEnd(lost);
        assertThat(lab.log(lost)).isEqualTo("again\n");
    }

    /** The computer has the job, and it waits there. */
    private String waiting(Map<String, Object> wish) {
        String run = lab.start(wish);
        lab.await(run, view -> view.get("state").asString().equals("QUEUED"));
        return run;
    }

    private String secrets(String run) {
        return sql.sql("select secrets from federation.local_job where key = :job")
                .param("job", Attempt.job(new RunId(UUID.fromString(run)), 1).value())
                .query(String.class)
                .single();
    }

    private void setSecrets(String run, String secrets) {
        sql.sql("update federation.local_job set secrets = :secrets where key = :job")
                .param("secrets", secrets)
                .param("job", Attempt.job(new RunId(UUID.fromString(run)), 1).value())
                .update();
    }

    /** Nothing starts that might not have ended when the maintenance begins. */
    private void closeComputer() {
        sql.sql("""
                insert into federation.maintenance (id, machine, from_at, until, reason)
                select gen_random_uuid(), id, now() + interval '5 seconds', now() + interval '1 hour', 'test of secrets'
                  from federation.machine where connection = 'LOCAL'
                """).update();
    }

    private void openComputer() {
        sql.sql("delete from federation.maintenance where reason = 'test of secrets'")
                .update();
    }

    @Test
    void a_run_of_another_organisation_is_answered_like_one_that_does_not_exist() {
        String run = lab.start(lab.script("true"));
        lab.awaitEnd(run);
        Client eve = clients.founder("Eve");
        for (String path : List.of("", "/metrics", "/samples", "/log", "/output", "/output/file?path=a")) {
            assertThat(eve.get("/api/runs/" + run + path).problem()).as(path).isEqualTo("not-found");
        }
        for (String path : List.of("/cancel", "/resume")) {
            assertThat(eve.post("/api/runs/" + run + path, Map.of()).problem())
                    .as(path)
                    .isEqualTo("not-found");
        }
        assertThat(eve.post("/api/runs", lab.script("true")).problem()).isEqualTo("not-found");
        assertThat(eve.get("/api/runs").json(200)).isEmpty();
    }

    @Test
    void a_run_goes_on_in_another_attempt_with_what_it_had_kept() {
        Map<String, Object> wish = lab.script("""
                if [ -e "$AIFACTORY_CHECKPOINT/here" ]; then cat "$AIFACTORY_DATA/a.txt"; exit 0; fi
                touch "$AIFACTORY_CHECKPOINT/here"; exit 1
                """);
        wish.put("dataset", lab.version(Map.of("a.txt", "again\n".getBytes(UTF_8))));
        String run = lab.start(wish);
        assertThat(lab.awaitEnd(run).get("state").asString()).isEqualTo("FAILED");
        lab.client.post("/api/runs/" + run + "/resume", Map.of()).json(200);
        JsonNode ended = lab.awaitEnd(run);
        assertThat(ended.get("state").asString()).as(lab.log(run)).isEqualTo("SUCCEEDED");
        assertThat(ended.get("attempts")).hasSize(2);
        assertThat(lab.log(run)).isEqualTo("again\n");
        assertThat(lab.balance().spent())
                .isEqualTo(ended.get("charged").asLong())
                .isGreaterThanOrEqualTo(2);
        assertThat(lab.client.post("/api/runs/" + run + "/resume", Map.of()).problem())
                .isEqualTo("not-now");
    }

    @Test
    void links_out_of_the_output_are_not_followed() {
        String run = lab.start(
                lab.script(
                        "cd \"$AIFACTORY_OUTPUT\"; ln -s /etc/passwd a; ln -s / root; mkdir deep; echo x > deep/b; mkfifo pipe"));
        lab.awaitEnd(run);
        JsonNode files = lab.client.get("/api/runs/" + run + "/output").json(200);
        assertThat(files).hasSize(1);
        assertThat(files.at("/0/path").asString()).isEqualTo("deep/b");
        for (String path : List.of("a", "root/etc/passwd", "pipe", "../metrics.jsonl", "deep/../deep/b", "deep")) {
            assertThat(lab.client
                            .get("/api/runs/" + run + "/output/file?path=" + path)
                            .problem())
                    .as(path)
                    .isEqualTo("not-found");
        }
    }
}
