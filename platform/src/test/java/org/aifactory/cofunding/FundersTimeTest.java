package org.aifactory.cofunding;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.aifactory.Browser;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.TestClock;
import org.aifactory.access.Allocation;
import org.aifactory.access.AllocationId;
import org.aifactory.access.Allocations;
import org.aifactory.access.Awards;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.federation.Pools;
import org.aifactory.federation.TestPartitions;
import org.aifactory.hosting.Consortiums;
import org.aifactory.identity.OrganisationKind;
import org.aifactory.identity.Organisations;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.Balance;
import org.aifactory.ledger.EntryId;
import org.aifactory.ledger.Ledger;
import org.aifactory.ledger.Posting.Hold;
import org.aifactory.ledger.Posting.Settlement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/** Time on machines belongs to those who fund them, by the shares that they agreed on; grants draw on it, and every second can be followed. */
@PlatformTest
class FundersTimeTest {
    private static final int HOUR = 3600;
    /** As they are written down of a model when it is registered. */
    private static final String FACTS = """
            {"maker": "Aino", "country": "FI", "shape": {"architecture": "Qwen3ForCausalLM", "modelType": "qwen3", "parameters": 1,
             "dataType": "F32", "contextLength": 1, "vocabulary": 1, "converses": true}, "data": [], "leftOut": [],
             "run": {"recipe": "command", "started": "2026-01-01T00:00:00Z", "ended": "2026-01-01T00:01:00Z", "cores": 1, "gpus": 0,
             "unit": "CPU_CORE_SECOND", "charged": 1001, "funders": [{"funder": "EU", "amount": 500, "cents": 50},
             {"funder": "SE", "amount": 200, "cents": 20}, {"amount": 301}]},
             "place": {"factory": "Factory", "machine": "Machine", "partition": "Partition", "city": "City", "country": "FI", "storage": ""}}
            """;

    @LocalServerPort
    private int port;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private Organisations organisations;

    @Autowired
    private TestPartitions testPartitions;

    @Autowired
    private Consortiums consortiums;

    @Autowired
    private TestClock clock;

    @Autowired
    private Partitions partitions;

    @Autowired
    private Pools pools;

    @Autowired
    private Allocations allocations;

    @Autowired
    private Awards awards;

    @Autowired
    private Ledger ledger;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private TransactionTemplate transaction;

    private Client officer;
    private Client operator;
    private Client founder;
    private Partition partition;

    @BeforeEach
    void a_partition_of_a_factory_that_three_share() {
        officer = clients.founder("Dimitra");
        organisations.found(Awards.personOf(officer), "Office", OrganisationKind.PROGRAMME_OFFICE, "LU");
        operator = clients.founder("Olli");
        founder = clients.founder("Aino");
        partition = testPartitions.cpus(0);
        testPartitions.give(
                partition,
                organisations
                        .found(Awards.personOf(operator), "Site", OrganisationKind.FACTORY, "FI")
                        .toString());
    }

    private void agree() {
        consortiums.give(
                partitions.factory(partition).id(),
                LocalDate.of(2024, 1, 1),
                Map.of("EU", "1/2", "FI", "3/10", "SE", "1/5"));
    }

    private String fill(Object hours) {
        return operator.post(
                        "/api/partitions/" + partition.slug() + "/fillings",
                        Map.of("hours", hours, "unit", "CORE_HOUR", "reason", "A year"))
                .json(201)
                .get("entry")
                .asString();
    }

    /** Free seconds by funder; what is nobody's under no name. */
    private Map<String, Long> free() {
        Map<String, Long> free = new HashMap<>();
        pools.sources(partition.id())
                .forEach(source ->
                        free.put(source.funder().orElse(""), source.balance().free()));
        return free;
    }

    private JsonNode pool() {
        return clients.nobody()
                .get("/api/partitions/" + partition.slug())
                .json(200)
                .get("pool");
    }

    private Allocation grant(Object hours) {
        JsonNode granted = awards.granted(founder, partition, hours);
        return allocations.require(
                new AllocationId(UUID.fromString(granted.get("id").asString())));
    }

    /** As whoever runs something does it. */
    private void spend(Allocation allocation, long seconds) {
        Hold hold = new Hold(
                new EntryId(UUID.randomUUID()),
                allocation.account(),
                pools.usedAccount(partition.id()),
                new Amount(seconds, partition.unit()),
                clock.instant().plus(Duration.ofDays(1)),
                "run");
        transaction.executeWithoutResult(status -> {
            allocations.commit(allocation, Awards.personOf(founder), "Handbook", hold);
            ledger.post(hold);
            allocations.settle(hold.id(), hold.amount());
            ledger.post(new Settlement(new EntryId(UUID.randomUUID()), hold.id(), hold.amount(), "ended"));
        });
    }

