package org.aifactory.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.aifactory.Client;
import org.aifactory.Client.Answer;
import org.aifactory.PlatformTest;
import org.aifactory.TestClock;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Pools;
import org.aifactory.federation.TestPartitions;
import org.aifactory.identity.Actor;
import org.aifactory.identity.People;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.EntryId;
import org.aifactory.ledger.Ledger;
import org.aifactory.ledger.Posting.Hold;
import org.aifactory.ledger.Posting.Settlement;
import org.aifactory.ledger.Unit;
import org.aifactory.web.Problem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.event.ApplicationEvents;
import org.springframework.test.context.event.RecordApplicationEvents;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/** What happens to an allocation from the grant to the report, on a clock that is turned. */
@PlatformTest
@RecordApplicationEvents
class AllocationsApiTest {
    @Autowired
    private Client.Factory clients;

    @Autowired
    private TestPartitions partitions;

    @Autowired
    private Awards awards;

    @Autowired
    private TestClock clock;

    @Autowired
    private Allocations allocations;

    @Autowired
    private AccessSweep sweep;

    @Autowired
    private Pools pools;

    @Autowired
    private Ledger ledger;

    @Autowired
    private People people;

    @Autowired
    private TransactionTemplate transaction;

    @Autowired
    private ApplicationEvents events;

    @AfterEach
    void turn_the_clock_back() {
        clock.turnBack();
    }

    /** Whoever comes back after so long signs in anew. */
    private Client comesBack(Client person, Duration after) {
        String email = person.get("/api/me").json(200).get("email").asString();
        clock.forward(after);
        return clients.again(email);
    }

    private Actor actor(Client client) {
        return people.actor(Awards.personOf(client)).orElseThrow();
    }

    private static AllocationId idOf(JsonNode allocation) {
        return new AllocationId(UUID.fromString(allocation.get("id").asString()));
    }

    private static String path(JsonNode allocation, String rest) {
        return "/api/allocations/" + allocation.get("id").asString() + rest;
    }

    private static Amount hours(long coreHours) {
        return new Amount(coreHours * 3600, Unit.CPU_CORE_SECOND);
    }

    /** As whoever starts a run does it. */
    private Hold hold(Client person, JsonNode allocation, String project, long coreHours) {
        Allocation granted = allocations.require(idOf(allocation));
        Hold hold = new Hold(
                new EntryId(UUID.randomUUID()),
                granted.account(),
                pools.usedAccount(granted.partition()),
                hours(coreHours),
                clock.instant().plus(Duration.ofDays(400)),
                "run");
        Actor actor = actor(person);
        transaction.executeWithoutResult(status -> {
            allocations.requireUsable(actor, granted.id());
            allocations.commit(granted, actor.person(), project, hold);
            ledger.post(hold);
        });
        return hold;
    }

    private void settle(Hold hold, long coreHours) {
        transaction.executeWithoutResult(status -> {
            allocations.settle(hold.id(), hours(coreHours));
            ledger.post(new Settlement(new EntryId(UUID.randomUUID()), hold.id(), hours(coreHours), "ended"));
        });
    }

    @Test
    void a_promise_of_four_working_days_reaches_over_the_weekend_and_is_seen_to_be_broken() {
        clock.turnTo(Instant.parse("2027-01-08T15:00:00Z"));
        Client aino = clients.founder("Aino");
        Client rhea = awards.reviewer();
        Map<String, Object> application = Awards.application(aino, partitions.cpus(100_000), 20_000);
        application.put("answers", Map.of("software", "PyTorch"));
        JsonNode sent = aino.post("/api/applications", application).json(201);
        assertThat(sent.get("promisedBy").asString()).isEqualTo("2027-01-14T22:59:59Z");
        assertThat(sent.at("/clock/state").asString()).isEqualTo("RUNNING");
        assertThat(sent.at("/clock/workingDaysLeft").asInt()).isEqualTo(4);

        clock.turnTo(Instant.parse("2027-01-15T10:00:00Z"));
        String path = "/api/applications/" + sent.get("id").asString();
        JsonNode late = aino.get(path).json(200);
        assertThat(late.at("/clock/state").asString()).isEqualTo("LATE");
        assertThat(late.at("/clock/workingDaysLeft").asInt()).isEqualTo(-1);
        JsonNode decided = rhea.post(path + "/decision", Map.of("decision", "GRANT", "reason", "Good, and late."))
                .json(200);
        assertThat(decided.at("/clock/state").asString()).isEqualTo("BROKEN");
    }

