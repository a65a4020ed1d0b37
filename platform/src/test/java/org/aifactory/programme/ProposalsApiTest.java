package org.aifactory.programme;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.aifactory.Client;
import org.aifactory.Client.Answer;
import org.aifactory.PlatformTest;
import org.aifactory.TestClock;
import org.aifactory.identity.Organisations;
import org.aifactory.review.Text;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

@PlatformTest
class ProposalsApiTest {
    @Autowired
    private Client.Factory clients;

    @Autowired
    private Organisations organisations;

    @Autowired
    private TestClock clock;

    private Office office;
    private Client host;

    @BeforeEach
    void somebody() {
        office = new Office(clients, organisations);
        host = clients.founder("Host");
    }

    @AfterEach
    void turnBack() {
        clock.turnBack();
    }

    @Test
    void a_call_is_seen_by_nobody_until_it_is_published_and_then_its_budget_is_a_balance() {
        String call = office.write(Office.definition(Office.inDays(10)));
        assertThat(clients.nobody().get("/api/calls/" + call).problem()).isEqualTo("not-found");
        assertThat(host.post("/api/calls/" + call + "/publish", Map.of("version", 1))
                        .problem())
                .isEqualTo("not-allowed");

        office.officer()
                .post("/api/calls/" + call + "/publish", Map.of("version", 1))
                .json(200);

        JsonNode seen = clients.nobody().get("/api/calls/" + call).json(200);
        assertThat(seen.get("phase").asString()).isEqualTo("OPEN");
        assertThat(seen.at("/budget/leftEur").toString()).isEqualTo("100000000");
        assertThat(office.officer()
                        .put("/api/calls/" + call, Map.of("version", 1, "kind", "FACTORY", "definition", Map.of()))
                        .problem())
                .isEqualTo("not-now");
    }

    @Test
    void a_call_that_is_wrong_is_not_published_and_each_fault_stands_at_its_field() {
        Map<String, Object> definition = Office.definition(Office.inDays(-1));
        definition.put("zone", "Europe/Atlantis");
        definition.remove("scheme");
        definition.put("budgetCents", -1);
        String call = office.write(definition);
        assertThat(office.officer().get("/api/calls/" + call + "/cut-offs").json(200))
                .isEmpty();
        assertThat(office.officer()
                        .post("/api/calls/" + call + "/panels", Map.of("cutOff", "2026-01-01T00:00:00Z"))
                        .problem())
                .isEqualTo("not-now");

        Answer refused = office.officer().post("/api/calls/" + call + "/publish", Map.of("version", 1));

        assertThat(refused.json(400).get("errors"))
                .extracting(fault -> fault.get("field").asString())
                .contains("zone", "scheme", "budgetCents");
        definition.put("zone", Office.ZONE);
        office.officer()
                .put("/api/calls/" + call, Map.of("version", 1, "kind", "FACTORY", "definition", definition))
                .json(200);
        assertThat(office.officer()
                        .post("/api/calls/" + call + "/publish", Map.of("version", 2))
                        .json(400)
                        .get("errors"))
                .extracting(fault -> fault.get("field").asString())
                .contains("cutOffs[0]");
    }

    @Test
    void a_call_speaks_of_years_that_are_near() {
        Map<String, Object> definition = Office.definition(LocalDateTime.of(2101, 1, 1, 0, 0));
        definition.put("opens", "1999-12-31T00:00:00");
        definition.put("closes", "2102-01-01T00:00:00");
        String call = office.write(definition);

        Answer refused = office.officer().post("/api/calls/" + call + "/publish", Map.of("version", 1));

        assertThat(refused.json(400).get("errors"))
                .extracting(fault -> fault.get("field").asString())
                .containsExactlyInAnyOrder("opens", "closes", "cutOffs[0]");
    }