    private UUID run(Allocation allocation, long seconds) {
        spend(allocation, seconds);
        UUID run = UUID.randomUUID();
        jdbc.sql("""
                insert into training.run (id, organisation, submitter, allocation, partition, project, recipe, name, cores, gpus, memory_bytes,
                       wall_seconds, settings, request, state, reason, details, submitted_at, ended_at, charged)
                values (:run, :organisation, :person, :allocation, :partition, 'Handbook', 'COMMAND', 'A run', 1, 0, 1, 60, '{}',
                       repeat('0', 64), 'SUCCEEDED', 'ENDED', '{}', :now, :now, :charged)
                """)
                .param("run", run)
                .param("organisation", allocation.organisation().value())
                .param("person", Awards.personOf(founder).value())
                .param("allocation", allocation.id().value())
                .param("partition", partition.id().value())
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .param("charged", seconds)
                .update();
        return run;
    }

    private UUID model(Allocation allocation, UUID run, String visibility) {
        UUID model = UUID.randomUUID();
        jdbc.sql("""
                insert into models.model (id, organisation, run, maker, slug, name, licence, visibility, registered_at, parameters, bytes,
                       is_foreign, content, facts)
                values (:model, :organisation, :run, :maker, :slug, 'Handbook bot', 'MIT', :visibility, now(), 1, 1, false, repeat('0', 64), :facts::jsonb)
                """)
                .param("facts", FACTS)
                .param("model", model)
                .param("organisation", allocation.organisation().value())
                .param("run", run)
                .param("maker", Awards.personOf(founder).value())
                .param("slug", "euro-" + model)
                .param("visibility", visibility)
                .update();
        jdbc.sql("insert into models.card (model, version, made_at, markdown) values (:model, 1, now(), 'A card')")
                .param("model", model)
                .update();
        return model;
    }

    private Browser signedIn(Client client) {
        Browser browser = new Browser("http://127.0.0.1:" + port);
        browser.open("/sign-in");
        browser.submit(
                "/sign-in",
                Map.of("email", client.get("/api/me").json(200).get("email").asString(), "password", Client.PASSWORD));
        return browser;
    }

    @AfterEach
    void nothing_was_made_or_lost() {
        clock.turnBack();
        assertThat(ledger.audit()).isEmpty();
    }

    @Test
    void new_time_belongs_to_those_who_share_the_factory_and_the_pool_shows_all_of_it() {
        fill(10);
        agree();
        fill(100);

        assertThat(free()).isEqualTo(Map.of("", 10L * HOUR, "EU", 50L * HOUR, "FI", 30L * HOUR, "SE", 20L * HOUR));
        assertThat(pool().get("granted").asLong()).isEqualTo(110L * HOUR);
        assertThat(pool().get("free").asLong()).isEqualTo(110L * HOUR);
        assertThat(pool().get("spent").asLong()).isZero();

        assertThat(operator.post("/api/funding/partitions/" + partition.slug() + "/share-out", Map.of())
                        .problem())
                .isEqualTo("not-allowed");
        officer.post("/api/funding/partitions/" + partition.slug() + "/share-out", Map.of())
                .json(200);
        assertThat(free()).isEqualTo(Map.of("", 0L, "EU", 55L * HOUR, "FI", 33L * HOUR, "SE", 22L * HOUR));
        assertThat(pool().get("granted").asLong()).isEqualTo(110L * HOUR);
    }

    @Test
    void the_same_filling_again_changes_nothing_and_it_is_taken_back_from_all() {
        agree();
        Map<String, Object> filling =
                Map.of("key", UUID.randomUUID(), "hours", 1, "unit", "CORE_HOUR", "reason", "A year");
        String path = "/api/partitions/" + partition.slug() + "/fillings";
        String entry = operator.post(path, filling).json(201).get("entry").asString();
        operator.post(path, filling).json(200);
        assertThat(free()).isEqualTo(Map.of("", 0L, "EU", 1800L, "FI", 1080L, "SE", 720L));

        Map<String, Object> less =
                Map.of("key", UUID.randomUUID(), "hours", 0.5, "unit", "CORE_HOUR", "reason", "Half of it");
        operator.post(path + "/" + entry + "/take-back", less).json(201);
        operator.post(path + "/" + entry + "/take-back", less).json(200);
        assertThat(free()).isEqualTo(Map.of("", 0L, "EU", 900L, "FI", 540L, "SE", 360L));
        assertThat(pool().get("granted").asLong()).isEqualTo(1800);
        JsonNode statement = operator.get("/api/partitions/" + partition.slug() + "/statement")
                .json(200);
        long moved = 0;
        for (JsonNode line : statement) {
            moved += line.get("moved").asLong();
        }
        assertThat(moved).isEqualTo(1800);
    }

