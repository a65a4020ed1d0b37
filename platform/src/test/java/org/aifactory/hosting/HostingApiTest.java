package org.aifactory.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.aifactory.Client;
import org.aifactory.Client.Answer;
import org.aifactory.PlatformTest;
import org.aifactory.TestClock;
import org.aifactory.federation.Factories;
import org.aifactory.federation.FactoryId;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.Organisations;
import org.aifactory.programme.Chosen;
import org.aifactory.programme.Office;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** From a selected proposal to a factory, its shares and its milestones, over HTTP. */
@PlatformTest
class HostingApiTest {
    @Autowired
    private Client.Factory clients;

    @Autowired
    private Organisations organisations;

    @Autowired
    private Chosen chosen;

    @Autowired
    private TestClock clock;

    @Autowired
    private Factories factories;

    @Autowired
    private HostingFolder files;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private Consortia consortia;

    @Autowired
    private AuditTrail audit;

    private Client officer;
    private Client host;
    private String proposal;
    private String slug;

    @BeforeEach
    void a_proposal_is_selected() {
        Office office = new Office(clients, organisations);
        officer = office.officer();
        host = clients.founder("Host");
        proposal = Office.submit(
                host,
                office.openCall(Office.inDays(30)),
                Office.content("Kajaani " + UUID.randomUUID(), "FI", 1_000_000));
        chosen.select(proposal, today());
        slug = "kajaani-" + UUID.randomUUID();
    }

    @AfterEach
    void turnBack() {
        clock.turnBack();
    }

    @Test
    void a_selected_proposal_becomes_a_factory_with_the_consortium_that_it_proposed() {
        assertThat(waiting()).contains(proposal);

        JsonNode made = establish().json(201);

        assertThat(waiting()).doesNotContain(proposal);
        assertThat(made.get("factory").asString()).isEqualTo(slug);
        assertThat(parts(made.at("/agreements/0"))).containsExactly("EU 1/2", "FI 2/5", "NO 1/10");
        assertThat(made.at("/agreements/0/from").asString()).isEqualTo(today().toString());
        assertThat(made.at("/money/costEur").asLong()).isEqualTo(1_000_000);
        assertThat(made.get("milestones")).hasSize(6);
        assertThat(clients.nobody()
                        .get("/api/factories/" + slug)
                        .json(200)
                        .get("country")
                        .asString())
                .isEqualTo("FI");
        assertThat(establish().json(201).get("version").asInt()).isEqualTo(1);
        assertThat(officer.post("/api/proposals/" + proposal + "/factory", Map.of("slug", slug + "2", "name", "Other"))
                        .problem())
                .isEqualTo("not-now");
        assertThat(audit.about("factory " + factory()))
                .extracting(AuditTrail.Event::action)
                .containsExactly("factory.founded", "hosting.established");
    }

    @Test
    void a_country_joins_from_a_day_on_and_what_was_until_then_stays() {
        establish().json(201);
        LocalDate from = today().plusDays(10);

        JsonNode joined =
                agree(1, from, 1000, "EU", 500, "FI", 350, "NO", 100, "EE", 50).json(200);

        assertThat(parts(joined.at("/agreements/1"))).containsExactly("EU 1/2", "FI 7/20", "EE 1/20", "NO 1/10");
        assertThat(joined.at("/agreements/1/standing").asString()).isEqualTo("COMING");
        assertThat(joined.at("/agreements/1/shares/2/since").asString()).isEqualTo(from.toString());
        assertThat(joined.at("/agreements/1/shares/3/since").asString()).isEqualTo(today().toString());
        assertThat(on(from.minusDays(1))).containsExactly("EU 1/2", "FI 2/5", "NO 1/10");
        assertThat(on(from)).containsExactly("EU 1/2", "FI 7/20", "EE 1/20", "NO 1/10");
        assertThat(on(today().minusDays(1))).isEmpty();
        clock.forward(Duration.ofDays(20));
        assertThat(consortia.shares(factory(), from.minusDays(1))).hasSize(3);
        assertThat(clients.nobody()
                        .get("/api/factories/" + slug + "/hosting")
                        .json(200)
                        .at("/agreements/1/standing")
                        .asString())
                .isEqualTo("CURRENT");
        assertThat(fields(agree(2, from, 100, "EU", 50, "FI", 50))).contains("from");
        assertThat(fields(agree(2, from.minusDays(5), 100, "EU", 50, "FI", 50))).contains("from");
        assertThat(fields(agree(2, today(), 100, "EU", 50, "FI", 50))).contains("from");
        assertThat(takeBack(2, from).json(400).get("errors")).hasSize(1);
        assertThat(on(from)).hasSize(4);
    }

