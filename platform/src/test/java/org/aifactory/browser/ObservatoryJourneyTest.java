package org.aifactory.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import java.nio.file.Path;
import java.util.UUID;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.access.Awards;
import org.aifactory.identity.Duty;
import org.aifactory.identity.People;
import org.aifactory.observatory.ObservatoryFolder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
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
            visitor.see("observatory-won");
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
            analyst.open("/sign-in")
                    .type("email", freja.get("/api/me").json(200).get("email").asString())
                    .type("password", Client.PASSWORD)
                    .press("button");
            analyst.open("/observatory").press(".head .actions a").see("initiative-new");
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
}
