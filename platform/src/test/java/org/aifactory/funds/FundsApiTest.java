package org.aifactory.funds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.aifactory.Client;
import org.aifactory.Client.Answer;
import org.aifactory.PlatformTest;
import org.aifactory.access.Awards;
import org.aifactory.facts.FileFault;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.OrganisationKind;
import org.aifactory.identity.Organisations;
import org.aifactory.ledger.Ledger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** Funds are booked in the ledger: what is committed, drawn, invested and left. */
@PlatformTest
class FundsApiTest {
    private static final Path FOUNDING = Path.of("../examples/founding");
    private static final List<String> SOURCES = List.of("https://example.org/closing");

    @Autowired
    private Client.Factory clients;

    @Autowired
    private Organisations organisations;

    @Autowired
    private FundsFolder folder;

    @Autowired
    private AuditTrail audit;

    @Autowired
    private Ledger ledger;

    private Client officer;
    private String slug;

    @BeforeEach
    void a_fund() {
        officer = clients.founder("Dimitra");
        organisations.found(Awards.personOf(officer), "Office", OrganisationKind.PROGRAMME_OFFICE, "FI");
        slug = "fund-" + UUID.randomUUID();
        officer.post("/api/funds", fund(slug, "REAL", "EXPECTED")).json(201);
    }

    private static Map<String, Object> fund(String slug, String nature, String standing) {
        Map<String, Object> fund =
                new HashMap<>(Map.of("slug", slug, "name", "A fund", "country", "IT", "manager", "A manager"));
        fund.putAll(Map.of("nature", nature, "announced", "2024-03-12", "mark", "SECONDARY", "sources", SOURCES));
        fund.put(
                "targets",
                List.of(Map.of(
                        "who",
                        "private investors",
                        "payer",
                        "PRIVATE",
                        "standing",
                        standing,
                        "cents",
                        2000,
                        "mark",
                        "SECONDARY",
                        "sources",
                        SOURCES)));
        return fund;
    }

    private Answer close(Object key, String payer, long cents) {
        return post(
                "closings",
                Map.of(
                        "key",
                        key,
                        "day",
                        "2024-06-01",
                        "sources",
                        SOURCES,
                        "commitments",
                        List.of(Map.of("who", "An investor", "payer", payer, "cents", cents))));
    }

    private Answer draw(String payer, long cents) {
        return post("drawdowns", Map.of("day", "2024-07-01", "payer", payer, "cents", cents, "reason", "First call"));
    }

    private Answer invest(long cents) {
        return post(
                "investments",
                Map.of("day", "2024-08-01", "company", "A start-up", "cents", cents, "sources", SOURCES));
    }

    private Answer post(String what, Map<String, ?> body) {
        return officer.post("/api/funds/" + slug + "/" + what, body);
    }

    private JsonNode money() {
        return clients.nobody().get("/api/funds/" + slug).json(200).get("money");
    }

    @Test
    void a_fund_closes_draws_and_invests_and_never_more_than_it_has() {
        close(UUID.randomUUID(), "PUBLIC", 1000).json(200);
        close(UUID.randomUUID(), "PRIVATE", 1500).json(200);
        assertThat(draw("PUBLIC", 1001).problem()).isEqualTo("not-enough-left");
        draw("PUBLIC", 600).json(200);
        assertThat(invest(601).problem()).isEqualTo("not-enough-left");
        invest(250).json(200);

        JsonNode money = money();
        assertThat(money.at("/ofPublicMoney/committedCents").asLong()).isEqualTo(1000);
        assertThat(money.at("/ofPublicMoney/drawnCents").asLong()).isEqualTo(600);
        assertThat(money.at("/ofPublicMoney/undrawnCents").asLong()).isEqualTo(400);
        assertThat(money.at("/ofPrivateMoney/committedCents").asLong()).isEqualTo(1500);
        assertThat(money.at("/investedCents").asLong()).isEqualTo(250);
        assertThat(money.at("/leftCents").asLong()).isEqualTo(350);
        assertThat(money.at("/expected/privateCents").asLong()).isEqualTo(2000);
        assertThat(money.at("/leverage").decimalValue()).isEqualByComparingTo("1.5");
        assertThat(money.at("/hopedLeverage").decimalValue()).isEqualByComparingTo("2");
        assertThat(audit.about("fund " + slug))
                .extracting(AuditTrail.Event::action)
                .containsExactly(
                        "fund.added", "fund.targets-told", "fund.closed", "fund.closed", "fund.drawn", "fund.invested");
        // There is no number that holds committed and expected money together.
        assertThat(clients.nobody().get("/api/funds/" + slug).body()).doesNotContain("4500", "3000", "3500");
    }