    @Test
    void what_comes_in_the_very_moment_of_a_cut_off_belongs_to_it_and_a_moment_later_to_the_next() {
        LocalDateTime first = Office.inDays(5);
        LocalDateTime second = Office.inDays(40);
        String call = office.openCall(first, second);
        String early = Office.begin(host, call, Office.content("Early", "FI", 1000))
                .get("id")
                .asString();
        String late = Office.begin(host, call, Office.content("Late", "FI", 1000))
                .get("id")
                .asString();

        clock.turnTo(instant(first).minusSeconds(20));
        assertThat(submitted(early).at("/submission/cutOff").asString())
                .isEqualTo(instant(first).toString());
        clock.turnTo(instant(first).plusMillis(1));
        assertThat(submitted(late).at("/submission/cutOff").asString())
                .isEqualTo(instant(second).toString());

        CallDefinition definition = new CallDefinition(
                Text.NONE,
                Text.NONE,
                Office.ZONE,
                null,
                null,
                List.of(first, second),
                null,
                List.of(),
                List.of(),
                Set.of(),
                List.of(),
                null,
                null,
                List.of());
        assertThat(definition.cutOffFor(instant(first))).contains(instant(first));
        assertThat(definition.cutOffFor(instant(first).plusNanos(1000))).contains(instant(second));
        assertThat(definition.cutOffFor(instant(second).plusNanos(1000))).isEmpty();
    }

    @Test
    void after_the_last_cut_off_the_reason_is_told_and_nothing_is_kept() {
        LocalDateTime only = Office.inDays(5);
        String call = office.openCall(only);
        String draft = Office.begin(host, call, Office.content("Late", "FI", 1000))
                .get("id")
                .asString();

        clock.turnTo(instant(only).plusSeconds(1));

        Answer refused = host.post("/api/proposals/" + draft + "/submit", Map.of("version", 1));
        assertThat(refused.problem()).isEqualTo("not-now");
        assertThat(refused.body()).contains("last cut-off");
        assertThat(host.get("/api/proposals/" + draft).json(200).get("state").asString())
                .isEqualTo("DRAFT");
        assertThat(host.post("/api/calls/" + call + "/proposals", Map.of("organisation", host.organisation()))
                        .problem())
                .isEqualTo("not-now");
    }

    @Test
    void what_is_missing_or_wrong_is_told_at_each_field_with_the_article_of_the_rule() {
        String call = office.openCall(Office.inDays(5));
        Map<String, Object> content = Office.content("Oslo", "NO", 1000);
        content.remove("services");
        content.put(
                "consortium",
                List.of(Map.of("country", "NO", "role", "HOST", "shareCents", 1), Map.of("country", "SE")));
        content.put(
                "costs",
                List.of(Map.of("year", 2027, "category", "acquisition", "amountCents", 1000, "unionCents", 501)));

        JsonNode check = host.post("/api/calls/" + call + "/check", content).json(200);

        assertThat(check.get("submittable").asBoolean()).isFalse();
        assertThat(check.get("faults"))
                .extracting(fault -> fault.get("field").asString())
                .containsExactlyInAnyOrder(
                        "services.compute",
                        "services.data",
                        "services.talent",
                        "consortium[1].role",
                        "consortium[1].shareCents",
                        "costs.acquisition",
                        "consortium",
                        "site.country");
        assertThat(check.toString()).contains("Art. 9(1)");
        assertThat(check.at("/rules/0/holds").asBoolean()).isFalse();
        JsonNode begun = Office.begin(host, call, content);
        Answer refused = host.post("/api/proposals/" + begun.get("id").asString() + "/submit", Map.of("version", 1));
        assertThat(refused.json(400).get("errors")).hasSize(8);
    }