    @Test
    void an_allocation_lasts_longer_as_far_as_its_mode_allows() {
        clock.turnTo(Instant.parse("2027-01-10T09:00:00Z"));
        Client aino = clients.founder("Aino");
        Partition cpus = partitions.cpus(1_000);
        Map<String, Object> application = Awards.application(aino, cpus, 100);
        application.put("months", 1);
        JsonNode allocation = aino.get("/api/allocations/"
                        + aino.post("/api/applications", application)
                                .json(201)
                                .get("allocation")
                                .asString())
                .json(200);
        assertThat(allocation.get("until").asString()).startsWith("2027-02-10T09:00:0");

        UUID key = UUID.randomUUID();
        Map<String, Object> two = Map.of("months", 2, "reason", "The data came late.", "key", key);
        JsonNode granted = aino.post(path(allocation, "/extension"), two).json(200);
        assertThat(granted.get("state").asString()).isEqualTo("GRANTED");
        aino.post(path(allocation, "/extension"), two).json(200);
        assertThat(aino.get(path(allocation, "")).json(200).get("until").asString())
                .startsWith("2027-04-10T08:00:0");
        assertThat(aino.post(
                                path(allocation, "/top-up"),
                                Map.of("hours", 1, "unit", "CORE_HOUR", "reason", "x", "key", key))
                        .problem())
                .isEqualTo("already-taken");

        Answer tooLong = aino.post(path(allocation, "/extension"), Map.of("months", 1, "reason", "More."));
        assertThat(tooLong.problem()).isEqualTo("against-rules");
        assertThat(tooLong.body()).contains("at most 3 months", "April 10, 2027");
        aino = comesBack(aino, Duration.ofDays(100));
        assertThat(aino.post(path(allocation, "/extension"), Map.of("months", 1, "reason", "More."))
                        .problem())
                .isEqualTo("not-now");
    }

    @Test
    void a_top_up_is_given_at_once_up_to_the_limit_of_the_mode() {
        Client aino = clients.founder("Aino");
        JsonNode allocation = awards.granted(aino, partitions.cpus(100_000), 4_000);
        aino.post(path(allocation, "/top-up"), Map.of("hours", 500, "unit", "CORE_HOUR", "reason", "A second run."))
                .json(200);
        assertThat(aino.get(path(allocation, ""))
                        .json(200)
                        .at("/hours/granted/CORE_HOUR")
                        .asInt())
                .isEqualTo(4_500);
        Answer refused =
                aino.post(path(allocation, "/top-up"), Map.of("hours", 501, "unit", "CORE_HOUR", "reason", "More."));
        assertThat(refused.problem()).isEqualTo("against-rules");
        assertThat(refused.body()).contains("500 core-hours are left");

        Client bo = clients.founder("Bo");
        JsonNode small = awards.granted(bo, partitions.cpus(100), 60);
        assertThat(bo.post(path(small, "/top-up"), Map.of("hours", 41, "unit", "CORE_HOUR", "reason", "More."))
                        .problem())
                .isEqualTo("not-enough-left");
        assertThat(bo.get(path(small, "/detail")).json(200).get("changes")).isEmpty();
    }

    @Test
    void where_people_decide_the_mode_they_decide_its_extension() {
        Client aino = clients.founder("Aino");
        Client rhea = awards.reviewer();
        Map<String, Object> application = Awards.application(aino, partitions.cpus(100_000), 20_000);
        application.put("answers", Map.of("software", "PyTorch"));
        application.put("months", 1);
        String id =
                aino.post("/api/applications", application).json(201).get("id").asString();
        String allocation = rhea.post(
                        "/api/applications/" + id + "/decision", Map.of("decision", "GRANT", "reason", "Good."))
                .json(200)
                .get("allocation")
                .asString();
        String extension = "/api/allocations/" + allocation + "/extension";
        JsonNode asked = aino.post(extension, Map.of("months", 1, "reason", "One more experiment."))
                .json(200);
        assertThat(asked.get("state").asString()).isEqualTo("IN_REVIEW");
        assertThat(rhea.get("/api/changes").json(200))
                .extracting(change -> change.get("id").asString())
                .contains(asked.get("id").asString());
        String decision = "/api/changes/" + asked.get("id").asString() + "/decision";
        Map<String, Object> grant = Map.of("decision", "GRANT", "reason", "Fine.");
        assertThat(clients.founder("Eve").post(decision, grant).problem()).isEqualTo("not-found");
        assertThat(aino.post(decision, grant).problem()).isEqualTo("not-allowed");
        Instant before = Instant.parse(aino.get("/api/allocations/" + allocation)
                .json(200)
                .get("until")
                .asString());
        assertThat(rhea.post(decision, grant).json(200).get("state").asString()).isEqualTo("GRANTED");
        assertThat(Instant.parse(aino.get("/api/allocations/" + allocation)
                        .json(200)
                        .get("until")
                        .asString()))
                .isAfter(before.plus(Duration.ofDays(27)));
        assertThat(rhea.post(decision, grant).problem()).isEqualTo("not-now");
    }