    @Test
    void what_is_sent_twice_is_booked_once_and_other_things_under_the_same_key_are_refused() {
        UUID key = UUID.randomUUID();
        close(key, "PUBLIC", 1000).json(200);
        close(key, "PUBLIC", 1000).json(200);
        assertThat(money().at("/ofPublicMoney/committedCents").asLong()).isEqualTo(1000);
        assertThat(close(key, "PUBLIC", 2000).problem()).isEqualTo("already-taken");
    }

    @Test
    void a_movement_is_taken_back_while_what_it_brought_is_not_used() {
        String committed = close(UUID.randomUUID(), "PUBLIC", 1000)
                .json(200)
                .at("/movements/0/entry")
                .asString();
        String drawn = draw("PUBLIC", 600).json(200).at("/movements/0/entry").asString();
        assertThat(post("movements/" + committed + "/take-back", Map.of("reason", "A slip"))
                        .problem())
                .isEqualTo("not-enough-left");
        post("movements/" + drawn + "/take-back", Map.of("reason", "A slip")).json(200);
        post("movements/" + committed + "/take-back", Map.of("reason", "A slip"))
                .json(200);
        assertThat(post("movements/" + drawn + "/take-back", Map.of("reason", "A slip"))
                        .status())
                .isEqualTo(409);
        assertThat(post("movements/" + UUID.randomUUID() + "/take-back", Map.of("reason", "A slip"))
                        .problem())
                .isEqualTo("not-found");
        assertThat(money().at("/ofPublicMoney/committedCents").asLong()).isZero();
        assertThat(money().at("/leftCents").asLong()).isZero();
    }

    @Test
    void only_programme_officers_book_and_what_is_wrong_is_told_at_its_field() {
        Client founder = clients.founder("Aino");
        assertThat(founder.post("/api/funds", Map.of()).problem()).isEqualTo("not-allowed");
        assertThat(founder.post("/api/funds/" + slug + "/investments", Map.of()).problem())
                .isEqualTo("not-allowed");
        assertThat(fields(post("investments", Map.of("cents", -1)))).contains("cents", "company", "day", "sources");
        assertThat(fields(post("closings", Map.of("day", "2999-01-01", "sources", List.of()))))
                .contains("day", "sources", "commitments");
        assertThat(fields(officer.post("/api/funds", fund("x-" + slug, "REAL", "RECOMMENDED"))))
                .contains("targets[0].standing");
        assertThat(officer.post("/api/funds", fund(slug, "REAL", "EXPECTED")).problem())
                .isEqualTo("already-taken");
    }

    private static List<String> fields(Answer refused) {
        List<String> fields = new ArrayList<>();
        refused.json(400)
                .get("errors")
                .forEach(error -> fields.add(error.get("field").asString()));
        return fields;
    }

    @Test
    void nobody_commits_to_a_fund_that_is_only_recommended() {
        slug = "idea-" + UUID.randomUUID();
        officer.post("/api/funds", fund(slug, "RECOMMENDED", "RECOMMENDED")).json(201);
        assertThat(close(UUID.randomUUID(), "PUBLIC", 1000).problem()).isEqualTo("against-rules");
        assertThat(money().at("/recommended/privateCents").asLong()).isEqualTo(2000);
        assertThat(money().at("/ofPublicMoney/committedCents").asLong()).isZero();
    }

