package org.aifactory.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.aifactory.Browser;
import org.aifactory.Browser.Page;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.ledger.Ledger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Runs on pages: planned, started, watched, compared and accounted for. */
@PlatformTest
class RunPagesTest {
    @LocalServerPort
    private int port;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private JdbcClient sql;

    @Autowired
    private Ledger ledger;

    @AfterEach
    void leave() {
        Lab.nobodyOperates(sql);
    }

    @Test
    void a_founder_plans_starts_watches_compares_and_reads_the_statement_in_both_languages() {
        Lab lab = new Lab(clients.founder("Aino"), sql, ledger, 10_000).operating();
        String data =
                lab.version(Map.of("a.txt", "Words of a text. ".repeat(10_000).getBytes(UTF_8)));
        Browser browser = signedIn(lab.client);
        assertThat(browser.open("/runs").status()).isEqualTo(200);
        assertThat(browser.open("/runs/new").text()).contains("First steps");

        Map<String, String> plan = new HashMap<>(Map.of(
                "allocation", lab.allocation, "recipe", "CHATBOT", "dataset", data, "minutes", "2", "act", "estimate"));
        Page estimated = browser.submit("/runs/new", plan);
        assertThat(estimated.text()).contains("What it would take", "your choice", "kWh");

        Map<String, String> script = new HashMap<>(Map.of(
                "allocation",
                lab.allocation,
                "recipe",
                "COMMAND",
                "minutes",
                "1",
                "cores",
                "1",
                "continues",
                "true",
                "command",
                "echo '<b>'"));
        Page run = browser.submit("/runs/new", script);
        String id = run.local().substring("/runs/".length());
        lab.awaitEnd(id);
        assertThat(browser.open("/runs/" + id).text()).contains("&lt;b&gt;", "Ended well.");
        assertThat(lab.client.get("/api/runs/" + id).json(200).get("continues").asBoolean())
                .isTrue();
        String other = lab.start(lab.script("true"));
        lab.awaitEnd(other);
        assertThat(browser.open("/runs").text()).contains("Compare the chosen ones");
        assertThat(browser.open("/runs/compare?run=" + id + "&run=" + other).text())
                .contains(id, other);
        assertThat(browser.open("/runs/compare").text()).contains("Choose two to six");
        Page statement = browser.open("/allocations/" + lab.allocation + "/statement");
        assertThat(statement.text()).contains("core-seconds", id, "A test begins");
        for (String page : new String[] {
            "/runs",
            "/runs/new",
            "/runs/" + id,
            "/runs/compare?run=" + id,
            "/allocations/" + lab.allocation + "/statement"
        }) {
            Page korean = browser.open(page + (page.contains("?") ? "&" : "?") + "lang=ko");
            assertThat(korean.status()).as(page).isEqualTo(200);
            assertThat(korean.text()).as(page).doesNotContain("??");
        }
    }

    @Test
    void whoever_operates_the_machines_sees_whose_runs_there_are_and_nothing_of_what_they_do() {
        Client operator = clients.founder("Bruno");
        Lab lab = new Lab(operator, sql, ledger, 10_000).operating();
        String run = lab.start(lab.script("echo a secret of theirs"));
        lab.awaitEnd(run);

        Page there = signedIn(operator).open("/factories/local/runs?lang=ko");
        assertThat(there.status()).isEqualTo(200);
        assertThat(there.text()).contains("Bruno and friends").doesNotContain("secret", run, "??");
        assertThat(signedIn(clients.founder("Aino"))
                        .open("/factories/local/runs")
                        .status())
                .isEqualTo(403);
        assertThat(signedIn(operator).open("/factories/nowhere/runs").status()).isEqualTo(404);
    }

    private Browser signedIn(Client person) {
        Browser browser = new Browser("http://127.0.0.1:" + port);
        browser.open("/sign-in");
        String email = person.get("/api/me").json(200).get("email").asString();
        browser.submit("/sign-in", Map.of("email", email, "password", Client.PASSWORD));
        return browser;
    }
}