    @Test
    void what_was_shared_out_later_is_taken_back_with_its_filling() {
        String path = "/api/partitions/" + partition.slug() + "/fillings/" + fill(10) + "/take-back";
        agree();
        officer.post("/api/funding/partitions/" + partition.slug() + "/share-out", Map.of())
                .json(200);
        fill(1);

        Map<String, Object> less =
                Map.of("key", UUID.randomUUID(), "hours", 5, "unit", "CORE_HOUR", "reason", "Half of it");
        operator.post(path, less).json(201);
        operator.post(path, less).json(200);
        assertThat(free()).isEqualTo(Map.of("", 0L, "EU", 3L * HOUR, "FI", 6480L, "SE", 4320L));
        assertThat(operator.post(
                                path,
                                Map.of(
                                        "key",
                                        UUID.randomUUID(),
                                        "hours",
                                        6,
                                        "unit",
                                        "CORE_HOUR",
                                        "reason",
                                        "More than it was"))
                        .problem())
                .isEqualTo("not-enough-left");
    }

    @Test
    void grants_draw_on_all_and_what_is_not_used_goes_back_to_all() {
        agree();
        fill(100);
        Allocation allocation = grant(10);
        assertThat(free()).isEqualTo(Map.of("", 0L, "EU", 45L * HOUR, "FI", 27L * HOUR, "SE", 18L * HOUR));
        spend(allocation, 4 * HOUR);
        founder.post("/api/allocations/" + allocation.id() + "/return", Map.of())
                .json(200);
        assertThat(free())
                .isEqualTo(Map.of(
                        "", 0L, "EU", 48L * HOUR, "FI", 28L * HOUR + HOUR * 8L / 10, "SE", 19L * HOUR + HOUR / 5L));
        assertThat(pool().get("spent").asLong()).isEqualTo(4L * HOUR);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void no_second_is_made_or_lost_between_funders(long seed) {
        Random random = new Random(seed);
        agree();
        long filled = 0;
        long used = 0;
        for (int step = 0; step < 12; step++) {
            int hours = 1 + random.nextInt(50);
            fill(hours);
            filled += hours * (long) HOUR;
            Allocation allocation = grant(1 + random.nextInt(hours));
            long some = 1L + random.nextInt(HOUR);
            spend(allocation, some);
            used += some;
            if (random.nextBoolean()) {
                founder.post("/api/allocations/" + allocation.id() + "/return", Map.of())
                        .json(200);
            } else {
                Balance left = ledger.balance(allocation.account());
                used += left.free();
            }
            long free = free().values().stream().mapToLong(Long::longValue).sum();
            assertThat(free).as("seed %d, step %d", seed, step).isEqualTo(filled - used);
            assertThat(free().values()).noneMatch(of -> of < 0);
        }
    }

    @Test
    void a_models_seconds_and_cents_are_followed_to_those_who_paid_and_back() {
        agree();
        fill(100);
        officer.post(
                        "/api/funding/partitions/" + partition.slug() + "/hour-costs",
                        Map.of(
                                "from",
                                "2024-01-01",
                                "centsPerHour",
                                360,
                                "mark",
                                "PRIMARY",
                                "source",
                                "https://example.org/cost"))
                .json(200);
        Allocation allocation = grant(10);
        UUID run = run(allocation, 1001);
        UUID model = model(allocation, run, "ORGANISATION");

        JsonNode followed = founder.get("/api/models/" + model + "/funding").json(200);
        assertThat(followed.get("seconds").asLong()).isEqualTo(1001);
        assertThat(followed.get("cents").asLong()).isEqualTo(100);
        assertThat(followed.get("parts").findValuesAsString("funder")).containsExactly("EU", "FI", "SE");
        long seconds = 0;
        long cents = 0;
        for (JsonNode part : followed.get("parts")) {
            seconds += part.get("seconds").asLong();
            cents += part.get("cents").asLong();
        }
        assertThat(seconds).isEqualTo(1001);
        assertThat(cents).isEqualTo(100);
        assertThat(followed.at("/parts/1/seconds").asLong()).isEqualTo(300);

        String runs = "/api/funding/funders/SE/runs?factory="
                + followed.get("factory").asString();
        assertThat(officer.get(runs).json(200).at("/0/run").asString()).isEqualTo(run.toString());
        assertThat(officer.get(runs + "&year=2001").json(200)).isEmpty();
        assertThat(clients.nobody().get(runs).json(200))
                .as("of a model that is not public")
                .isEmpty();
        assertThat(used(officer)).isEqualTo(200);
        assertThat(used(clients.nobody())).as("by a run that is not public").isZero();
        assertThat(clients.founder("Eve")
                        .get("/api/models/" + model + "/funding")
                        .status())
                .isEqualTo(404);
        assertThat(clients.founder("Eve").get("/api/runs/" + run + "/funding").status())
                .isEqualTo(404);
        assertThat(officer.get("/api/funding/funders/SE").json(200).get("uses").findValuesAsString("partition"))
                .contains(partition.slug());
        assertThat(signedIn(founder).open("/models/" + model).text())
                .contains("href=\"/funding/funders/SE\"", "Sweden", "200 core-seconds", "nobody who is known here");
        Browser browser = signedIn(officer);
        assertThat(browser.open("/funding/models/" + model).text()).contains("Sweden", "Handbook bot", "€ 3.60");
        assertThat(browser.open("/funding/funders/SE").text()).contains("Handbook bot");
    }

    /** What Sweden's time on the partition was used for, as somebody reads it. */
    private long used(Client reader) {
        for (JsonNode use : reader.get("/api/funding/funders/SE").json(200).get("uses")) {
            if (use.get("partition").asString().equals(partition.slug())) {
                return use.get("used").asLong();
            }
        }
        throw new AssertionError("Nothing was granted.");
    }

    @Test
    void shares_that_change_later_change_nothing_of_runs_before() {
        agree();
        fill(10);
        Allocation allocation = grant(10);
        UUID before = run(allocation, 1000);
        clock.forward(Duration.ofHours(1));
        consortiums.give(
                partitions.factory(partition).id(),
                LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC),
                Map.of("EU", "1/2", "NO", "1/2"));
        fill(10);
        officer = clients.again(officer.get("/api/me").json(200).get("email").asString());
        founder.post(
                        "/api/allocations/" + allocation.id() + "/top-up",
                        Map.of("hours", 10, "unit", "CORE_HOUR", "reason", "More"))
                .json(200);
        clock.forward(Duration.ofMinutes(1));
        UUID after = run(allocation, 1000);

        assertThat(officer.get("/api/runs/" + before + "/funding")
                        .json(200)
                        .get("parts")
                        .findValuesAsString("funder"))
                .containsExactly("EU", "FI", "SE");
        assertThat(officer.get("/api/runs/" + after + "/funding")
                        .json(200)
                        .get("parts")
                        .findValuesAsString("funder"))
                .containsExactly("EU", "FI", "NO", "SE");
    }

