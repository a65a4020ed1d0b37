package org.aifactory.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.access.Awards;
import org.aifactory.identity.Duty;
import org.aifactory.identity.OrganisationKind;
import org.aifactory.identity.Organisations;
import org.aifactory.identity.People;
import org.aifactory.observatory.ObservatoryFolder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What nations do, compared in won by somebody who only came by, and kept by an analyst, with a browser. */
@PlatformTest
@Tag("browser")
class ObservatoryJourneyTest {
    @LocalServerPort
    private int port;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private People people;

    @Autowired
    private Organisations organisations;

    @Autowired
    private ObservatoryFolder folder;

    @BeforeEach
    void what_is_known() {
        folder.load(Path.of("../examples/founding"));
    }

    @ParameterizedTest
    @EnumSource(names = {"ENGLISH_LIGHT_WIDE", "KOREAN_LIGHT_NARROW"})
    void a_visitor_compares_in_won(Look look) {
        try (Visitor visitor = Visitor.at(port, look)) {
            visitor.open("/observatory").see("observatory");
            visitor.choose("currency", "KRW").type("day", "2024-06-28").press("form button");
            assertThat(visitor.find("#used-rates")).containsText("KRW");
            assertThat(visitor.find("#used-rates")).containsText("1,474.86");
            assertThat(visitor.find("main"))
                    .containsText(look.language().equals("ko") ? "KRW 2949.72억" : "KRW 294.97 billion");
            if (look.language().equals("en")) {
                visitor.show("observatory-compare", ".head, #used-rates, #group-1");
            } else {
                visitor.see("observatory-won");
            }
            visitor.press("a[href='/observatory/initiatives/it-cdp-fund']").see("initiative");
            visitor.open("/observatory/rates").see("rates");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ENGLISH_LIGHT_WIDE"})
    void an_analyst_adds_an_initiative_once_it_has_a_source(Look look) {
        Client freja = clients.founder("Freja");
        people.give(Awards.personOf(freja), Duty.ANALYST);
        String slug = "fi-" + UUID.randomUUID();
        try (Visitor analyst = Visitor.at(port, look)) {
            analyst.signIn(freja).open("/observatory").press(".head .actions a").see("initiative-new");
            analyst.type("title", "A Finnish plan").type("slug", slug).choose("country", "FI");
            analyst.type("body", "A ministry").type("announced", "2024-05-01");
            analyst.choose("kind", "BUDGET").choose("standing", "COMMITTED").choose("payer", "PUBLIC");
            analyst.choose("amount.exactness", "EXACT").type("amount.least", "100,000,000");
            analyst.type("amount.currency", "EUR")
                    .choose("amount.basis", "IN_TOTAL")
                    .type("period.years", "4");
            analyst.choose("mark", "SECONDARY").press("form .actions button");
            assertThat(analyst.find("[id='sources-error']")).isVisible();
            analyst.see("initiative-without-source");
            analyst.type("sources", "https://example.org/plan").press("form .actions button");
            assertThat(analyst.find("main")).containsText("EUR 100 million");
            analyst.press(".head .actions a").type("note", "Changed.").press("form .actions button");
            assertThat(analyst.find("main")).containsText("Changed.");
            analyst.open("/observatory/rates").see("rates-desk");
        }
    }

    @Test
    void an_officer_closes_draws_and_has_the_fund_invest() {
        Client dimitra = clients.founder("Dimitra");
        organisations.found(
                Awards.personOf(dimitra), "Office " + UUID.randomUUID(), OrganisationKind.PROGRAMME_OFFICE, "FI");
        String slug = "fund-" + UUID.randomUUID();
        dimitra.post("/api/funds", fund(slug)).json(201);
        try (Visitor officer = Visitor.at(port, Look.ENGLISH_LIGHT_WIDE)) {
            officer.signIn(dimitra).open("/funds/" + slug);
            officer.type("closing-who", "A pension fund").type("closing-euro", "1,000,000");
            officer.type("closing-sources", "https://example.org/closing").press("form[action$='closings'] button");
            assertThat(officer.find("#movements")).containsText("A pension fund");
            officer.type("drawdown-euro", "400,000").type("drawdown-reason", "First call");
            officer.press("form[action$='drawdowns'] button");
            officer.type("investment-company", "Aalto Robots").type("investment-euro", "500,000");
            officer.type("investment-sources", "https://example.org/deal");
            officer.press("form[action$='investments'] button");
            assertThat(officer.find("main .notice[data-tone='bad']")).isVisible();
            assertThat(officer.find("#investment-company")).hasValue("Aalto Robots");
            officer.show("observatory-fund", "main .notice[data-tone='bad'], #book");
            officer.type("investment-euro", "250,000").press("form[action$='investments'] button");
            assertThat(officer.find("#movements")).containsText("Aalto Robots");
            assertThat(officer.find("main")).containsText("150,000");
            officer.see("fund");
        }
    }

    private static Map<String, Object> fund(String slug) {
        return Map.of(
                "slug", slug,
                "name", "A Nordic fund",
                "country", "FI",
                "manager", "A bank",
                "nature", "REAL",
                "announced", "2024-03-12",
                "mark", "SECONDARY",
                "sources", List.of("https://example.org/fund"));
    }
}
