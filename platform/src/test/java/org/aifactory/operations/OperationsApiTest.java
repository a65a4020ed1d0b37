package org.aifactory.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import org.aifactory.Browser;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.identity.Duty;
import org.aifactory.identity.People;
import org.aifactory.identity.PersonId;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

@PlatformTest
class OperationsApiTest {
    @LocalServerPort
    private int port;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private People people;

    @Test
    void the_page_shows_the_folders_and_cleans_up_in_both_languages() {
        Client ada = clients.founder("Ada");
        JsonNode me = ada.get("/api/me").json(200);
        Browser browser = new Browser("http://127.0.0.1:" + port);
        browser.open("/sign-in");
        browser.submit("/sign-in", Map.of("email", me.get("email").asString(), "password", Client.PASSWORD));
        assertThat(browser.open("/administration/disk").status()).isEqualTo(403);
        people.give(new PersonId(UUID.fromString(me.get("person").asString())), Duty.ADMINISTRATOR);

        assertThat(browser.open("/administration").text()).contains("/administration/disk");
        assertThat(browser.open("/administration/disk").text())
                .contains("blobs", "meter-bar", "7 days", "15 minutes", "At once");
        assertThat(browser.submit("/administration/disk", Map.of()).text()).contains("Removed:");
        assertThat(browser.open("/administration/disk?lang=ko").text())
                .contains("저절로 지워지는 것")
                .doesNotContain("??");
    }

    @Test
    void an_administrator_learns_what_takes_how_much_of_the_disk_and_nobody_else_does() {
        Client ada = clients.founder("Ada");
        assertThat(ada.get("/api/operations/disk").problem()).isEqualTo("not-allowed");
        assertThat(clients.nobody().get("/api/operations/disk").problem()).isEqualTo("sign-in-needed");

        String person = ada.get("/api/me").json(200).get("person").asString();
        people.give(new PersonId(UUID.fromString(person)), Duty.ADMINISTRATOR);

        JsonNode report = ada.get("/api/operations/disk").json(200);
        assertThat(report.get("free").asLong())
                .isBetween(1L, report.get("total").asLong());
        assertThat(report.get("database").asLong()).isPositive();
        assertThat(report.get("folders"))
                .extracting(folder -> folder.get("name").asString())
                .contains("blobs", "uploads");
        assertThat(report.get("goesByItself"))
                .extracting(rule -> rule.get("name").asString())
                .contains("uploads", "unkept-files", "run-scratch", "run-logs");
        assertThat(report.get("goesByItself")).allSatisfy(rule -> {
            assertThat(rule.get("what").asString()).isNotEmpty();
            assertThat(rule.get("afterSeconds").isNumber()).isTrue();
        });
    }
}
