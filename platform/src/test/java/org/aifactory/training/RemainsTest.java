package org.aifactory.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.aifactory.Browser;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.access.Awards;
import org.aifactory.identity.Duty;
import org.aifactory.identity.People;
import org.aifactory.ledger.Ledger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** What ended runs leave goes, each part in its time, and what somebody needs stays. Time is turned by moving a run's end back. */
@PlatformTest
class RemainsTest {
    private static final String CLEAN_UP = "/api/operations/clean-up";

    @LocalServerPort
    private int port;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private People people;

    @Autowired
    private JdbcClient sql;

    @Autowired
    private DataSource database;

    @Autowired
    private Ledger ledger;

    @Value("${aifactory.home}")
    private Path home;

    private Lab lab;
    private Client administrator;

    @BeforeEach
    void open() {
        lab = new Lab(clients.founder("Aino"), sql, ledger, 100_000).operating();
        administrator = clients.founder("Ada");
        people.give(Awards.personOf(administrator), Duty.ADMINISTRATOR);
    }

    @AfterEach
    void leave() {
        Lab.nobodyOperates(sql);
    }

    private void ended(String run, int days) {
        sql.sql("update training.run set ended_at = now() - make_interval(days => :days) where id = :run::uuid")
                .param("days", days)
                .param("run", run)
                .update();
    }

    private JsonNode cleanUp() {
        JsonNode result = administrator.post(CLEAN_UP, Map.of()).json(200);
        assertThat(result.get("cleared"))
                .allSatisfy(each -> assertThat(each.get("failed").asBoolean()).isFalse());
        return result;
    }

    @Test
    void scratch_goes_first_then_checkpoints_then_output_and_log() throws Exception {
        Map<String, Object> wish = lab.script("""
                echo "attempt $AIFACTORY_ATTEMPT"; head -c 100000 /dev/zero > scratch.bin; mkdir deep; echo x > deep/er
                [ -e "$AIFACTORY_CHECKPOINT/here" ] && echo from the checkpoint
                echo half > "$AIFACTORY_CHECKPOINT/here"; echo result > "$AIFACTORY_OUTPUT/result.txt"; ln -s /etc "$AIFACTORY_OUTPUT/etc"; exit 3
                """);
        String run = lab.start(wish);
        assertThat(lab.awaitEnd(run).get("state").asString()).isEqualTo("FAILED");
        Path folder = home.resolve("runs").resolve(run);

        cleanUp();
        assertThat(folder.resolve("scratch.bin")).exists();
        assertThat(lab.show(run).at("/remains/0/part").asString()).isEqualTo("SCRATCH");
        assertThat(lab.show(run).at("/remains/0/goes").asString()).isNotEmpty();

        ended(run, 8);
        assertThat(cleanUp().get("bytes").asLong()).isGreaterThanOrEqualTo(100_000);
        assertThat(folder.resolve("scratch.bin")).doesNotExist();
        assertThat(folder.resolve("deep")).doesNotExist();
        assertThat(folder.resolve("checkpoint/here")).exists();
        assertThat(lab.output(run, "result.txt")).isEqualTo("result\n");
        assertThat(lab.show(run).at("/remains/0/gone").asString()).isNotEmpty();
        assertThat(page(run)).contains("Gone since", "Goes after");

        ended(run, 31);
        cleanUp();
        assertThat(folder.resolve("checkpoint")).doesNotExist();
        assertThat(lab.output(run, "result.txt")).isEqualTo("result\n");
        assertThat(lab.log(run)).startsWith("attempt 1");

        ended(run, 181);
        cleanUp();
        assertThat(folder).doesNotExist();
        assertThat(Path.of("/etc/passwd")).exists();
        assertThat(lab.client.get("/api/runs/" + run + "/output").json(200)).isEmpty();
        assertThat(lab.client.get("/api/runs/" + run + "/log").status()).isEqualTo(200);
        assertThat(lab.log(run)).isEmpty();
        assertThat(cleanUp().get("cleared"))
                .allSatisfy(each -> assertThat(
                                each.get("name").asString().startsWith("run-")
                                        ? each.get("things").asLong()
                                        : 0)
                        .isZero());

        // Another attempt begins at the beginning, and leaves all of it anew.
        lab.client.post("/api/runs/" + run + "/resume", Map.of()).json(200);
        lab.awaitEnd(run);
        assertThat(lab.log(run)).isEqualTo("attempt 2\n");
        assertThat(lab.output(run, "result.txt")).isEqualTo("result\n");
        assertThat(lab.show(run).at("/remains/0/gone").isNull()).isTrue();
        try (Stream<Path> going = Files.list(home.resolve("runs"))) {
            assertThat(going.map(Path::getFileName).map(Path::toString)).doesNotContain(".going");
        }
    }

    private String page(String run) {
        Browser browser = new Browser("http://127.0.0.1:" + port);
        browser.open("/sign-in");
        browser.submit(
                "/sign-in",
                Map.of(
                        "email",
                        lab.client.get("/api/me").json(200).get("email").asString(),
                        "password",
                        Client.PASSWORD));
        return browser.open("/runs/" + run).text();
    }

    @Test
    void of_many_metrics_so_many_stay_as_the_curve_needs_the_first_and_the_last_among_them() {
        String run = lab.start(
                lab.script(
                        "for i in $(seq 1 3000); do echo \"{\\\"step\\\": $i, \\\"loss\\\": $((4000 - i))}\"; done > \"$AIFACTORY_METRICS\""));
        lab.awaitEnd(run);
        String all = "/api/runs/" + run + "/metrics?most=20000";
        assertThat(lab.client.get(all).json(200)).hasSize(3000);
        ended(run, 29);
        cleanUp();
        assertThat(lab.client.get(all).json(200)).hasSize(3000);

        ended(run, 31);
        cleanUp();

        JsonNode left = lab.client.get(all).json(200);
        assertThat(left.size()).isBetween(700, 721);
        assertThat(left.get(0).get("step").asLong()).isEqualTo(1);
        assertThat(left.get(left.size() - 1).get("step").asLong()).isEqualTo(3000);
        long before = 0;
        for (JsonNode metric : left) {
            assertThat(metric.get("step").asLong() - before).isBetween(1L, 10L);
            before = metric.get("step").asLong();
        }
    }

    @Test
    void one_cleans_up_at_a_time_and_only_an_administrator_by_hand() throws Exception {
        assertThat(lab.client.post(CLEAN_UP, Map.of()).problem()).isEqualTo("not-allowed");
        try (var connection = database.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("select pg_advisory_lock(" + 0x7570_6b65_6570L + ")");
            try {
                assertThat(administrator.post(CLEAN_UP, Map.of()).problem()).isEqualTo("not-now");
            } finally {
                statement.execute("select pg_advisory_unlock(" + 0x7570_6b65_6570L + ")");
            }
        }
        cleanUp();
        assertThat(administrator.get("/api/audit").json(200).toString()).contains("platform.cleaned-up");
    }
}