    @Test
    void what_is_given_back_early_is_in_the_pool_at_once_and_what_runs_is_settled_first() {
        Client aino = clients.founder("Aino");
        Partition cpus = partitions.cpus(1_000);
        JsonNode allocation = awards.granted(aino, cpus, 100);
        settle(hold(aino, allocation, "Handbook", 20), 15);
        Hold running = hold(aino, allocation, "Handbook", 30);

        JsonNode returned = aino.post(path(allocation, "/return"), Map.of()).json(200);
        assertThat(returned.get("state").asString()).isEqualTo("RETURNED");
        assertThat(returned.at("/hours/granted/CORE_HOUR").asInt()).isEqualTo(45);
        assertThat(pools.balance(cpus.id()).free()).isEqualTo(hours(955).value());
        assertThat(aino.post(path(allocation, "/return"), Map.of()).status()).isEqualTo(200);
        assertThatThrownBy(() -> hold(aino, allocation, "Handbook", 1))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("was given back");

        settle(running, 10);
        sweep.sweep();
        JsonNode closed = aino.get(path(allocation, "")).json(200);
        assertThat(closed.at("/hours/spent/CORE_HOUR").asInt()).isEqualTo(25);
        assertThat(closed.at("/hours/free/CORE_HOUR").asInt()).isEqualTo(0);
        assertThat(pools.balance(cpus.id()).free()).isEqualTo(hours(975).value());
    }

    @Test
    void what_was_used_counts_until_its_allocation_would_have_ended_though_the_rest_was_given_back() {
        Client aino = clients.founder("Aino");
        Partition cpus = partitions.cpus(100_000);
        JsonNode allocation = awards.granted(aino, cpus, 4_000);
        settle(hold(aino, allocation, "Handbook", 4_000), 3_000);
        aino.post(path(allocation, "/return"), Map.of()).json(200);

        Map<String, Object> again = Awards.application(aino, cpus, 2_001);
        again.put("mode", "playground");
        assertThat(aino.post("/api/applications", again).problem()).isEqualTo("against-rules");
        again.put("hours", 2_000);
        aino.post("/api/applications", again).json(201);
    }

    @Test
    void at_the_end_the_unused_part_goes_back_by_itself() {
        Client aino = clients.founder("Aino");
        Partition cpus = partitions.cpus(1_000);
        JsonNode allocation = awards.granted(aino, cpus, 100);
        aino.post(path(allocation, "/top-up"), Map.of("hours", 50, "unit", "CORE_HOUR", "reason", "More."))
                .json(200);
        settle(hold(aino, allocation, "Handbook", 20), 15);
        Hold running = hold(aino, allocation, "Handbook", 30);

        Client later = comesBack(aino, Duration.ofDays(95));
        assertThatThrownBy(() -> allocations.requireUsable(actor(later), idOf(allocation)))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("ended on");
        sweep.sweep();
        assertThat(later.get(path(allocation, "")).json(200).get("state").asString())
                .isEqualTo("ENDED");
        assertThat(pools.balance(cpus.id()).free()).isEqualTo(hours(955).value());
        assertThat(events.stream(AllocationWarned.class))
                .filteredOn(warned -> warned.allocation().equals(idOf(allocation)))
                .extracting(AllocationWarned::kind)
                .contains(AllocationWarned.Kind.ENDED);

        settle(running, 30);
        sweep.sweep();
        sweep.sweep();
        assertThat(pools.balance(cpus.id()).free()).isEqualTo(hours(955).value());
        assertThat(ledger.balance(pools.usedAccount(cpus.id())).granted())
                .isEqualTo(hours(45).value());
    }

