package org.aifactory.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.ledger.Ledger;
import org.aifactory.training.Lab;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Curves of runs as people see them. */
@PlatformTest
@Tag("browser")
class ChartsTest {
    /** Learns as models do, and says so; a file that appears lets it go on to the end. */
    private static final String LEARNER = """
            cd "$HOME"
            say() { awk -v n=$1 -v to=$2 'BEGIN { for (; n <= to; n++) { held = n % 10 ? "" : sprintf(", \\"bitsPerByte\\": %.3f", 1.2 + 3 / sqrt(n));
              printf "{\\"step\\": %d, \\"loss\\": %.3f, \\"tokens\\": %d, \\"tokensPerSecond\\": %d, \\"seconds\\": %.1f%s}\\n",
                n, 2 + 6 / sqrt(n), n * 512, 4000 + n % 7 * 50, n / 8, held } }' >> "$AIFACTORY_METRICS"; }
            say 1 40
            while [ ! -e "$AIFACTORY_CHECKPOINT/../go" ]; do sleep 0.1; done
            say 41 60
            """;

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

    private Lab lab() {
        return new Lab(clients.founder("Aino"), sql, ledger, 10_000).operating();
    }

    private Visitor visitor(Lab lab, Look look) {
        return Visitor.at(port, look)
                .open("/sign-in")
                .type("email", lab.client.get("/api/me").json(200).get("email").asString())
                .type("password", Client.PASSWORD)
                .press("button");
    }

    private static void letGo(String run) throws java.io.IOException {
        Files.createFile(Path.of("target/test-home/runs", run, "go"));
    }

    @ParameterizedTest
    @EnumSource(names = {"ENGLISH_LIGHT_WIDE", "ENGLISH_DARK_NARROW"})
    void a_run_that_is_watched_draws_what_it_learns_and_what_it_takes_as_it_goes(Look look) throws Exception {
        Lab lab = lab();
        String run = lab.start(lab.script(LEARNER));
        try (Visitor founder = visitor(lab, look)) {
            founder.open("/runs/" + run);
            assertThat(founder.find("[aria-labelledby='chart-learning'] canvas"))
                    .isVisible();
            assertThat(founder.find("[aria-labelledby='chart-budget'] canvas")).isVisible();
            assertThat(founder.find("[data-line='loss'] [data-value]")).hasText("2.949");
            assertThat(founder.find("[data-line='heldOut'] [data-value]")).hasText("1.674");
            assertThat(founder.find("[data-line='held'] [data-value]")).hasText("0.017");
            founder.see("run-learning");
            letGo(run);
            // Nobody loads the page again: it is told.
            assertThat(founder.find("[data-line='loss'] [data-value]")).hasText("2.775");
            founder.press("#charts details summary");
            assertThat(founder.find("#charts tbody tr:last-child th")).hasText("60");
            assertThat(founder.find(".stack > .actions .badge[data-tone='good']"))
                    .isVisible();
            founder.find("#charts [data-over]").first().selectOption("tokens");
            founder.see("run-learned");
        }
    }

    @Test
    void before_there_is_a_curve_the_page_says_how_one_comes_to_be() {
        Lab lab = lab();
        String run = lab.start(lab.script("sleep 600"));
        lab.awaitRunning(run);
        try (Visitor founder = visitor(lab, Look.KOREAN_LIGHT_NARROW)) {
            founder.open("/runs/" + run);
            assertThat(founder.find("[aria-labelledby='chart-learning'] [data-empty]"))
                    .containsText("AIFACTORY_METRICS");
            assertThat(founder.find("[aria-labelledby='chart-learning'] canvas"))
                    .hasCount(0);
            founder.see("run-without-curve");
        } finally {
            lab.client.post("/api/runs/" + run + "/cancel", Map.of()).json(202);
            lab.awaitEnd(run);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"KOREAN_DARK_WIDE", "ENGLISH_LIGHT_NARROWEST"})
    void runs_are_laid_over_one_another_over_steps_time_tokens_or_what_they_took(Look look) throws Exception {
        Lab lab = lab();
        StringBuilder address = new StringBuilder("/runs/compare?");
        for (String name : new String[] {"Small", "Larger, with more data"}) {
            Map<String, Object> wish = lab.script(LEARNER.replace("6 / sqrt", name.length() + " / sqrt"));
            wish.put("name", name);
            String run = lab.start(wish);
            lab.awaitRunning(run);
            letGo(run);
            lab.awaitEnd(run);
            address.append("run=").append(run).append('&');
        }
        try (Visitor founder = visitor(lab, look)) {
            founder.open(address.toString());
            assertThat(founder.find("[data-figure] canvas")).isVisible();
            assertThat(founder.find("[data-curve='0'] [data-value]")).hasText("2.645");
            assertThat(founder.find("[data-curve='1'] [data-value]")).hasText("4.84");
            assertThat(founder.find("[data-over] option:not([disabled])")).hasCount(4);
            founder.see("runs-compared");
            founder.find("[data-what]").selectOption("heldOut");
            founder.find("[data-over]").selectOption("seconds");
            assertThat(founder.find("[data-curve='0'] [data-value]")).hasText("1.587");
            founder.find("[data-curve='1'] input").uncheck();
            founder.press("details summary").see("runs-compared-table");
        }
    }

    @Test
    void without_scripts_the_values_stand_in_the_table() throws Exception {
        Lab lab = lab();
        String run = lab.start(lab.script(LEARNER));
        lab.awaitRunning(run);
        letGo(run);
        lab.awaitEnd(run);
        try (Visitor founder = Visitor.withoutScripts(port)) {
            founder.open("/sign-in")
                    .type(
                            "email",
                            lab.client.get("/api/me").json(200).get("email").asString())
                    .type("password", Client.PASSWORD)
                    .press("button");
            founder.open("/runs/" + run);
            assertThat(founder.find("#charts tbody tr")).hasCount(24);
            assertThat(founder.find("#charts tbody tr:last-child").textContent())
                    .contains("2.775", "1.587");
        }
    }
}