    @Test
    void the_italian_fund_and_the_french_recommendation_are_loaded_once() {
        folder.load(FOUNDING);
        folder.load(FOUNDING);
        JsonNode italian = clients.nobody().get("/api/funds/it-cdp").json(200).get("money");
        assertThat(italian.at("/ofPublicMoney/committedCents").asLong()).isEqualTo(100_000_000_000L);
        assertThat(italian.at("/ofPrivateMoney/committedCents").asLong()).isZero();
        assertThat(italian.at("/expected/privateCents").asLong()).isEqualTo(200_000_000_000L);
        assertThat(italian.at("/hopedLeverage").decimalValue()).isEqualByComparingTo("2");
        JsonNode french =
                clients.nobody().get("/api/funds/fr-transformation").json(200).get("money");
        assertThat(french.at("/ofPublicMoney/committedCents").asLong()).isZero();
        assertThat(french.at("/recommended/privateCents").asLong()).isEqualTo(700_000_000_000L);
        assertThat(french.at("/recommended/publicCents").asLong()).isEqualTo(300_000_000_000L);
    }

    @Test
    void a_fault_in_a_file_is_told_with_its_line_and_nothing_is_booked(@TempDir Path place) throws IOException {
        Path files = Files.createDirectories(place.resolve("funds"));
        String name = "file-" + UUID.randomUUID();
        Files.writeString(files.resolve("a.yaml"), """
                sources: {T1: "https://example.org"}
                fund:
                  {slug: %s, name: A fund, country: IT, manager: A manager, nature: RECOMMENDED, announced: 2024-03-12, mark: SECONDARY, sources: [T1]}
                commitments:
                  - {who: A bank, payer: PUBLIC, euro: 1e9, mark: SECONDARY, sources: [T1]}
                """.formatted(name));
        assertThatThrownBy(() -> folder.load(place))
                .isInstanceOf(FileFault.class)
                .hasMessageContaining("a.yaml, line 5")
                .hasMessageContaining("only recommended");
        assertThat(clients.nobody().get("/api/funds/" + name).problem()).isEqualTo("not-found");
    }

    /** Against a model of a few lines: whatever is asked in whatever order, the ledger has what it has. */
    @Test
    void whatever_is_booked_in_whatever_order_the_figures_are_those_of_a_plain_count() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        long[] committed = new long[2];
        long[] drawn = new long[2];
        long invested = 0;
        for (int step = 0; step < 60; step++) {
            int payer = random.nextInt(2);
            long cents = 1L + random.nextInt(500);
            String name = payer == 0 ? "PUBLIC" : "PRIVATE";
            switch (random.nextInt(3)) {
                case 0 -> {
                    assertThat(close(UUID.randomUUID(), name, cents).status()).isEqualTo(200);
                    committed[payer] += cents;
                }
                case 1 -> {
                    boolean fits = cents <= committed[payer] - drawn[payer];
                    assertThat(draw(name, cents).status()).as("seed %d", seed).isEqualTo(fits ? 200 : 409);
                    drawn[payer] += fits ? cents : 0;
                }
                default -> {
                    boolean fits = cents <= drawn[0] + drawn[1] - invested;
                    assertThat(invest(cents).status()).as("seed %d", seed).isEqualTo(fits ? 200 : 409);
                    invested += fits ? cents : 0;
                }
            }
        }
        JsonNode money = money();
        assertThat(money.at("/ofPublicMoney/committedCents").asLong())
                .as("seed %d", seed)
                .isEqualTo(committed[0]);
        assertThat(money.at("/ofPrivateMoney/committedCents").asLong())
                .as("seed %d", seed)
                .isEqualTo(committed[1]);
        assertThat(money.at("/ofPublicMoney/drawnCents").asLong())
                .as("seed %d", seed)
                .isEqualTo(drawn[0]);
        assertThat(money.at("/ofPrivateMoney/drawnCents").asLong())
                .as("seed %d", seed)
                .isEqualTo(drawn[1]);
        assertThat(money.at("/investedCents").asLong()).as("seed %d", seed).isEqualTo(invested);
        assertThat(money.at("/leftCents").asLong()).as("seed %d", seed).isEqualTo(drawn[0] + drawn[1] - invested);
        assertThat(ledger.audit()).isEmpty();
    }
}
