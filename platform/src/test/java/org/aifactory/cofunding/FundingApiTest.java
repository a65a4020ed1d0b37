package org.aifactory.cofunding;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.aifactory.Client;
import org.aifactory.Client.Answer;
import org.aifactory.PlatformTest;
import org.aifactory.TestClock;
import org.aifactory.access.Awards;
import org.aifactory.federation.TestPartitions;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.OrganisationKind;
import org.aifactory.identity.Organisations;
import org.aifactory.ledger.Ledger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** Money for factories is pledged, committed, called, received and spent, in the ledger, under the ceilings of the Union. */
@PlatformTest
class FundingApiTest {
    @Autowired
    private Client.Factory clients;

    @Autowired
    private Organisations organisations;

    @Autowired
    private TestPartitions partitions;

    @Autowired
    private TestClock clock;

    @Autowired
    private AuditTrail audit;

    @Autowired
    private Ledger ledger;

    private Client officer;
    private String factory;

    @BeforeEach
    void an_office_and_a_factory() {
        officer = clients.founder("Dimitra");
        organisations.found(Awards.personOf(officer), "Office", OrganisationKind.PROGRAMME_OFFICE, "LU");
        factory = partitions.factory(clients.founder("Host").organisation());
    }

    @AfterEach
    void turn_the_clock_back() {
        clock.turnBack();
    }

    private Map<String, Object> movement(String kind, String funder, long cents) {
        Map<String, Object> movement = new HashMap<>(Map.of("kind", kind, "funder", funder, "year", 2026));
        movement.putAll(Map.of("category", "acquisition", "cents", cents, "day", "2024-01-15", "reason", "As agreed"));
        return movement;
    }

    private Answer book(Map<String, Object> movement) {
        Map<String, Object> once = new HashMap<>(movement);
        once.putIfAbsent("key", UUID.randomUUID());
        return officer.post("/api/funding/factories/" + factory + "/movements", once);
    }

    private Answer book(String kind, String funder, long cents) {
        return book(movement(kind, funder, cents));
    }

    private String call(String funder, long cents, String due) {
        Map<String, Object> instalment = movement("INSTALMENT", funder, cents);
        instalment.put("due", due);
        return book(instalment).json(200).get("entry").asString();
    }

    private Answer receive(String instalment, String funder, long cents) {
        Map<String, Object> receipt = movement("RECEIPT", funder, cents);
        receipt.put("instalment", instalment);
        return book(receipt);
    }

    private Answer takeBack(String movement) {
        return officer.post(
                "/api/funding/factories/" + factory + "/movements/" + movement + "/take-back",
                Map.of("reason", "Booked twice", "key", UUID.randomUUID()));
    }

    private Answer plan(long cents) {
        int version = money(officer).get("version").asInt();
        return officer.put(
                "/api/funding/factories/" + factory + "/costs",
                Map.of("year", 2026, "category", "acquisition", "cents", cents, "version", version));
    }

    private JsonNode money(Client who) {
        return who.get("/api/funding/factories/" + factory).json(200);
    }

    private void publish() {
        officer.put(
                        "/api/funding/factories/" + factory + "/terms",
                        Map.of(
                                "kind",
                                "ai-optimised",
                                "published",
                                true,
                                "version",
                                money(officer).get("version").asInt()))
                .json(200);
    }

    @Test
    void money_goes_on_from_pledge_to_spending_and_never_more_than_there_is() {
        assertThat(book("COMMITMENT", "FI", 100).problem()).isEqualTo("not-enough-left");
        book("PLEDGE", "FI", 1000).json(200);
        book("COMMITMENT", "FI", 800).json(200);
        assertThat(book("COMMITMENT", "FI", 201).problem()).isEqualTo("not-enough-left");
        String instalment = call("FI", 500, "2024-03-31");
        assertThat(receive(instalment, "FI", 501).problem()).isEqualTo("not-enough-left");
        receive(instalment, "FI", 300).json(200);
        assertThat(book("SPENDING", "FI", 301).problem()).isEqualTo("not-enough-left");
        book("SPENDING", "FI", 250).json(200);

        JsonNode line = money(officer).at("/lines/0");
        assertThat(line.at("/money/pledged").asLong()).isEqualTo(1000);
        assertThat(line.at("/money/committed").asLong()).isEqualTo(800);
        assertThat(line.at("/money/called").asLong()).isEqualTo(500);
        assertThat(line.at("/money/paid").asLong()).isEqualTo(300);
        assertThat(line.at("/money/spent").asLong()).isEqualTo(250);
        assertThat(audit.about("funding of factory " + factory))
                .extracting(AuditTrail.Event::action)
                .containsExactly(
                        "cofunding.pledge",
                        "cofunding.commitment",
                        "cofunding.instalment",
                        "cofunding.receipt",
                        "cofunding.spending");
    }

