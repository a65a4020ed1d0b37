package org.aifactory.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.aifactory.Browser;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.OrganisationId;
import org.aifactory.ledger.Ledger;
import org.aifactory.models.Model;
import org.aifactory.models.ModelId;
import org.aifactory.models.Models;
import org.aifactory.training.Lab;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Who may start, stop and ask a model, and what wakes and lets it sleep. */
@PlatformTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChatServersTest {
    @LocalServerPort
    private int port;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private Ledger ledger;

    @Autowired
    private ServerTable table;

    @Autowired
    private Models models;

    @Autowired
    private ServingRuns runs;

    @Autowired
    private Relay relay;

    @Autowired
    private AuditTrail audit;

    @Autowired
    private InstantSource clock;

    @Autowired
    private ChatSettings settings;

    @Autowired
    private TransactionTemplate transaction;

    private Talker talker;

    @BeforeAll
    void train() {
        talker = new Talker(clients, jdbc, ledger);
    }

    @AfterAll
    void stop() {
        talker.stop();
    }

    @Test
    void others_neither_see_the_model_nor_talk_at_its_makers_cost() {
        Lab eve = new Lab(clients.founder("Eve"), jdbc, ledger, 30);
        assertThat(Talker.code(Talker.ask(eve.client, talker.question()), 404)).isEqualTo("model_not_found");
        assertThat(eve.client.get(talker.path("")).problem()).isEqualTo("not-found");
        assertThat(eve.client
                        .post(talker.path("/start"), Map.of("allocation", eve.allocation))
                        .problem())
                .isEqualTo("not-found");
        assertThat(eve.client.post(talker.path("/stop"), Map.of()).problem()).isEqualTo("not-found");
        assertThat(talker.lab
                        .client
                        .post(talker.path("/start"), Map.of("allocation", eve.allocation))
                        .problem())
                .isEqualTo("not-found");
        assertThat(eve.client
                        .post("/api/chat/keys", Map.of("organisation", talker.lab.organisation, "name", "theirs"))
                        .problem())
                .isEqualTo("not-found");

        visibility("PUBLIC");
        assertThat(Talker.code(Talker.ask(eve.client, talker.question()), 409)).isEqualTo("model_not_started");
        assertThat(eve.client
                        .post(talker.path("/start"), Map.of("allocation", eve.allocation))
                        .problem())
                .isEqualTo("not-enough-left");
        visibility("ORGANISATION");
    }

    @Test
    void it_sleeps_when_nobody_asks_and_the_next_question_wakes_it() {
        Talker.ask(talker.lab.client, talker.question("max_tokens", 1)).json(200);
        String first = talker.run();
        // Another instance of the platform, or this one started anew, finds the same server.
        Waker other = new Waker(table, runs, relay, clock, settings, transaction);
        Model found = models.require(new ModelId(UUID.fromString(talker.model)));
        OrganisationId payer = new OrganisationId(UUID.fromString(talker.lab.organisation));
        assertThat(other.ready(found, payer, () -> {}).run()).hasToString(first);

        jdbc.sql("update chat.server set used_at = used_at - interval '1 hour' where model = :model")
                .param("model", UUID.fromString(talker.model))
                .update();
        new ServerSweep(table, other, models, runs, audit, clock, settings, transaction).sweep();
        assertThat(talker.state()).isEqualTo("ASLEEP");
        assertThat(talker.lab.awaitEnd(first).get("state").asString()).isEqualTo("CANCELLED");

        Talker.ask(talker.lab.client, talker.question("max_tokens", 1)).json(200);
        assertThat(talker.state()).isEqualTo("READY");
        assertThat(talker.run()).isNotEqualTo(first);
        // While it runs, the model stays.
        assertThat(talker.lab
                        .client
                        .delete("/api/models/" + talker.model + "?confirm=Talker")
                        .problem())
                .isEqualTo("not-now");
    }

    @Test
    void what_a_server_asks_of_its_callers_is_sealed_and_one_whose_word_is_lost_gives_way_to_another() {
        Talker.ask(talker.lab.client, talker.question("max_tokens", 1)).json(200);
        String first = talker.run();
        assertThat(jdbc.sql("select secret from chat.server where run = :run")
                        .param("run", UUID.fromString(first))
                        .query(String.class)
                        .single())
                .startsWith("sealed:");

        // As in a platform that was restored: a backup has no keys.
        jdbc.sql("update chat.server set secret = 'sealed:1:AAAA' where run = :run")
                .param("run", UUID.fromString(first))
                .update();
        Talker.ask(talker.lab.client, talker.question("max_tokens", 1)).json(200);
        assertThat(talker.run()).isNotEqualTo(first);
        assertThat(talker.lab.awaitEnd(first).get("state").asString()).isEqualTo("CANCELLED");
    }

    @Test
    void a_server_that_was_killed_is_started_anew_by_the_next_question() {
        Talker.ask(talker.lab.client, talker.question("max_tokens", 1)).json(200);
        String first = talker.run();
        talker.lab.client.post("/api/runs/" + first + "/cancel", Map.of());
        talker.lab.awaitEnd(first);
        Talker.ask(talker.lab.client, talker.question("max_tokens", 1)).json(200);
        assertThat(talker.run()).isNotEqualTo(first);
    }

    @Test
    void pages_show_the_models_and_let_people_talk_and_make_keys() throws Exception {
        Browser browser = new Browser("http://127.0.0.1:" + port + "/");
        browser.open("/sign-in");
        browser.submit(
                "/sign-in",
                Map.of(
                        "email",
                        talker.lab.client.get("/api/me").json(200).get("email").asString(),
                        "password",
                        Client.PASSWORD));
        for (String language : List.of("en", "ko")) {
            assertThat(browser.open("/models?lang=" + language).text()).contains("Talker");
            assertThat(browser.open("/models/" + talker.slug).text())
                    .contains("model.safetensors")
                    .doesNotContain("??");
            assertThat(browser.open("/chat?model=" + talker.slug).text())
                    .contains("data-model=\"" + talker.slug + "\"")
                    .doesNotContain("??");
            assertThat(browser.open("/chat/keys").text()).doesNotContain("??");
        }
        Browser.Page made = browser.submit(
                "/chat/keys", Map.of("name", "From a page", "organisation", talker.lab.organisation, "days", "7"));
        assertThat(made.text()).contains("aik_").contains("From a page");
        assertThat(browser.submit("/chat/keys", Map.of("name", "", "organisation", talker.lab.organisation))
                        .status())
                .isEqualTo(422);
        browser.open("/models/" + talker.slug);
        Browser.Page said = browser.submit(
                "/models/" + talker.model,
                Map.of("name", "Talker", "licence", "MIT", "visibility", "ORGANISATION", "description", "Talks."));
        assertThat(said.status()).isEqualTo(200);
        assertThat(said.text()).contains("Talks.");
        assertThat(browser.submit("/models/" + talker.model, Map.of("name", "Talker", "licence", "no licence at all!"))
                        .status())
                .isEqualTo(422);
        // Another site knows nothing of what hides in the page.
        assertThat(browser.send(Talker.CHAT, Map.of("model", talker.slug)).status())
                .isEqualTo(403);
    }

    private void visibility(String value) {
        talker.lab
                .client
                .put("/api/models/" + talker.model, Map.of("name", "Talker", "licence", "MIT", "visibility", value))
                .json(200);
    }
}