    @Test
    void what_cannot_be_counted_or_does_not_exist_is_not_even_saved() {
        String call = office.openCall(Office.inDays(5));
        Map<String, Object> content = Office.content("Strange", "FI", 1000);
        content.put(
                "costs",
                List.of(Map.of("year", 1066, "category", "castles", "amountCents", Long.MAX_VALUE, "unionCents", -1)));
        content.put("consortium", List.of(Map.of("country", "ZZ"), Map.of("country", "FI"), Map.of("country", "FI")));

        Answer refused = host.post(
                "/api/calls/" + call + "/proposals", Map.of("organisation", host.organisation(), "content", content));

        assertThat(refused.json(400).get("errors"))
                .extracting(fault -> fault.get("field").asString())
                .contains(
                        "costs[0].year",
                        "costs[0].category",
                        "costs[0].amountCents",
                        "costs[0].unionCents",
                        "consortium[0].country",
                        "consortium[2].country");
        assertThat(host.get("/api/proposals").json(200)).isEmpty();
        content.put(
                "costs",
                List.of(Map.of(
                        "year",
                        2027,
                        "category",
                        "acquisition",
                        "amountCents",
                        Long.MIN_VALUE,
                        "unionCents",
                        Long.MIN_VALUE)));
        JsonNode check = host.post("/api/calls/" + call + "/check", content).json(200);
        assertThat(check.get("submittable").asBoolean()).isFalse();
        assertThat(check.at("/sums/costEur").asLong()).isZero();
    }

    @Test
    void a_proposal_names_its_country_even_where_the_call_asks_for_no_site() {
        Map<String, Object> definition = Office.definition(Office.inDays(5));
        definition.put("parts", List.of("SUMMARY"));
        definition.put("rules", List.of());
        String call = office.write(definition);
        office.officer()
                .post("/api/calls/" + call + "/publish", Map.of("version", 1))
                .json(200);

        JsonNode check = host.post("/api/calls/" + call + "/check", Map.of("title", "Anywhere", "summary", "Short."))
                .json(200);

        assertThat(check.get("faults"))
                .extracting(fault -> fault.get("field").asString())
                .containsExactly("site.country");
    }

    @Test
    void two_who_write_at_once_never_overwrite_one_another() {
        String call = office.openCall(Office.inDays(5));
        String proposal = Office.begin(host, call, Office.content("Ours", "FI", 1000))
                .get("id")
                .asString();
        Map<String, Object> mine = Office.content("Mine", "FI", 1000);
        Map<String, Object> theirs = new HashMap<>(Office.content("Ours", "FI", 1000));
        theirs.put("summary", "Theirs.");
        host.put("/api/proposals/" + proposal, Map.of("version", 1, "content", theirs))
                .json(200);

        Answer refused = host.put("/api/proposals/" + proposal, Map.of("version", 1, "content", mine));

        assertThat(refused.problem()).isEqualTo("changed-meanwhile");
        assertThat(refused.json(409).get("changed"))
                .extracting(JsonNode::asString)
                .containsExactly("summary");
        assertThat(refused.json(409).get("version").asInt()).isEqualTo(2);
        assertThat(host.get("/api/proposals/" + proposal)
                        .json(200)
                        .at("/content/summary")
                        .asString())
                .isEqualTo("Theirs.");
        // The same again, whose answer was lost, is no conflict.
        host.put("/api/proposals/" + proposal, Map.of("version", 1, "content", theirs))
                .json(200);
    }

    @Test
    void until_the_cut_off_it_can_be_changed_and_what_was_submitted_last_counts() {
        LocalDateTime cutOff = Office.inDays(5);
        String call = office.openCall(cutOff);
        String proposal = Office.submit(host, call, Office.content("First", "FI", 1000));
        // The same form sent twice is submitted once.
        JsonNode again = host.post("/api/proposals/" + proposal + "/submit", Map.of("version", 1))
                .json(200);
        assertThat(again.get("version").asInt()).isEqualTo(1);

        host.put("/api/proposals/" + proposal, Map.of("version", 1, "content", Office.content("Second", "FI", 1000)))
                .json(200);

        JsonNode seen = office.officer().get("/api/proposals/" + proposal).json(200);
        assertThat(seen.at("/content/title").asString()).isEqualTo("First");
        host.post("/api/proposals/" + proposal + "/submit", Map.of("version", 2))
                .json(200);
        assertThat(office.officer()
                        .get("/api/proposals/" + proposal)
                        .json(200)
                        .at("/content/title")
                        .asString())
                .isEqualTo("Second");
        clock.turnTo(instant(cutOff).plusSeconds(1));
        assertThat(host.put(
                                "/api/proposals/" + proposal,
                                Map.of("version", 2, "content", Office.content("Third", "FI", 1000)))
                        .problem())
                .isEqualTo("not-now");
        assertThat(host.post("/api/proposals/" + proposal + "/withdraw", Map.of())
                        .json(200)
                        .get("state")
                        .asString())
                .isEqualTo("WITHDRAWN");
    }

