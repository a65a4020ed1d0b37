package org.aifactory.observatory;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.aifactory.Client;
import org.aifactory.Client.Answer;
import org.aifactory.PlatformTest;
import org.aifactory.access.Awards;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.Duty;
import org.aifactory.identity.OrganisationKind;
import org.aifactory.identity.Organisations;
import org.aifactory.identity.People;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** Analysts keep initiatives and rates; everybody reads and compares them. */
@PlatformTest
class ObservatoryApiTest {
    private static final String RATES = "Date, USD, KRW, \n28 June 2024, 1.0705, 1474.86, \n";

    @Autowired
    private Client.Factory clients;

    @Autowired
    private People people;

    @Autowired
    private Organisations organisations;

    @Autowired
    private AuditTrail audit;

    @Autowired
    private JdbcClient jdbc;

    private Client analyst;
    private String country;

    @BeforeEach
    void an_analyst() {
        jdbc.sql("delete from observatory.initiative").update();
        jdbc.sql("delete from observatory.rate").update();
        analyst = clients.founder("Freja");
        people.give(Awards.personOf(analyst), Duty.ANALYST);
        country = "IT";
    }

    private Map<String, Object> fund() {
        Map<String, Object> fund = new HashMap<>();
        fund.put("slug", "fund-" + UUID.randomUUID());
        fund.put("title", "A fund");
        fund.put("titleKo", "어떤 기금");
        fund.put("country", country);
        fund.put("body", "A ministry");
        fund.put("kind", "FUND");
        fund.put("standing", "COMMITTED");
        fund.put("payer", "PUBLIC");
        fund.put("amount", amount("EXACT", 1_000_000_000, "EUR", "IN_TOTAL"));
        fund.put("period", Map.of("from", "2024-01", "until", "2028-12"));
        fund.put("announced", "2024-03-12");
        fund.put("mark", "SECONDARY");
        fund.put("sources", List.of("https://example.org/fund"));
        return fund;
    }

    private static Map<String, Object> amount(String exactness, long least, String currency, String basis) {
        return new HashMap<>(Map.of("exactness", exactness, "least", least, "currency", currency, "basis", basis));
    }

    private JsonNode added(Map<String, Object> initiative) {
        return analyst.post("/api/initiatives", initiative).json(201);
    }

    private Answer imported(Client who, String file) {
        return who.send(who.request("/api/exchange-rates/file").POST(BodyPublishers.ofString(file)));
    }

    private JsonNode compared(String query) {
        return clients.nobody().get("/api/initiatives/comparison?" + query).json(200);
    }

    @Test
    void an_initiative_is_added_read_by_everybody_and_recorded() {
        Map<String, Object> fund = fund();
        JsonNode added = added(fund);
        assertThat(added.get("version").asInt()).isEqualTo(1);
        Client nobody = clients.nobody();
        assertThat(nobody.get("/api/initiatives/" + fund.get("slug")).json(200)).isEqualTo(added);
        assertThat(nobody.get("/api/initiatives?country=IT&kind=FUND").json(200))
                .hasSize(1);
        assertThat(nobody.get("/api/initiatives?country=FR").json(200)).isEmpty();
        assertThat(audit.about("initiative " + fund.get("slug")))
                .extracting(AuditTrail.Event::action)
                .containsExactly("initiative.added");
        assertThat(analyst.post("/api/initiatives", fund).problem()).isEqualTo("already-taken");
    }

    @Test
    void only_analysts_and_programme_officers_write() {
        Client founder = clients.founder("Aino");
        assertThat(founder.post("/api/initiatives", fund()).problem()).isEqualTo("not-allowed");
        assertThat(imported(founder, RATES).problem()).isEqualTo("not-allowed");
        assertThat(founder.post("/api/exchange-rates", Map.of()).problem()).isEqualTo("not-allowed");
        assertThat(clients.nobody().post("/api/initiatives", fund()).problem()).isEqualTo("sign-in-needed");
        organisations.found(Awards.personOf(founder), "Office", OrganisationKind.PROGRAMME_OFFICE, "FI");
        founder.post("/api/initiatives", fund()).json(201);
    }

    @Test
    void an_initiative_without_a_source_is_refused_at_the_field() {
        Map<String, Object> fund = fund();
        fund.put("sources", List.of(" "));
        JsonNode refused = analyst.post("/api/initiatives", fund).json(400);
        assertThat(refused.at("/errors/0/field").asString()).isEqualTo("sources");
        assertThat(refused.at("/errors/0/message").asString()).contains("source");
        fund.put("sources", List.of("a newspaper, without an address"));
        assertThat(analyst.post("/api/initiatives", fund)
                        .json(400)
                        .at("/errors/0/field")
                        .asString())
                .isEqualTo("sources");
        fund.put("mark", "UNVERIFIED");
        added(fund);
    }