    @Test
    void an_award_does_not_die_unused_unseen() {
        Client aino = clients.founder("Aino");
        JsonNode allocation = awards.granted(aino, partitions.cpus(1_000), 100);
        assertThat(allocation.get("warnings")).isEmpty();
        Instant until = Instant.parse(allocation.get("until").asString());

        Client later = comesBack(aino, Duration.between(clock.instant(), until.minus(Duration.ofDays(6))));
        sweep.sweep();
        sweep.sweep();
        JsonNode warning = later.get(path(allocation, "")).json(200).at("/warnings/0");
        assertThat(warning.get("kind").asString()).isEqualTo("ENDS_SOON_UNUSED");
        assertThat(warning.get("text").asString()).contains("Ends in 6 days", "100 core-hours (100 percent)");
        assertThat(events.stream(AllocationWarned.class))
                .filteredOn(warned -> warned.allocation().equals(idOf(allocation)))
                .hasSize(1)
                .allMatch(warned -> warned.kind() == AllocationWarned.Kind.ENDS_SOON && warned.daysLeft() == 6);

        settle(hold(later, allocation, "Handbook", 95), 95);
        sweep.sweep();
        JsonNode spent = later.get(path(allocation, "")).json(200).get("warnings");
        assertThat(spent).extracting(one -> one.get("kind").asString()).containsExactly("ENDS_SOON", "NEARLY_SPENT");
    }

    @Test
    void caps_stop_a_person_and_a_project_before_they_spend_too_much() {
        Client aino = clients.founder("Aino");
        JsonNode allocation = awards.granted(aino, partitions.cpus(1_000), 100);
        String person = Awards.personOf(aino).toString();
        Map<String, Object> caps = Map.of(
                "caps",
                List.of(
                        Map.of("kind", "PERSON", "subject", person, "hours", 40),
                        Map.of("kind", "PERSON", "subject", "*", "hours", 10),
                        Map.of("kind", "PROJECT", "subject", "Toys", "hours", 5)));
        aino.put(path(allocation, "/caps"), caps).json(200);
        Allocation granted = allocations.require(idOf(allocation));
        Actor actor = actor(aino);

        assertThatThrownBy(() -> allocations.requireWithinCaps(actor, granted, "Toys", hours(6)))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("The project “Toys” may spend 18,000 core-seconds");
        settle(hold(aino, allocation, "Toys", 5), 2);
        allocations.requireWithinCaps(actor, granted, "Toys", hours(3));
        hold(aino, allocation, "Handbook", 30);
        assertThatThrownBy(() -> hold(aino, allocation, "Handbook", 9))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("You may spend 144,000 core-seconds");
        hold(aino, allocation, "Handbook", 8);

        JsonNode detail = aino.get(path(allocation, "/detail")).json(200);
        assertThat(detail.get("uses")).hasSize(2);
        assertThat(detail.at("/uses/0/name").asString()).isEqualTo("Aino");
        assertThat(detail.at("/uses/0/hoursHeld/CORE_HOUR").asInt()).isEqualTo(38);
        aino.put(path(allocation, "/caps"), Map.of("caps", List.of())).json(200);
        hold(aino, allocation, "Toys", 20);
    }

    @Test
    void a_cap_on_a_project_is_not_passed_by_naming_another() {
        Client aino = clients.founder("Aino");
        JsonNode allocation = awards.granted(aino, partitions.cpus(1_000), 100);
        Map<String, Object> toys = Map.of("kind", "PROJECT", "subject", "Toys", "hours", 5);
        aino.put(path(allocation, "/caps"), Map.of("caps", List.of(toys))).json(200);
        hold(aino, allocation, "Toys", 5);
        for (String other : List.of("Toys 2", "toys", "*")) {
            assertThatThrownBy(() -> hold(aino, allocation, other, 1))
                    .as(other)
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining(
                            "for the projects “Handbook”, “Toys” and for no other, such as “" + other + "”");
        }
        hold(aino, allocation, "Handbook", 1);

        Map<String, Object> each = Map.of("kind", "PROJECT", "subject", "*", "hours", 2);
        aino.put(path(allocation, "/caps"), Map.of("caps", List.of(toys, each))).json(200);
        hold(aino, allocation, "Games", 2);
        assertThatThrownBy(() -> hold(aino, allocation, "Games", 1))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("The project “Games” may spend 7,200 core-seconds");
    }

