package org.aifactory.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.access.Awards;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.federation.TestPartitions;
import org.aifactory.hosting.Consortiums;
import org.aifactory.identity.OrganisationKind;
import org.aifactory.identity.Organisations;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** An officer books a state's money, and looks at who pays, with a browser. */
@PlatformTest
@Tag("browser")
class FundingLookTest {
    @LocalServerPort
    private int port;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private Organisations organisations;

    @Autowired
    private TestPartitions testPartitions;

    @Autowired
    private Partitions partitions;

    @Autowired
    private Consortiums consortiums;

    @Autowired
    private Awards awards;

    private void book(Client officer, String factory, String kind, String funder, int year, long euros) {
        Map<String, Object> movement = new HashMap<>(Map.of("kind", kind, "funder", funder, "year", year));
        movement.putAll(
                Map.of("category", "acquisition", "cents", euros * 100, "day", "2024-01-15", "reason", "As agreed"));
        movement.put("key", java.util.UUID.randomUUID());
        if (kind.equals("INSTALMENT")) {
            movement.put("due", "2024-03-31");
        }
        officer.post("/api/funding/factories/" + factory + "/movements", movement)
                .json(200);
    }

    @ParameterizedTest
    @EnumSource(names = {"ENGLISH_LIGHT_WIDE", "KOREAN_LIGHT_NARROW"})
    void an_officer_books_what_has_come_and_sees_who_pays(Look look) {
        Client officer = clients.founder("Dimitra");
        organisations.found(Awards.personOf(officer), "Office", OrganisationKind.PROGRAMME_OFFICE, "LU");
        Client operator = clients.founder("Olli");
        Partition partition = testPartitions.gpus(0);
        String factory = partitions.factory(partition).slug();
        testPartitions.give(
                partition,
                organisations
                        .found(Awards.personOf(operator), "Site", OrganisationKind.FACTORY, "FI")
                        .toString());
        consortiums.give(
                partitions.factory(partition).id(),
                LocalDate.of(2024, 1, 1),
                Map.of("EU", "1/2", "FI", "7/20", "NO", "3/20"));
        operator.post(
                        "/api/partitions/" + partition.slug() + "/fillings",
                        Map.of("hours", 100_000, "unit", "GPU_HOUR", "reason", "A year"))
                .json(201);
        awards.granted(clients.founder("Aino"), partition, 100);
        officer.put(
                        "/api/funding/factories/" + factory + "/costs",
                        Map.of("year", 2026, "category", "acquisition", "cents", 25_000_000_000L, "version", 0))
                .json(200);
        for (int year = 2025; year < 2028; year++) {
            for (String funder : new String[] {"EU", "FI"}) {
                book(officer, factory, "PLEDGE", funder, year, 40_000_000);
                book(officer, factory, "COMMITMENT", funder, year, 30_000_000L + year % 10 * 1_000_000L);
            }
        }
        book(officer, factory, "INSTALMENT", "FI", 2025, 20_000_000);

        try (Visitor visitor = Visitor.at(port, look)) {
            visitor.open("/sign-in")
                    .type("email", officer.get("/api/me").json(200).get("email").asString())
                    .type("password", Client.PASSWORD)
                    .press("button");
            visitor.open("/funding/factories/" + factory).see("funding-factory");
            visitor.press("#open summary");
            visitor.find("#open input[name=euro]").fill("15,000,000");
            visitor.find("#open input[name=reason]").fill("First part");
            visitor.press("#open button");
            assertThat(visitor.find("#open td.number")).containsText("5,000,000.00");
            visitor.find("#movement-funder").fill("XX");
            visitor.press("#book .card:first-child button");
            assertThat(visitor.find("#movement-funder-error")).isVisible();
            visitor.see("funding-refused");
            visitor.open("/funding").see("funding");
            visitor.open("/funding/funders/FI").see("funding-funder");
        }
    }
}
