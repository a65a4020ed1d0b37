package org.aifactory.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.aifactory.Browser;
import org.aifactory.Browser.Page;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.examples.ExampleData;
import org.aifactory.identity.Organisations;
import org.aifactory.programme.Chosen;
import org.aifactory.programme.Office;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** The pages from selection to factory, without any script, and what the examples have of it. */
@PlatformTest
class HostingPagesTest {
    @LocalServerPort
    private int port;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private Organisations organisations;

    @Autowired
    private Chosen chosen;

    @Autowired
    private ExampleData examples;

    @Test
    void the_office_makes_a_factory_lets_a_country_join_and_tells_how_far_it_is() {
        Office office = new Office(clients, organisations);
        String title = "Mill " + UUID.randomUUID();
        String proposal = Office.submit(
                clients.founder("Host"), office.openCall(Office.inDays(30)), Office.content(title, "FI", 1000));
        chosen.select(proposal, today());
        Browser desk = browser(office.officer());
        String slug = "mill-" + UUID.randomUUID();
        String page = "/factories/" + slug + "/hosting";

        assertThat(desk.open("/").text()).contains("Make a factory of");
        assertThat(desk.open("/programme").text()).contains("Selected, and no factory yet", title);
        String form = "/proposals/" + proposal + "/factory";
        assertThat(desk.open(form).text()).contains("A factory that is there");
        Page refused = desk.submit(form, Map.of("slug", "No!", "name", "Mill", "latitude", "north"));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text()).contains("Degrees: latitude");
        Page made =
                desk.submit(form, Map.of("slug", slug, "name", "The mill", "latitude", "64.2", "longitude", "27.7"));
        assertThat(made.local()).isEqualTo(page);
        assertThat(made.text()).contains("European Union", "50 %", "40 %", "Norway", "€ 1,000");

        Map<String, String> shares =
                new HashMap<>(Map.of("version", "1", "from", today().plusDays(1).toString()));
        shares.put("reason", "Estonia joins.");
        share(shares, 0, "EU", "UNION", "50");
        share(shares, 1, "FI", "HOST", "33.333333");
        share(shares, 2, "NO", "JOINER", "10");
        share(shares, 3, "EE", "JOINER", "much");
        Page wrong = desk.submit("/factories/" + slug + "/agreements", shares);
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.text()).contains("A share is a number", "Estonia joins.");
        shares.put("shares[3].percent", "6.666667");
        Page agreed = desk.submit("/factories/" + slug + "/agreements", shares);
        assertThat(agreed.status()).isEqualTo(200);
        assertThat(agreed.text()).contains("The shares are agreed.", "is to come", "Estonia", "6.67 %");

        Page told = desk.submit(
                "/factories/" + slug + "/milestones/agreement",
                Map.of("version", "2", "planned", today().plusDays(3).toString(), "reached", "", "reason", ""));
        assertThat(told.text()).contains("The dates are saved.", "Planned for");
        Page early = desk.submit(
                "/factories/" + slug + "/milestones/contract",
                Map.of("version", "3", "planned", "", "reached", today().toString()));
        assertThat(early.status()).isEqualTo(422);
        assertThat(early.text()).contains("This comes first: Hosting agreement.");

        Browser visitor = new Browser("http://127.0.0.1:" + port);
        assertThat(visitor.open("/factories/" + slug).text())
                .contains("Consortium", "Other shares are agreed from", "Hosting agreement");
        assertThat(visitor.open(page).text()).contains("Estonia joins.").doesNotContain("Set the dates");
        assertThat(visitor.open(page + "?lang=ko").text()).contains("컨소시엄", "유럽연합", "에스토니아");
        assertThat(visitor.open("/programme?lang=en").text()).contains("Where the factories stand", "The mill");
    }

    @Test
    void the_examples_show_who_shares_each_factory_and_what_was_not_published() {
        examples.enter(Path.of("../examples/rounds"));
        Browser visitor = new Browser("http://127.0.0.1:" + port);

        assertThat(visitor.open("/factories/bsc").text())
                .contains("Türkiye", "not published", "Reached on Jan 26, 2026.", "Secondary source", "€ 76,000,000");
        assertThat(visitor.open("/factories/hammerhai").text()).contains("50 %", "Not verified");
        assertThat(visitor.open("/programme").text())
                .contains("Where the factories stand", "Gaia AI Factory", "are not in these sums");
        JsonNode numbers = clients.nobody().get("/api/programme/summary").json(200);
        Map<String, Integer> factories = new HashMap<>();
        numbers.get("rounds")
                .forEach(round -> factories.put(
                        round.get("round").asString(),
                        round.at("/numbers/factories").asInt()));
        assertThat(factories)
                .containsEntry("founding", 7)
                .containsEntry("round-2", 6)
                .containsEntry("round-3", 6);
        assertThat(numbers.get("withoutMoney").toString())
                .contains("round-2", "round-3")
                .doesNotContain("founding");
        JsonNode before = clients.nobody().get("/api/factories/gaia/hosting").json(200);
        examples.enter(Path.of("../examples/rounds"));
        assertThat(clients.nobody().get("/api/factories/gaia/hosting").json(200))
                .isEqualTo(before);
    }

    private static void share(Map<String, String> form, int at, String participant, String role, String percent) {
        form.put("shares[" + at + "].participant", participant);
        form.put("shares[" + at + "].role", role);
        form.put("shares[" + at + "].percent", percent);
    }

    private Browser browser(Client person) {
        Browser browser = new Browser("http://127.0.0.1:" + port);
        browser.open("/sign-in");
        browser.submit(
                "/sign-in",
                Map.of("email", person.get("/api/me").json(200).get("email").asString(), "password", Client.PASSWORD));
        return browser;
    }

    private static LocalDate today() {
        return LocalDate.now(ZoneOffset.UTC);
    }
}