    @Test
    void a_run_whose_time_is_nobodys_says_so() {
        fill(10);
        Allocation allocation = grant(5);
        UUID run = run(allocation, 77);
        JsonNode followed = founder.get("/api/runs/" + run + "/funding").json(200);
        assertThat(followed.at("/parts/0/funder").isMissingNode()
                        || followed.at("/parts/0/funder").isNull())
                .isTrue();
        assertThat(followed.at("/parts/0/seconds").asLong()).isEqualTo(77);
        assertThat(Optional.ofNullable(followed.get("cents")).filter(cents -> !cents.isNull()))
                .isEmpty();
    }

    @Test
    void what_an_hour_cost_is_not_told_otherwise_later() {
        String path = "/api/funding/partitions/" + partition.slug() + "/hour-costs";
        Map<String, Object> first =
                Map.of("from", "2024-01-01", "centsPerHour", 200, "mark", "DERIVED", "source", "Worked out");
        officer.post(path, first).json(200);
        officer.post(path, first).json(200);
        assertThat(officer.post(
                                path,
                                Map.of(
                                        "from",
                                        "2024-02-01",
                                        "centsPerHour",
                                        1,
                                        "mark",
                                        "DERIVED",
                                        "source",
                                        "Worked out"))
                        .problem())
                .isEqualTo("against-rules");
        officer.post(path, Map.of("from", "2099-01-01", "centsPerHour", 1, "mark", "DERIVED", "source", "Worked out"))
                .json(200);
        assertThat(clients.nobody()
                        .get("/api/funding/partitions/" + partition.slug())
                        .json(200)
                        .get("hourCosts"))
                .hasSize(2);
    }
}