    @ParameterizedTest
    @CsvSource({
        "slug, NOT A NAME, slug",
        "slug, comparison, slug",
        "title, '', title",
        "country, ZZ, country",
        "kind, REQUEST, standing",
        "announced, , announced",
        "announced, 1899-12-31, announced",
        "announced, +300000-01-01, announced",
        "payer, , payer"
    })
    void what_cannot_be_is_refused_at_its_field(String field, String value, String fault) {
        Map<String, Object> fund = fund();
        fund.put(field, value);
        assertThat(faults(fund)).contains(fault);
    }

    private List<String> faults(Map<String, Object> initiative) {
        List<String> fields = new ArrayList<>();
        analyst.post("/api/initiatives", initiative)
                .json(400)
                .get("errors")
                .forEach(error -> fields.add(error.get("field").asString()));
        assertThat(jdbc.sql("select count(*) from observatory.initiative")
                        .query(Long.class)
                        .single())
                .isZero();
        return fields;
    }

    @Test
    void amounts_and_lines_that_do_not_fit_are_refused_at_their_fields() {
        Map<String, Object> fund = fund();
        fund.put("amount", amount("EXACT", 0, "EUR", "IN_TOTAL"));
        assertThat(faults(fund)).contains("amount.least");
        fund.put("amount", amount("EXACT", 5, "XYZ", "IN_TOTAL"));
        assertThat(faults(fund)).contains("amount.currency");
        Map<String, Object> range = amount("RANGE", 50, "USD", "IN_TOTAL");
        range.put("most", 40);
        fund.put("amount", range);
        assertThat(faults(fund)).contains("amount.most");
        fund = fund();
        fund.put("period", Map.of("from", "2028-12", "until", "2024-01"));
        assertThat(faults(fund)).contains("period.until");
        fund = fund();
        Map<String, Object> most =
                Map.of("purpose", "START_UPS", "amount", Map.of("exactness", "EXACT", "least", 600_000_000));
        fund.put("lines", List.of(most, most));
        assertThat(faults(fund)).contains("lines");
        fund.put("lines", List.of(Map.of("purpose", "CHIPS", "amount", amount("EXACT", 5, "USD", "IN_TOTAL"))));
        assertThat(faults(fund)).contains("lines[0].amount.currency");
        fund = fund();
        fund.put("models", List.of(Map.of("name", "A model", "address", "javascript:alert(1)")));
        assertThat(faults(fund)).contains("models[0].address");
    }

    @Test
    void a_stale_edit_is_refused_and_changes_nothing() {
        Map<String, Object> fund = fund();
        String path = "/api/initiatives/" + added(fund).get("slug").asString();
        fund.put("version", 1);
        fund.put("title", "A better title");
        assertThat(analyst.put(path, fund).json(200).get("version").asInt()).isEqualTo(2);
        fund.put("title", "A title of somebody who read the first");
        assertThat(analyst.put(path, fund).problem()).isEqualTo("changed-meanwhile");
        assertThat(clients.nobody().get(path).json(200).get("title").asString()).isEqualTo("A better title");
        assertThat(analyst.put("/api/initiatives/none", fund).problem()).isEqualTo("not-found");
    }

    @Test
    void a_fund_is_compared_in_won_per_year_at_a_rate_that_is_shown() {
        added(fund());
        Client nobody = clients.nobody();
        JsonNode without = compared("currency=KRW");
        assertThat(without.get("groups")).isEmpty();
        assertThat(without.at("/notComparable/0/reason").asString()).isEqualTo("NO_RATE");

        assertThat(imported(analyst, RATES).json(200).get("changed").asInt()).isEqualTo(2);
        assertThat(imported(analyst, RATES).json(200).get("changed").asInt()).isZero();

        JsonNode compared = compared("currency=KRW&kind=FUND");
        // 1,000 million euros over five years, at 1474.86 won for a euro.
        assertThat(compared.at("/groups/0/initiatives/0/shown/least").decimalValue())
                .isEqualByComparingTo("294972000000");
        assertThat(compared.at("/groups/0/initiatives/0/years").decimalValue()).isEqualByComparingTo("5");
        assertThat(compared.at("/rates/0/day").asString()).isEqualTo("2024-06-28");
        assertThat(compared.at("/rates/0/perEuro").decimalValue()).isEqualByComparingTo("1474.86");
        JsonNode whole = compared("currency=KRW&basis=IN_TOTAL");
        assertThat(whole.at("/groups/0/initiatives/0/shown/least").decimalValue())
                .isEqualByComparingTo("1474860000000");
        JsonNode before = compared("currency=KRW&day=2024-06-27");
        assertThat(before.at("/notComparable/0/reason").asString()).isEqualTo("NO_RATE");
        assertThat(nobody.get("/api/initiatives/comparison?currency=XYZ").problem())
                .isEqualTo("invalid-request");
        assertThat(nobody.get("/api/initiatives/comparison?day=0000-01-01").problem())
                .isEqualTo("invalid-request");
    }