    @Test
    void a_proposal_is_its_organisations_own_until_it_is_submitted() {
        String call = office.openCall(Office.inDays(5));
        String proposal = Office.begin(host, call, Office.content("Ours", "FI", 1000))
                .get("id")
                .asString();
        Client stranger = clients.founder("Eve");

        assertThat(stranger.get("/api/proposals/" + proposal).problem()).isEqualTo("not-found");
        assertThat(stranger.put("/api/proposals/" + proposal, Map.of("version", 1, "content", Map.of()))
                        .problem())
                .isEqualTo("not-found");
        assertThat(office.officer().get("/api/proposals/" + proposal).problem()).isEqualTo("not-found");
        host.post("/api/proposals/" + proposal + "/submit", Map.of("version", 1))
                .json(200);
        office.officer().get("/api/proposals/" + proposal).json(200);
        assertThat(stranger.get("/api/proposals/" + proposal).problem()).isEqualTo("not-found");
    }

    @Test
    void what_is_attached_is_a_pdf_file_whatever_it_is_called() {
        String call = office.openCall(Office.inDays(5));
        String proposal = Office.begin(host, call, Office.content("Ours", "FI", 1000))
                .get("id")
                .asString();

        assertThat(attach(proposal, "commitment", "<script>alert(1)</script>")
                        .json(400)
                        .toString())
                .contains("document");
        assertThat(attach(proposal, "castle", "%PDF-1.7\n%%EOF\n").problem()).isEqualTo("invalid-request");
        JsonNode attached = attach(proposal, "commitment", "%PDF-1.7\n%%EOF\n").json(201);

        String document = attached.at("/documents/0/id").asString();
        assertThat(host.get("/api/proposals/" + proposal + "/documents/" + document)
                        .body())
                .startsWith("%PDF");
        assertThat(clients.founder("Eve")
                        .get("/api/proposals/" + proposal + "/documents/" + document)
                        .problem())
                .isEqualTo("not-found");
        assertThat(attach(proposal, "commitment", "%PDF-" + "x".repeat(Documents.LARGEST) + "%%EOF")
                        .problem())
                .isEqualTo("too-large");
        assertThat(host.delete("/api/proposals/" + proposal + "/documents/" + document)
                        .status())
                .isEqualTo(204);
    }

    @Test
    void what_was_submitted_keeps_a_document_of_each_part_that_it_had() {
        String call = office.openCall(Office.inDays(5));
        String proposal = Office.begin(host, call, Office.content("Ours", "FI", 1000))
                .get("id")
                .asString();
        String first = Office.attach(host, proposal).at("/documents/0/id").asString();
        submitted(proposal);
        String path = "/api/proposals/" + proposal + "/documents/" + first;

        Answer refused = host.delete(path);

        assertThat(refused.problem()).isEqualTo("not-now");
        assertThat(refused.body()).contains("Attach another");
        Office.attach(host, proposal);
        assertThat(host.delete(path).status()).isEqualTo(204);
        assertThat(host.delete(path).problem()).isEqualTo("not-found");
    }

    private Answer attach(String proposal, String part, String content) {
        return host.send(host.request("/api/proposals/" + proposal + "/documents?part=" + part + "&name=letter.pdf")
                .header("Content-Type", "application/pdf")
                .timeout(Duration.ofSeconds(60))
                .POST(BodyPublishers.ofByteArray(content.getBytes(StandardCharsets.ISO_8859_1))));
    }

    private JsonNode submitted(String proposal) {
        return host.post("/api/proposals/" + proposal + "/submit", Map.of("version", 1))
                .json(200);
    }

    private static Instant instant(LocalDateTime local) {
        return local.atZone(ZoneId.of(Office.ZONE)).toInstant();
    }
}
