package org.aifactory.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.aifactory.Browser;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.federation.TestPartitions;
import org.aifactory.ledger.Ledger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** Runs whose allocation nobody named: they go to a machine that can and may take them, and say why there. */
@PlatformTest
class PlacementApiTest {
    @LocalServerPort
    private int port;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private TestPartitions partitions;

    @Autowired
    private JdbcClient sql;

    @Autowired
    private Ledger ledger;

    @AfterEach
    void leave() {
        Lab.nobodyOperates(sql);
        sql.sql("update federation.factory set country = null where slug = 'local'")
                .update();
    }

    private Map<String, Object> anywhere(Lab lab, String script) {
        Map<String, Object> wish = lab.script(script);
        wish.put("allocation", "any");
        return wish;
    }

    @Test
    void a_run_goes_to_the_machine_that_can_take_it_and_says_why_and_what_stood_against_the_other() {
        Lab lab = new Lab(clients.founder("Aino"), sql, ledger, 10_000).operating();
        Lab far = new Lab(lab.client, sql, ledger, 10_000, partitions.cpus(100).slug());
        Map<String, Object> wish = anywhere(lab, "echo here");
        wish.put("key", UUID.randomUUID());

        JsonNode estimated = lab.client.post("/api/estimates", wish).json(200);
        assertThat(estimated.at("/placement/candidates")).hasSize(2);
        assertThat(estimated.at("/placement/candidates/0/allocation").asString())
                .isEqualTo(lab.allocation);

        String run = lab.start(wish);
        assertThat(lab.start(wish)).as("asked for again").isEqualTo(run);
        JsonNode ended = lab.awaitEnd(run);
        assertThat(ended.get("allocation").asString()).isEqualTo(lab.allocation);
        assertThat(far.balance().held() + far.balance().spent()).isZero();

        JsonNode outlook = lab.client.get("/api/runs/" + run + "/placement").json(200);
        assertThat(outlook.at("/decided/why").asString()).contains("only machine");
        JsonNode candidates = outlook.at("/decided/candidates");
        assertThat(candidates.at("/0/chosen").asBoolean()).isTrue();
        assertThat(candidates.at("/0/begin").asString())
                .isBetween(
                        candidates.at("/0/earliest").asString(),
                        candidates.at("/0/latest").asString());
        assertThat(candidates.at("/1/eligible").asBoolean()).isFalse();
        assertThat(candidates.at("/1/words").asString()).contains("not connected");
        assertThat(clients.founder("Eve").get("/api/runs/" + run + "/placement").problem())
                .isEqualTo("not-found");

        Browser browser = new Browser("http://127.0.0.1:" + port);
        browser.open("/sign-in");
        browser.submit(
                "/sign-in",
                Map.of(
                        "email",
                        lab.client.get("/api/me").json(200).get("email").asString(),
                        "password",
                        Client.PASSWORD));
        assertThat(browser.open("/runs/" + run + "/placement").text()).contains("only machine", "not connected");
        assertThat(browser.open("/runs/" + run + "/placement?lang=ko").text())
                .contains("예상 종료")
                .doesNotContain("??");
    }

    @Test
    void data_stays_in_the_countries_that_were_said_whoever_names_the_machine() {
        Lab lab = new Lab(clients.founder("Aino"), sql, ledger, 10_000).operating();
        String version = lab.version(Map.of("a.txt", "A text. ".getBytes(UTF_8)));
        String dataset = version.substring(0, version.indexOf(':'));
        Map<String, Object> wish = lab.script("true");
        wish.put("dataset", version);
        lab.client
                .put("/api/datasets/" + dataset + "/residency", Map.of("countries", List.of("FI", "SE")))
                .json(200);

        assertThat(lab.submit(wish).problem()).isEqualTo("against-rules");
        wish.put("allocation", "any");
        assertThat(lab.submit(wish).body()).contains("FI, SE").contains("nobody knows");

        sql.sql("update federation.factory set country = 'FI' where slug = 'local'")
                .update();
        assertThat(lab.awaitEnd(lab.start(wish)).get("state").asString()).isEqualTo("SUCCEEDED");

        String organisation = "/api/organisations/" + lab.organisation + "/residency";
        lab.client.put(organisation, Map.of("countries", List.of("DE"))).json(200);
        assertThat(lab.submit(lab.script("true")).problem()).isEqualTo("against-rules");
        assertThat(lab.client
                        .put(organisation, Map.of("countries", List.of("de")))
                        .problem())
                .isEqualTo("invalid-request");
        lab.client.put(organisation, Map.of("countries", List.of())).json(200);
        assertThat(lab.awaitEnd(lab.start(lab.script("true"))).get("state").asString())
                .isEqualTo("SUCCEEDED");
    }