    @Test
    void committed_and_expected_are_never_in_one_group() {
        imported(analyst, RATES).json(200);
        Map<String, Object> fund = fund();
        Map<String, Object> hoped =
                new HashMap<>(Map.of("purpose", "OTHER", "beside", true, "standing", "EXPECTED", "payer", "PRIVATE"));
        hoped.put("amount", Map.of("exactness", "EXACT", "least", 2_000_000_000L));
        fund.put("lines", List.of(hoped));
        added(fund);
        JsonNode groups = compared("currency=EUR").get("groups");
        assertThat(groups).hasSize(2);
        assertThat(groups.at("/0/standing").asString()).isEqualTo("COMMITTED");
        assertThat(groups.at("/0/initiatives/0/shown/least").decimalValue()).isEqualByComparingTo("200000000");
        assertThat(groups.at("/1/standing").asString()).isEqualTo("EXPECTED");
        assertThat(groups.at("/1/initiatives/0/shown/least").decimalValue()).isEqualByComparingTo("400000000");
    }

    @Test
    void the_comparison_comes_as_values_too_with_nothing_that_a_spreadsheet_would_carry_out() {
        imported(analyst, RATES).json(200);
        Map<String, Object> fund = fund();
        fund.put("title", "=HYPERLINK(1)");
        fund.put("titleKo", null);
        added(fund);
        Answer csv = clients.nobody().get("/api/initiatives/comparison.csv?currency=KRW");
        assertThat(csv.status()).isEqualTo(200);
        assertThat(csv.contentType()).startsWith("text/csv");
        assertThat(csv.body()).contains("\"294972000000\"", "\"'=HYPERLINK(1)\"", "EUR 1 = KRW 1474.86 (2024-06-28)");
        assertThat(csv.body().lines()).hasSize(2);
    }

    @Test
    void a_rate_is_entered_by_hand_with_its_source() {
        Map<String, Object> rate = new HashMap<>(Map.of(
                "day",
                "2024-06-28",
                "currency",
                "AED",
                "perEuro",
                3.93141125,
                "mark",
                "DERIVED",
                "sources",
                List.of()));
        assertThat(analyst.post("/api/exchange-rates", rate)
                        .json(400)
                        .at("/errors/0/field")
                        .asString())
                .isEqualTo("sources");
        rate.put("sources", List.of("https://example.org/peg"));
        analyst.post("/api/exchange-rates", rate).json(201);
        JsonNode known =
                clients.nobody().get("/api/exchange-rates?day=2024-07-01").json(200);
        assertThat(known.at("/0/currency").asString()).isEqualTo("AED");
        assertThat(known.at("/0/day").asString()).isEqualTo("2024-06-28");
        for (String field : List.of("day", "currency", "perEuro", "mark")) {
            Map<String, Object> wrong = new HashMap<>(rate);
            wrong.put(
                    field,
                    Map.of("day", "2999-01-01", "currency", "EUR", "perEuro", 0, "mark", "UNVERIFIED")
                            .get(field));
            assertThat(analyst.post("/api/exchange-rates", wrong)
                            .json(400)
                            .at("/errors/0/field")
                            .asString())
                    .isEqualTo(field);
        }
    }

    @Test
    void a_file_that_is_half_right_imports_nothing() {
        assertThat(imported(analyst, RATES + "29 June 2024, much, 1, \n")
                        .json(400)
                        .at("/errors/0/field")
                        .asString())
                .isEqualTo("file");
        assertThat(clients.nobody().get("/api/exchange-rates").json(200)).isEmpty();
        assertThat(Stream.of("", "<x/>", "hello")
                        .map(file -> imported(analyst, file).status()))
                .containsOnly(400);
    }
}