    @Test
    void many_at_once_do_not_pass_a_cap_together() throws Exception {
        Client aino = clients.founder("Aino");
        JsonNode allocation = awards.granted(aino, partitions.cpus(1_000), 100);
        aino.put(
                        path(allocation, "/caps"),
                        Map.of("caps", List.of(Map.of("kind", "PERSON", "subject", "*", "hours", 10))))
                .json(200);
        AtomicInteger held = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Object> done : threads.invokeAll(IntStream.range(0, 8)
                    .<Callable<Object>>mapToObj(number -> () -> {
                        try {
                            hold(aino, allocation, "Handbook", 3);
                            return held.incrementAndGet();
                        } catch (Problem refused) {
                            return refused;
                        }
                    })
                    .toList())) {
                done.get();
            }
        }
        assertThat(held.get()).isEqualTo(3);
    }

    @Test
    void only_an_owner_sets_caps_and_each_names_somebody_once() {
        Client aino = clients.founder("Aino");
        JsonNode allocation = awards.granted(aino, partitions.cpus(1_000), 100);
        Map<String, Object> cap = Map.of("kind", "PERSON", "subject", "*", "hours", 10);
        Client bo = clients.founder("Bo");
        String code = aino.post(
                        "/api/organisations/" + aino.organisation() + "/invitations",
                        Map.of("email", "bo@example.org", "role", "MEMBER"))
                .json(201)
                .get("code")
                .asString();
        bo.post("/api/invitations/accept", Map.of("code", code)).json(200);
        assertThat(bo.put(path(allocation, "/caps"), Map.of("caps", List.of(cap)))
                        .problem())
                .isEqualTo("not-allowed");
        for (Object wrong : List.of(
                List.of(cap, cap),
                List.of(Map.of("kind", "PERSON", "subject", "Bo", "hours", 1)),
                List.of(Map.of("kind", "PROJECT", "subject", "a\0b", "hours", 1)),
                List.of(Map.of("kind", "PROJECT", "subject", "a", "hours", -1)))) {
            assertThat(aino.put(path(allocation, "/caps"), Map.of("caps", wrong))
                            .status())
                    .as(wrong.toString())
                    .isEqualTo(400);
        }
    }

    @Test
    void a_final_report_is_due_and_without_it_nothing_new_is_granted() {
        Client aino = clients.founder("Aino");
        Partition cpus = partitions.cpus(1_000);
        JsonNode allocation = awards.granted(aino, cpus, 100);
        settle(hold(aino, allocation, "Handbook", 20), 15);
        Map<String, Object> report = Map.of("summary", "A model of our handbook.", "results", "It answers.");
        assertThat(aino.post(path(allocation, "/report"), report).problem()).isEqualTo("not-now");
        aino.post(path(allocation, "/return"), Map.of()).json(200);
        JsonNode draft = aino.get(path(allocation, "/report")).json(200);
        assertThat(draft.at("/spent/CORE_HOUR").asInt()).isEqualTo(15);
        assertThat(draft.at("/uses/0/project").asString()).isEqualTo("Handbook");

        Client later = comesBack(aino, Duration.ofDays(95));
        sweep.sweep();
        Answer refused = awards.apply(later, cpus, 10);
        assertThat(refused.problem()).isEqualTo("not-now");
        assertThat(refused.body()).contains("final report on “Handbook” was due");
        assertThat(later.get(path(allocation, ""))
                        .json(200)
                        .at("/warnings/0/kind")
                        .asString())
                .isEqualTo("REPORT_OVERDUE");
        assertThat(events.stream(AllocationWarned.class))
                .filteredOn(warned -> warned.allocation().equals(idOf(allocation)))
                .extracting(AllocationWarned::kind)
                .contains(AllocationWarned.Kind.REPORT_OVERDUE);
        later.post(path(allocation, "/report"), report).json(200);
        awards.granted(later, cpus, 10);
    }

    @Test
    void what_belongs_to_another_organisation_is_answered_like_what_does_not_exist() {
        Client aino = clients.founder("Aino");
        JsonNode allocation = awards.granted(aino, partitions.cpus(1_000), 100);
        Client eve = clients.founder("Eve");
        for (String rest : List.of("", "/detail", "/report")) {
            assertThat(eve.get(path(allocation, rest)).problem()).as(rest).isEqualTo("not-found");
            assertThat(clients.nobody().get(path(allocation, rest)).problem())
                    .as(rest)
                    .isEqualTo("sign-in-needed");
        }
        assertThat(eve.post(path(allocation, "/return"), Map.of()).problem()).isEqualTo("not-found");
        assertThat(eve.post(path(allocation, "/extension"), Map.of("months", 1, "reason", "x"))
                        .problem())
                .isEqualTo("not-found");
        assertThat(eve.post(path(allocation, "/top-up"), Map.of("hours", 1, "unit", "CORE_HOUR", "reason", "x"))
                        .problem())
                .isEqualTo("not-found");
        assertThat(eve.post(path(allocation, "/report"), Map.of("summary", "x", "results", "x"))
                        .problem())
                .isEqualTo("not-found");
        assertThat(eve.put(path(allocation, "/caps"), Map.of("caps", List.of())).problem())
                .isEqualTo("not-found");
        assertThat(eve.get("/api/allocations").json(200)).isEmpty();
    }
}