    @Test
    void what_is_to_come_can_be_taken_back_before_it_begins() {
        establish().json(201);
        LocalDate from = today().plusDays(10);
        agree(1, from, 100, "EU", 50, "FI", 50).json(200);

        assertThat(fields(agree(2, from.minusDays(1), 100, "EU", 50, "FI", 50))).containsExactly("from");
        JsonNode left = takeBack(2, from).json(200);

        assertThat(left.get("agreements")).hasSize(1);
        assertThat(left.at("/changes/0/kind").asString()).isEqualTo("taken-back");
        assertThat(agree(3, from.minusDays(1), 100, "EU", 50, "FI", 50)
                        .json(200)
                        .get("version")
                        .asInt())
                .isEqualTo(4);
    }

    @Test
    void shares_are_the_whole_and_the_union_has_at_most_what_the_rates_allow() {
        establish().json(201);
        LocalDate from = today().plusDays(1);

        Answer short1 = agree(1, from, 1000, "EU", 500, "FI", 499);
        assertThat(fields(short1)).containsExactly("shares");
        assertThat(short1.body()).contains("99.9 %", "0.1 %");
        assertThat(fields(agree(1, from, 1000, "EU", 501, "FI", 499))).containsExactly("shares[0].part");
        assertThat(fields(agree(1, from, 1000, "EU", 500, "FI", 250, "FI", 250)))
                .contains("shares[2].participant");
        assertThat(fields(agree(1, from, 1000, "EU", 500, "SE", 500)))
                .containsExactlyInAnyOrder("shares[1].participant");
        assertThat(fields(agree(1, from, 1000, "EU", 500, "FI", 400, "XX", 100)))
                .containsExactly("shares[2].participant");
        assertThat(fields(agree(1, from, 1000, "EU", 1001, "FI", -1))).contains("shares[1].part");
        assertThat(fields(agree(1, from, 0, "EU", 0, "FI", 0))).contains("whole");
        assertThat(fields(officer.post("/api/factories/" + slug + "/agreements", Map.of("version", 1))))
                .contains("from", "whole", "shares", "reason");
        assertThat(on(from)).hasSize(3);
        assertThat(agree(1, from, 3, "EU", 1, "FI", 1, "DK", 1)
                        .json(200)
                        .at("/agreements/1/shares/1/part/whole")
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    void of_two_officers_at_once_one_is_told_that_somebody_else_was_faster() throws Exception {
        establish().json(201);
        LocalDate from = today().plusDays(3);
        List<Callable<Answer>> both =
                List.of(() -> agree(1, from, 100, "EU", 50, "FI", 50), () -> agree(1, from, 100, "EU", 40, "FI", 60));
        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
            for (Future<Answer> answer : pool.invokeAll(both)) {
                statuses.add(answer.get().status());
            }
        }

        assertThat(statuses).containsExactlyInAnyOrder(200, 409);
        assertThat(agree(1, from.plusDays(1), 100, "EU", 50, "FI", 50).problem())
                .isEqualTo("changed-meanwhile");
    }

    @Test
    void milestones_are_reached_in_their_order_and_never_in_the_future() {
        establish().json(201);
        LocalDate today = today();

        assertThat(fields(tell(1, "contract", null, today))).containsExactly("reached");
        assertThat(fields(tell(1, "agreement", null, today.plusDays(1)))).containsExactly("reached");
        assertThat(fields(tell(1, "agreement", null, today.minusDays(1)))).containsExactly("reached");
        JsonNode planned = tell(1, "agreement", today.plusDays(5), null).json(200);
        assertThat(planned.get("next").asString()).isEqualTo("AGREEMENT");
        assertThat(fields(tell(2, "tender", today.plusDays(4), null))).containsExactly("planned");
        clock.forward(Duration.ofDays(7));
        assertThat(clients.nobody()
                        .get("/api/factories/" + slug + "/hosting")
                        .json(200)
                        .at("/milestones/0/daysLate")
                        .asInt())
                .isEqualTo(2);
        assertThat(fields(officer.put(
                        "/api/factories/" + slug + "/milestones/agreement",
                        Map.of("version", 2, "planned", today.plusDays(9).toString()))))
                .containsExactly("reason");
        JsonNode reached =
                tell(2, "agreement", today.plusDays(5), today.plusDays(6)).json(200);
        assertThat(reached.get("next").asString()).isEqualTo("TENDER");
        assertThat(reached.at("/milestones/0/daysLate").isNull()).isTrue();
        assertThat(fields(tell(3, "agreement", today.plusDays(8), today.plusDays(6))))
                .containsExactly("planned");
        tell(3, "tender", null, today.plusDays(7)).json(200);
        assertThat(fields(tell(4, "agreement", today.plusDays(5), null))).containsExactly("reached");
        assertThat(tell(3, "tender", null, null).problem()).isEqualTo("changed-meanwhile");
        JsonNode undone = tell(4, "tender", null, null).json(200);
        assertThat(undone.at("/changes/0/before").asString())
                .isEqualTo(today.plusDays(7).toString());
        assertThat(undone.at("/changes/0/day").isNull()).isTrue();
        assertThat(officer.put("/api/factories/" + slug + "/milestones/party", Map.of("version", 5))
                        .problem())
                .isEqualTo("not-found");
    }

    @Test
    void nobody_but_the_office_and_for_dates_the_operator_changes_anything() {
        establish().json(201);
        Client stranger = clients.founder("Stranger");

        for (Client other : List.of(stranger, host)) {
            assertThat(other.post("/api/proposals/" + proposal + "/factory", Map.of("slug", "mine", "name", "Mine"))
                            .problem())
                    .isEqualTo("not-allowed");
            assertThat(other.post("/api/factories/" + slug + "/agreements", Map.of("version", 1))
                            .problem())
                    .isEqualTo("not-allowed");
            assertThat(other.put("/api/factories/" + slug + "/milestones/tender", Map.of("version", 1))
                            .problem())
                    .isEqualTo("not-allowed");
            assertThat(other.put("/api/factories/" + slug + "/place", Map.of("version", 1))
                            .problem())
                    .isEqualTo("not-allowed");
            assertThat(other.get("/api/hosting/waiting").problem()).isEqualTo("not-allowed");
        }
        Client operator = clients.founder("Operator");
        factories.giveUnoperated(
                factory(),
                organisations.found(
                        org.aifactory.access.Awards.personOf(operator),
                        "Operator " + UUID.randomUUID(),
                        org.aifactory.identity.OrganisationKind.FACTORY,
                        "FI"));
        assertThat(operator.put(
                                "/api/factories/" + slug + "/milestones/installation",
                                Map.of(
                                        "version",
                                        1,
                                        "planned",
                                        today().plusDays(30).toString()))
                        .json(200)
                        .at("/milestones/3/planned")
                        .asString())
                .isEqualTo(today().plusDays(30).toString());
        assertThat(operator.put(
                                "/api/factories/" + slug + "/milestones/agreement",
                                Map.of("version", 2, "reached", today().toString()))
                        .problem())
                .isEqualTo("not-allowed");
    }

    @Test
    void a_factory_that_is_there_is_taken_where_it_stands_in_the_same_country_and_is_of_no_other_proposal() {
        establish().json(201);
        Office office = new Office(clients, organisations);
        String swedish =
                Office.submit(host, office.openCall(Office.inDays(30)), Office.content("Linköping", "SE", 1_000_000));
        String finnish =
                Office.submit(host, office.openCall(Office.inDays(30)), Office.content("Espoo", "FI", 1_000_000));
        chosen.select(swedish, today());
        chosen.select(finnish, today());

        assertThat(fields(officer.post("/api/proposals/" + swedish + "/factory", Map.of("factory", slug))))
                .containsExactly("factory");
        assertThat(officer.post("/api/proposals/" + finnish + "/factory", Map.of("factory", slug))
                        .problem())
                .isEqualTo("already-taken");
        assertThat(officer.post("/api/proposals/" + finnish + "/factory", Map.of("slug", slug, "name", "Espoo"))
                        .problem())
                .isEqualTo("already-taken");
        assertThat(fields(officer.post("/api/proposals/" + finnish + "/factory", Map.of("slug", "No!"))))
                .containsExactly("slug", "name");
        assertThat(officer.post("/api/proposals/" + UUID.randomUUID() + "/factory", Map.of("slug", "x", "name", "X"))
                        .problem())
                .isEqualTo("not-found");
    }

    @Test
    void what_was_selected_elsewhere_has_its_countries_and_no_shares_until_they_are_agreed_here() {
        String elsewhere = chosen.elsewhere("FI", "EE").toString();
        JsonNode made = officer.post(
                        "/api/proposals/" + elsewhere + "/factory", Map.of("slug", slug, "name", "Elsewhere"))
                .json(201);

        assertThat(made.get("imported").asBoolean()).isTrue();
        assertThat(made.at("/agreements/0/from").asString()).isEqualTo(Chosen.DAY.toString());
        assertThat(parts(made.at("/agreements/0"))).containsExactly("EU ?", "FI ?", "EE ?");
        assertThat(made.at("/money/costEur").isNull()).isTrue();
        LocalDate from = today().plusDays(1);
        agree(1, from, 4, "EU", 2, "FI", 1, "EE", 1).json(200);
        assertThat(on(from)).containsExactly("EU 1/2", "FI 1/4", "EE 1/4");
        // Dates of elsewhere may have gaps.
        tell(2, "contract", null, LocalDate.of(2026, 1, 26)).json(200);
        assertThat(fields(tell(3, "tender", null, LocalDate.of(2026, 1, 27)))).containsExactly("reached");
    }

    @Test
    void no_file_enters_shares_where_a_person_has(@TempDir Path folder) throws IOException {
        String elsewhere = chosen.elsewhere("FI", "EE").toString();
        officer.post("/api/proposals/" + elsewhere + "/factory", Map.of("slug", slug, "name", "Elsewhere"))
                .json(201);
        String named = jdbc.sql("select slug from programme.proposal where id = :id::uuid")
                .param("id", elsewhere)
                .query(String.class)
                .single();
        Files.writeString(Files.createDirectories(folder.resolve("hosting")).resolve("one.yaml"), """
                sources: {H1: "https://example.org/shares"}
                factory: %s
                proposal: %s
                place: {latitude: 64.22, longitude: 27.73, sources: [H1]}
                agreements:
                  - from: %s
                    shares:
                      - {participant: EU, role: UNION, share: 1/2, mark: SECONDARY, sources: [H1]}
                      - {participant: FI, role: HOST, share: 1/4, mark: SECONDARY, sources: [H1]}
                      - {participant: EE, role: JOINER, share: 1/4, mark: SECONDARY, sources: [H1]}
                """.formatted(
                        slug, named, Chosen.DAY));

        assertThat(files.load(folder)).isEqualTo(1);
        assertThat(files.load(folder)).isEqualTo(1);

        JsonNode one =
                clients.nobody().get("/api/factories/" + slug + "/hosting").json(200);
        assertThat(parts(one.at("/agreements/0"))).containsExactly("EU ?", "FI ?", "EE ?");
        assertThat(one.get("version").asInt()).as("the place, told once").isEqualTo(2);
    }

    @Test
    void the_map_has_every_factory_with_its_countries_and_a_place_where_one_was_said() {
        establish().json(201);

        assertThat(site().get("latitude").isNull()).isTrue();
        assertThat(fields(officer.put(
                        "/api/factories/" + slug + "/place", Map.of("version", 1, "latitude", 91, "longitude", 27))))
                .isNotEmpty();
        officer.put("/api/factories/" + slug + "/place", Map.of("version", 1, "latitude", 64.2, "longitude", 27.7))
                .json(200);
        assertThat(site().get("latitude").asDouble()).isEqualTo(64.2);
        assertThat(site().get("countries")).hasSize(2);
    }

    private JsonNode site() {
        for (JsonNode site : clients.nobody().get("/api/programme/factories").json(200)) {
            if (site.get("factory").asString().equals(slug)) {
                return site;
            }
        }
        throw new AssertionError("There is no " + slug);
    }

    private List<String> waiting() {
        List<String> waiting = new ArrayList<>();
        officer.get("/api/hosting/waiting")
                .json(200)
                .forEach(one -> waiting.add(one.get("proposal").asString()));
        return waiting;
    }

    private Answer establish() {
        return officer.post("/api/proposals/" + proposal + "/factory", Map.of("slug", slug, "name", "Kajaani"));
    }

    private FactoryId factory() {
        return factories.named(slug).orElseThrow().id();
    }

    /** @param shares participants and parts by turns; the first country is the host */
    private Answer agree(int version, LocalDate from, long whole, Object... shares) {
        List<Map<String, Object>> list = new ArrayList<>();
        boolean hasHost = false;
        for (int at = 0; at < shares.length; at += 2) {
            boolean isUnion = shares[at].equals("EU");
            String role = isUnion ? "UNION" : hasHost ? "JOINER" : "HOST";
            hasHost |= !isUnion;
            list.add(Map.of("participant", shares[at], "role", role, "part", shares[at + 1]));
        }
        return officer.post(
                "/api/factories/" + slug + "/agreements",
                Map.of(
                        "version",
                        version,
                        "from",
                        from.toString(),
                        "whole",
                        whole,
                        "shares",
                        list,
                        "reason",
                        "The board agreed."));
    }

    private Answer takeBack(int version, LocalDate from) {
        return officer.post(
                "/api/factories/" + slug + "/agreements/take-back",
                Map.of("version", version, "from", from.toString(), "reason", "It was a mistake."));
    }

    private Answer tell(
            int version,
            String step,
            @org.jspecify.annotations.Nullable LocalDate planned,
            @org.jspecify.annotations.Nullable LocalDate reached) {
        Map<String, Object> form = new HashMap<>(Map.of("version", version, "reason", "The host said so."));
        if (planned != null) {
            form.put("planned", planned.toString());
        }
        if (reached != null) {
            form.put("reached", reached.toString());
        }
        return officer.put("/api/factories/" + slug + "/milestones/" + step, form);
    }

    private List<String> on(LocalDate day) {
        List<String> parts = new ArrayList<>();
        clients.nobody()
                .get("/api/factories/" + slug + "/consortium?on=" + day)
                .json(200)
                .forEach(share -> parts.add(part(share)));
        return parts;
    }

    private static List<String> parts(JsonNode agreement) {
        List<String> parts = new ArrayList<>();
        agreement.get("shares").forEach(share -> parts.add(part(share)));
        return parts;
    }

    private static String part(JsonNode share) {
        JsonNode part = share.get("part");
        return share.get("participant").asString() + " "
                + (part.isNull()
                        ? "?"
                        : part.get("part").asLong() + "/" + part.get("whole").asLong());
    }

    private static List<String> fields(Answer refused) {
        List<String> fields = new ArrayList<>();
        refused.json(400)
                .get("errors")
                .forEach(fault -> fields.add(fault.get("field").asString()));
        return fields;
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }
}