    @Test
    void what_was_wrong_is_taken_back_while_it_has_not_gone_on_and_stays_to_be_read() {
        String pledge = book("PLEDGE", "DE", 1000).json(200).get("entry").asString();
        String commitment =
                book("COMMITMENT", "DE", 1000).json(200).get("entry").asString();
        assertThat(takeBack(pledge).problem()).isEqualTo("not-enough-left");
        String instalment = call("DE", 400, "2024-03-31");
        String receipt = receive(instalment, "DE", 400).json(200).get("entry").asString();
        assertThat(takeBack(instalment).problem()).isEqualTo("not-now");
        takeBack(receipt).json(200);
        assertThat(takeBack(receipt).problem()).isEqualTo("not-now");
        takeBack(instalment).json(200);
        takeBack(commitment).json(200);
        takeBack(pledge).json(200);

        JsonNode money = money(officer);
        assertThat(money.at("/total/pledged").asLong() + money.at("/total/paid").asLong())
                .isZero();
        assertThat(money.get("movements")).hasSize(8);
        assertThat(money.at("/movements/7/takenBack").asBoolean()).isTrue();
    }

    @Test
    void the_union_commits_no_more_than_its_rate_of_the_cost_and_is_told_what_is_left() {
        book("PLEDGE", "EU", 10_000).json(200);
        assertThat(book("COMMITMENT", "EU", 1).problem()).isEqualTo("not-enough-left");
        plan(1001).json(200);
        book("COMMITMENT", "EU", 400).json(200);
        Answer refused = book("COMMITMENT", "EU", 101);
        assertThat(refused.problem()).isEqualTo("not-enough-left");
        assertThat(refused.json(409).get("ceiling").asString()).isEqualTo("acquisition");
        assertThat(refused.json(409).get("leftCents").asLong()).isEqualTo(100);
        assertThat(refused.json(409).get("detail").asString())
                .contains("50 percent", "Acquisition", "1 euros are left");
        String rest = book("COMMITMENT", "EU", 100).json(200).get("entry").asString();

        assertThat(plan(999).problem()).as("below what is committed").isEqualTo("not-enough-left");
        takeBack(rest).json(200);
        plan(999).json(200);
        assertThat(money(officer).at("/ceilings/0/leftCents").asLong()).isEqualTo(99);
    }

    @Test
    void a_kind_of_factory_has_its_own_rates_and_nothing_of_what_it_does_not_name() {
        officer.put(
                        "/api/funding/factories/" + factory + "/terms",
                        Map.of("kind", "gigafactory", "published", false, "version", 0))
                .json(200);
        plan(10_000).json(200);
        book("PLEDGE", "EU", 10_000).json(200);
        book("COMMITMENT", "EU", 1_700).json(200);
        assertThat(book("COMMITMENT", "EU", 1).problem()).isEqualTo("not-enough-left");
        Map<String, Object> operation = movement("PLEDGE", "EU", 10);
        operation.put("category", "operation");
        book(operation).json(200);
        operation.put("kind", "COMMITMENT");
        assertThat(book(operation).problem()).isEqualTo("against-rules");
    }