    @Test
    void rules_of_the_request_keep_a_run_away_from_what_breaks_them() {
        Lab lab = new Lab(clients.founder("Aino"), sql, ledger, 10_000).operating();
        Map<String, Object> wish = anywhere(lab, "true");
        wish.put("rules", Map.of("countries", List.of("FI")));
        assertThat(lab.submit(wish).problem()).isEqualTo("against-rules");
        wish.put("rules", Map.of("mostKwh", 0));
        assertThat(lab.submit(wish).body()).contains("kWh");
        wish.put("rules", Map.of("gpu", "A100"));
        assertThat(lab.submit(wish).body()).contains("A100");
        wish.put("allocation", lab.allocation);
        assertThat(lab.submit(wish).problem()).isEqualTo("invalid-request");
        wish.put("rules", Map.of("countries", List.of("Finland")));
        wish.remove("allocation");
        assertThat(lab.submit(wish).problem()).isEqualTo("invalid-request");
        wish.put("rules", Map.of("mostCents", 0, "prefer", "ENERGY"));
        assertThat(lab.awaitEnd(lab.start(wish)).get("state").asString()).isEqualTo("SUCCEEDED");
        assertThat(clients.founder("Eve")
                        .post("/api/runs", anywhere(lab, "true"))
                        .problem())
                .isEqualTo("not-now");
    }

    @Test
    void while_a_run_waits_it_says_how_many_are_before_it_and_when_it_begins() {
        Lab lab = new Lab(clients.founder("Aino"), sql, ledger, 100_000).operating();
        Map<String, Object> all = lab.script("sleep 60");
        all.put("cores", Runtime.getRuntime().availableProcessors());
        String first = lab.start(all);
        lab.awaitRunning(first);
        String second = lab.start(all);
        // Two that are handed over at once may stand in either order.
        lab.await(second, view -> view.at("/reason/kind").asString().equals("CORES_BUSY"));
        String third = lab.start(all);
        lab.await(third, view -> view.get("words").asString().contains("before it"));

        JsonNode waiting =
                lab.client.get("/api/runs/" + third + "/placement").json(200).get("waiting");
        assertThat(waiting.get("before").asInt()).isEqualTo(1);
        assertThat(waiting.get("earliest").asString())
                .isLessThanOrEqualTo(waiting.get("begin").asString());
        assertThat(waiting.get("begin").asString())
                .isLessThanOrEqualTo(waiting.get("latest").asString());
        assertThat(lab.client
                        .get("/api/runs/" + second + "/placement")
                        .json(200)
                        .at("/waiting/before")
                        .asInt())
                .isZero();
        assertThat(sql.sql("select count(*) from training.forecast where run = :run::uuid")
                        .param("run", third)
                        .query(Integer.class)
                        .single())
                .isLessThanOrEqualTo(1);
        for (String run : List.of(third, second, first)) {
            lab.client.post("/api/runs/" + run + "/cancel", Map.of()).json(202);
        }
        lab.awaitEnd(first);
        assertThat(lab.client
                        .get("/api/runs/" + first + "/placement")
                        .json(200)
                        .get("waiting")
                        .isNull())
                .isTrue();
    }
}