    @Test
    void the_ceiling_holds_however_many_commit_at_once() throws Exception {
        plan(2000).json(200);
        List<Callable<Integer>> commitments = new ArrayList<>();
        for (int year = 2026; year < 2032; year++) {
            Map<String, Object> pledge = movement("PLEDGE", "EU", 1000);
            pledge.put("year", year);
            book(pledge).json(200);
            for (int time = 0; time < 2; time++) {
                Map<String, Object> commitment = movement("COMMITMENT", "EU", 300);
                commitment.put("year", year);
                commitments.add(() -> book(commitment).status());
            }
        }
        List<Integer> answers = new ArrayList<>();
        try (ExecutorService together = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> answer : together.invokeAll(commitments)) {
                answers.add(answer.get());
            }
        }
        assertThat(answers).filteredOn(status -> status == 200).hasSize(3);
        assertThat(money(officer).at("/total/committed").asLong()).isEqualTo(900);
        assertThat(money(officer).at("/ceilings/0/leftCents").asLong()).isEqualTo(100);
    }

    @Test
    void the_same_again_changes_nothing_and_a_key_is_good_for_one_thing() {
        Map<String, Object> pledge = movement("PLEDGE", "SE", 700);
        pledge.put("key", UUID.randomUUID());
        JsonNode first = book(pledge).json(200);
        assertThat(book(pledge).json(200)).isEqualTo(first);
        pledge.put("cents", 701);
        assertThat(book(pledge).problem()).isEqualTo("already-taken");
        pledge.put("funder", "NO");
        assertThat(book(pledge).problem()).isEqualTo("already-taken");
        assertThat(money(officer).at("/total/pledged").asLong()).isEqualTo(700);
    }

    @Test
    void what_is_wrong_stands_at_its_field_and_nothing_is_booked() {
        assertThat(officer.post("/api/funding/factories/" + factory + "/movements", movement("PLEDGE", "FI", 1))
                        .json(400)
                        .at("/errors/0/field")
                        .asString())
                .isEqualTo("key");
        JsonNode refused = book(Map.of(
                        "kind",
                        "PLEDGE",
                        "funder",
                        "XX",
                        "year",
                        1900,
                        "category",
                        "parties",
                        "cents",
                        -1,
                        "day",
                        "2100-01-01"))
                .json(400);
        assertThat(refused.get("errors").findValuesAsString("field"))
                .containsExactlyInAnyOrder("funder", "year", "category", "cents", "day", "reason");
        assertThat(money(officer).get("lines")).isEmpty();
    }

    @Test
    void two_officers_do_not_overwrite_what_they_have_not_seen() {
        plan(1000).json(200);
        Answer stale = officer.put(
                "/api/funding/factories/" + factory + "/costs",
                Map.of("year", 2026, "category", "operation", "cents", 5, "version", 1));
        assertThat(stale.problem()).isEqualTo("changed-meanwhile");
    }

    @Test
    void everybody_reads_what_is_published_and_the_office_alone_who_is_late() {
        book("PLEDGE", "EE", 900).json(200);
        book("COMMITMENT", "EE", 900).json(200);
        String instalment = call("EE", 600, "2024-02-28");
        receive(instalment, "EE", 100).json(200);
        assertThat(money(clients.nobody()).get("lines")).isEmpty();
        assertThat(clients.nobody().get("/api/funding/lines.csv").body()).doesNotContain(factory);

        publish();

        assertThat(money(officer).at("/total/late").asLong()).isEqualTo(500);
        assertThat(officer.get("/api/funding/funders/EE").json(200).get("open").findValuesAsString("factory"))
                .contains(factory);
        JsonNode open = money(clients.nobody());
        assertThat(open.at("/total/committed").asLong()).isEqualTo(900);
        assertThat(open.at("/total/late").asLong()).isZero();
        assertThat(open.get("movements")).isEmpty();
        assertThat(open.get("open")).isEmpty();
        assertThat(clients.nobody()
                        .get("/api/funding/lines.csv?factory=" + factory)
                        .body())
                .endsWith(factory + ",EE,2026,acquisition,900,900,600,100,0,0\r\n");
        String page = clients.nobody().get("/funding/factories/" + factory).body();
        assertThat(clients.nobody().get("/funding/funders/EE?year=2147483647").status())
                .isEqualTo(400);
        assertThat(page).contains("Estonia", "€ 9.00").doesNotContain("Book receipt", "value=\"PLEDGE\"");
    }

    @Test
    void nothing_is_late_before_its_day_is_over() {
        book("PLEDGE", "AT", 100).json(200);
        book("COMMITMENT", "AT", 100).json(200);
        clock.forward(Duration.ZERO);
        String today = clock.instant().toString().substring(0, 10);
        call("AT", 100, today);
        assertThat(money(officer).at("/total/late").asLong()).isZero();
        assertThat(money(officer).at("/open/0/late").asBoolean()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void whatever_is_booked_in_whatever_order_the_books_agree(long seed) {
        Random random = new Random(seed);
        plan(4000).json(200);
        List<String> kinds =
                List.of("PLEDGE", "PLEDGE", "COMMITMENT", "COMMITMENT", "INSTALMENT", "RECEIPT", "SPENDING");
        List<String> movements = new ArrayList<>();
        for (int step = 0; step < 40; step++) {
            if (random.nextInt(5) == 0 && !movements.isEmpty()) {
                takeBack(movements.get(random.nextInt(movements.size())));
                continue;
            }
            String funder = random.nextBoolean() ? "EU" : "FI";
            String kind = kinds.get(random.nextInt(kinds.size()));
            Map<String, Object> movement = movement(kind, funder, 1 + random.nextInt(1500));
            movement.put("due", "2024-03-31");
            JsonNode open = money(officer).get("open");
            if (kind.equals("RECEIPT") && !open.isEmpty()) {
                JsonNode one = open.get(random.nextInt(open.size()));
                movement.put("instalment", one.get("instalment").asString());
                movement.put("funder", one.get("funder").asString());
            }
            Answer answer = book(movement);
            if (answer.status() == 200) {
                movements.add(answer.json(200).get("entry").asString());
            }
        }
        JsonNode money = money(officer);
        money.get("lines").forEach(line -> {
            JsonNode of = line.get("money");
            assertThat(of.get("pledged").asLong())
                    .isGreaterThanOrEqualTo(of.get("committed").asLong());
            assertThat(of.get("committed").asLong())
                    .isGreaterThanOrEqualTo(of.get("called").asLong());
            assertThat(of.get("called").asLong())
                    .isGreaterThanOrEqualTo(of.get("paid").asLong());
            assertThat(of.get("paid").asLong())
                    .isGreaterThanOrEqualTo(of.get("spent").asLong());
            assertThat(of.get("late").asLong())
                    .isEqualTo(of.get("called").asLong() - of.get("paid").asLong());
        });
        long union = 0;
        for (JsonNode line : money.get("lines")) {
            union += line.get("funder").asString().equals("EU")
                    ? line.at("/money/committed").asLong()
                    : 0;
        }
        assertThat(union)
                .isLessThanOrEqualTo(2000)
                .isEqualTo(money.at("/ceilings/0/takenCents").asLong());
        assertThat(money.at("/ceilings/0/leftCents").asLong()).isEqualTo(2000 - union);
        assertThat(ledger.audit()).isEmpty();
    }
}
