package org.aifactory.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.aifactory.Client;
import org.aifactory.Client.Answer;
import org.aifactory.PlatformTest;
import org.aifactory.federation.Partition;
import org.aifactory.federation.TestPartitions;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

@PlatformTest
class ApplicationsApiTest {
    @Autowired
    private Client.Factory clients;

    @Autowired
    private TestPartitions partitions;

    @Autowired
    private Awards awards;

    @Test
    void a_small_application_of_a_small_company_is_granted_in_one_call() {
        Client aino = clients.founder("Aino");
        Partition cpus = partitions.cpus(10_000);
        JsonNode answer = awards.apply(aino, cpus, 100).json(201);

        assertThat(answer.get("state").asString()).isEqualTo("GRANTED");
        assertThat(answer.get("mode").asString()).isEqualTo("playground");
        assertThat(answer.at("/decision/by").asString()).isEqualTo("POLICY");
        assertThat(answer.at("/clock/state").asString()).isEqualTo("KEPT");
        assertThat(answer.get("promisedBy").isMissingNode()).isFalse();
        JsonNode allocation = aino.get(
                        "/api/allocations/" + answer.get("allocation").asString())
                .json(200);
        assertThat(allocation.at("/state").asString()).isEqualTo("ACTIVE");
        assertThat(allocation.at("/balance/unit").asString()).isEqualTo("CPU_CORE_SECOND");
        assertThat(allocation.at("/balance/free").asLong()).isEqualTo(360_000);
        assertThat(allocation.at("/hours/granted/CORE_HOUR").decimalValue()).isEqualByComparingTo("100");
        assertThat(allocation.at("/hours/granted/NODE_HOUR").decimalValue()).isEqualByComparingTo("6.25");
        assertThat(aino.get("/api/allocations").json(200)).hasSize(1);
        assertThat(aino.get("/api/applications").json(200)).hasSize(1);
        assertThat(aino.get("/api/organisations/" + aino.organisation() + "/audit")
                        .json(200))
                .extracting(event -> event.get("action").asString())
                .containsSequence("application.granted", "application.submitted", "profile.saved");
    }

    @Test
    void the_profile_is_asked_once_with_reasons() {
        Client aino = clients.founder("Aino");
        Partition cpus = partitions.cpus(10_000);
        Map<String, Object> application = Awards.application(aino, cpus, 10);
        application.remove("profile");
        Answer refused = aino.post("/api/applications", application);
        assertThat(refused.problem()).isEqualTo("invalid-request");
        assertThat(refused.json(400).get("errors"))
                .extracting(fault -> fault.get("field").asString())
                .containsExactly("profile.staff", "profile.turnover");
        assertThat(refused.body()).contains("fewer than 250 people");

        String profile = "/api/organisations/" + aino.organisation() + "/profile";
        assertThat(aino.get(profile).json(200).get("complete").asBoolean()).isFalse();
        assertThat(aino.put(profile, Map.of("answers", Awards.SMALL))
                        .json(200)
                        .get("complete")
                        .asBoolean())
                .isTrue();
        assertThat(aino.post("/api/applications", application)
                        .json(201)
                        .get("state")
                        .asString())
                .isEqualTo("GRANTED");
        assertThat(aino.put(profile, Map.of("answers", Map.of("staff", "many", "shoes", 2)))
                        .json(400)
                        .get("errors"))
                .hasSize(2);
        assertThat(clients.founder("Eve").get(profile).problem()).isEqualTo("not-found");
        assertThat(clients.founder("Eve")
                        .put(profile, Map.of("answers", Awards.SMALL))
                        .problem())
                .isEqualTo("not-found");
    }

    @Test
    void what_is_missing_is_said_while_typing_and_nothing_is_recorded() {
        Client aino = clients.founder("Aino");
        JsonNode empty = aino.post("/api/applications/check", Map.of()).json(200);
        assertThat(empty.get("sendable").asBoolean()).isFalse();
        assertThat(empty.get("faults"))
                .extracting(fault -> fault.get("field").asString())
                .contains("organisation", "partition", "hours", "project.title", "project.purpose");

        Partition cpus = partitions.cpus(60);
        Map<String, Object> application = Awards.application(aino, cpus, 50);
        JsonNode full = aino.post("/api/applications/check", application).json(200);
        assertThat(full.get("sendable").asBoolean()).isTrue();
        assertThat(full.get("mode").asString()).isEqualTo("playground");
        assertThat(full.get("decidedBy").asString()).isEqualTo("POLICY");
        assertThat(full.at("/pool/free/CORE_HOUR").asInt()).isEqualTo(60);
        assertThat(full.at("/asked/NODE_HOUR").decimalValue()).isEqualByComparingTo("3.125");
        assertThat(full.get("terms")).isNotEmpty();
        assertThat(aino.get("/api/applications").json(200)).isEmpty();

        application.put("hours", 61);
        JsonNode much = aino.post("/api/applications/check", application).json(200);
        assertThat(much.at("/obstacles/0/problem").asString()).isEqualTo("not-enough-left");
        application.put("partition", "nowhere");
        application.put("mode", "no-such-mode");
        assertThat(aino.post("/api/applications/check", application).json(200).get("faults"))
                .extracting(fault -> fault.get("field").asString())
                .containsExactly("partition", "mode");
    }

    @Test
    void between_two_modes_both_are_offered() {
        Client aino = clients.founder("Aino");
        Partition cpus = partitions.cpus(100_000);
        Answer refused = awards.apply(aino, cpus, 7_000);
        assertThat(refused.problem()).isEqualTo("invalid-request");
        assertThat(refused.body()).contains("Playground", "Fast Lane", "5,000 core-hours", "10,000 core-hours");

        Map<String, Object> application = Awards.application(aino, cpus, 7_000);
        JsonNode check = aino.post("/api/applications/check", application).json(200);
        assertThat(check.at("/modes/0/fit").asString()).isEqualTo("OFFERED_LESS");
        assertThat(check.at("/modes/0/offer/hours").asInt()).isEqualTo(5_000);
        assertThat(check.at("/modes/1/fit").asString()).isEqualTo("OFFERED");

        application.put("mode", "playground");
        assertThat(aino.post("/api/applications", application).problem()).isEqualTo("against-rules");
        application.put("mode", "fast-lane");
        application.put("answers", Map.of("software", "PyTorch on 64 cores"));
        assertThat(aino.post("/api/applications", application)
                        .json(201)
                        .get("state")
                        .asString())
                .isEqualTo("IN_REVIEW");
    }

    @Test
    void a_gpu_partition_is_asked_for_in_any_unit_and_granted_in_gpu_seconds() {
        Client aino = clients.founder("Aino");
        Partition gpus = partitions.gpus(100_000);
        Map<String, Object> application = Awards.application(aino, gpus, 1_250);
        application.put("unit", "NODE_HOUR");
        String id = aino.post("/api/applications", application)
                .json(201)
                .get("allocation")
                .asString();
        JsonNode allocation = aino.get("/api/allocations/" + id).json(200);
        assertThat(allocation.at("/balance/unit").asString()).isEqualTo("GPU_SECOND");
        assertThat(allocation.at("/hours/free/GPU_HOUR").decimalValue()).isEqualByComparingTo("5000");
        assertThat(allocation.at("/hours/free/CORE_HOUR").decimalValue()).isEqualByComparingTo("40000");
    }

    @Test
    void what_an_organisation_has_counts_against_the_limit() {
        Client aino = clients.founder("Aino");
        Partition cpus = partitions.cpus(100_000);
        awards.granted(aino, cpus, 4_000);
        Map<String, Object> application = Awards.application(aino, cpus, 1_001);
        application.put("mode", "playground");
        Answer refused = aino.post("/api/applications", application);
        assertThat(refused.problem()).isEqualTo("against-rules");
        assertThat(refused.body()).contains("4,000 core-hours already", "1,000 core-hours are left");
        awards.granted(aino, cpus, 1_000);
    }

    @Test
    void what_the_pool_has_not_cannot_be_granted_and_nothing_is_recorded() {
        Client aino = clients.founder("Aino");
        Answer refused = awards.apply(aino, partitions.cpus(99), 100);
        assertThat(refused.problem()).isEqualTo("not-enough-left");
        assertThat(refused.body()).contains("has 99 core-hours left, and 100 core-hours are asked");
        assertThat(aino.get("/api/applications").json(200)).isEmpty();
        assertThat(aino.get("/api/allocations").json(200)).isEmpty();
    }

    @Test
    void of_two_who_ask_for_the_last_hours_at_once_one_has_them() throws Exception {
        Partition cpus = partitions.cpus(150);
        List<Client> founders = IntStream.range(0, 6)
                .mapToObj(number -> clients.founder("Founder" + number))
                .toList();
        List<Answer> answers = atOnce(founders.stream()
                .<Callable<Answer>>map(founder -> () -> awards.apply(founder, cpus, 100))
                .toList());
        assertThat(answers).filteredOn(answer -> answer.status() == 201).hasSize(1);
        assertThat(answers)
                .filteredOn(answer -> answer.status() != 201)
                .allMatch(answer -> answer.problem().equals("not-enough-left"));
    }

    @Test
    void one_organisation_that_asks_twice_at_once_stays_within_its_limit() throws Exception {
        Partition cpus = partitions.cpus(100_000);
        Client aino = clients.founder("Aino");
        Map<String, Object> application = Awards.application(aino, cpus, 3_000);
        application.put("mode", "playground");
        List<Answer> answers = atOnce(IntStream.range(0, 4)
                .<Callable<Answer>>mapToObj(number -> () -> aino.post("/api/applications", application))
                .toList());
        assertThat(answers).filteredOn(answer -> answer.status() == 201).hasSize(1);
        assertThat(aino.get("/api/allocations").json(200)).hasSize(1);
    }

    @Test
    void the_same_key_is_the_same_application_however_often_and_however_fast_it_is_sent() throws Exception {
        Partition cpus = partitions.cpus(1_000);
        Client aino = clients.founder("Aino");
        Map<String, Object> application = Awards.application(aino, cpus, 10);
        application.put("key", UUID.randomUUID());
        List<Answer> answers = atOnce(IntStream.range(0, 5)
                .<Callable<Answer>>mapToObj(number -> () -> aino.post("/api/applications", application))
                .toList());
        assertThat(answers).filteredOn(answer -> answer.status() == 201).hasSize(1);
        assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(4);
        assertThat(aino.get("/api/allocations").json(200)).hasSize(1);
        application.put("hours", 11);
        assertThat(aino.post("/api/applications", application).problem()).isEqualTo("already-taken");
    }

    @Test
    void a_large_company_pays_and_a_commercial_use_has_a_price_and_a_share() {
        Client aino = clients.founder("Aino");
        Partition priced = partitions.priced(1_000, 12);
        Map<String, Object> application = Awards.application(aino, priced, 100);
        application.put("profile", Map.of("staff", 900, "turnover", 1));
        Answer refused = aino.post("/api/applications", application);
        assertThat(refused.problem()).isEqualTo("against-rules");
        assertThat(refused.body()).contains("fewer than 250 people", "commercial use");

        application.put("commercial", true);
        JsonNode check = aino.post("/api/applications/check", application).json(200);
        assertThat(check.get("price").asLong()).isEqualTo(1_200);
        assertThat(check.get("notes").toString()).contains("Governing Board");
        assertThat(aino.post("/api/applications", application)
                        .json(201)
                        .get("state")
                        .asString())
                .isEqualTo("GRANTED");
        // A fifth of the partition's 1,000 core-hours, and 100 are given.
        application.put("hours", 101);
        assertThat(aino.post("/api/applications", application).problem()).isEqualTo("not-enough-left");

        Map<String, Object> unpriced = Awards.application(aino, partitions.cpus(1_000), 10);
        unpriced.put("commercial", true);
        assertThat(aino.post("/api/applications", unpriced).body()).contains("has no price yet");
    }

    @Test
    void where_the_policy_cannot_tell_a_person_decides_also_on_a_small_application() {
        Client sue = clients.founder("Sue");
        String abroad = sue.post("/api/organisations", Map.of("name", "Abroad", "kind", "COMPANY", "country", "US"))
                .json(201)
                .asString();
        Map<String, Object> application = Awards.application(sue, partitions.cpus(1_000), 10);
        application.put("organisation", abroad);
        JsonNode sent = sue.post("/api/applications", application).json(201);
        assertThat(sent.get("mode").asString()).isEqualTo("playground");
        assertThat(sent.get("state").asString()).isEqualTo("IN_REVIEW");
        assertThat(sent.get("findings").toString()).contains("FOR_PEOPLE");
    }

    @Test
    void a_reviewer_of_another_organisation_decides_the_fast_lane() {
        Client aino = clients.founder("Aino");
        Client eve = clients.founder("Eve");
        Client rhea = awards.reviewer();
        Partition cpus = partitions.cpus(100_000);
        String id = fastLane(aino, cpus).json(201).get("id").asString();
        String decision = "/api/applications/" + id + "/decision";
        Map<String, Object> grant = Map.of("decision", "GRANT", "hours", 15_000, "reason", "It scales to 512 cores.");

        assertThat(eve.get("/api/applications/" + id).problem()).isEqualTo("not-found");
        assertThat(eve.post(decision, grant).problem()).isEqualTo("not-found");
        assertThat(aino.post(decision, grant).problem()).isEqualTo("not-allowed");
        assertThat(rhea.get("/api/applications?waiting=true").json(200))
                .extracting(application -> application.get("id").asString())
                .contains(id);
        assertThat(rhea.post(decision, Map.of("decision", "GRANT", "hours", 20_001, "reason", "More"))
                        .problem())
                .isEqualTo("invalid-request");

        JsonNode decided = rhea.post(decision, grant).json(200);
        assertThat(decided.get("state").asString()).isEqualTo("GRANTED");
        assertThat(decided.at("/decision/reason").asString()).isEqualTo("It scales to 512 cores.");
        JsonNode allocation = aino.get(
                        "/api/allocations/" + decided.get("allocation").asString())
                .json(200);
        assertThat(allocation.at("/hours/granted/CORE_HOUR").asInt()).isEqualTo(15_000);
        assertThat(rhea.post(decision, grant).problem()).isEqualTo("not-now");
        assertThat(rhea.get("/api/allocations/" + decided.get("allocation").asString())
                        .problem())
                .isEqualTo("not-found");
    }

    @Test
    void nobody_decides_for_their_own_organisation() {
        Client rhea = awards.reviewer();
        String id = fastLane(rhea, partitions.cpus(100_000)).json(201).get("id").asString();
        assertThat(rhea.post(
                                "/api/applications/" + id + "/decision",
                                Map.of("decision", "GRANT", "reason", "We are good."))
                        .problem())
                .isEqualTo("not-allowed");
        assertThat(rhea.get("/api/applications?waiting=true").json(200))
                .extracting(application -> application.get("id").asString())
                .doesNotContain(id);
    }

    @Test
    void whoever_operates_the_partition_decides_the_fast_lane_and_not_what_a_panel_decides() {
        Client aino = clients.founder("Aino");
        Client operator = clients.founder("Ops");
        Partition cpus = partitions.cpus(200_000);
        partitions.give(cpus, operator.organisation());
        String fast = fastLane(aino, cpus).json(201).get("id").asString();
        assertThat(operator.post(
                                "/api/applications/" + fast + "/decision",
                                Map.of("decision", "REFUSE", "reason", "It does not run on CPUs."))
                        .json(200)
                        .get("state")
                        .asString())
                .isEqualTo("REFUSED");

        Map<String, Object> large = Awards.application(aino, cpus, 60_000);
        large.put("answers", Map.of("excellence", "All", "impact", "Much", "implementation", "Well"));
        String id = aino.post("/api/applications", large).json(201).get("id").asString();
        Map<String, Object> grant = Map.of("decision", "GRANT", "reason", "Excellent.");
        assertThat(operator.post("/api/applications/" + id + "/decision", grant).problem())
                .isEqualTo("not-found");
        assertThat(awards.reviewer()
                        .post("/api/applications/" + id + "/decision", grant)
                        .json(200)
                        .get("state")
                        .asString())
                .isEqualTo("GRANTED");
    }

    @Test
    void what_a_reviewer_grants_the_pool_must_have_and_the_application_waits_on() {
        Client aino = clients.founder("Aino");
        Partition cpus = partitions.cpus(19_999);
        String id = fastLane(aino, cpus).json(201).get("id").asString();
        Client rhea = awards.reviewer();
        Map<String, Object> grant = Map.of("decision", "GRANT", "reason", "Good.");
        assertThat(rhea.post("/api/applications/" + id + "/decision", grant).problem())
                .isEqualTo("not-enough-left");
        assertThat(aino.get("/api/applications/" + id).json(200).get("state").asString())
                .isEqualTo("IN_REVIEW");
        partitions.fill(cpus, 1);
        rhea.post("/api/applications/" + id + "/decision", grant).json(200);
    }

    @Test
    void an_application_can_be_taken_back_until_it_is_decided() {
        Client aino = clients.founder("Aino");
        String id = fastLane(aino, partitions.cpus(100_000)).json(201).get("id").asString();
        assertThat(clients.founder("Eve")
                        .post("/api/applications/" + id + "/withdraw", Map.of())
                        .problem())
                .isEqualTo("not-found");
        assertThat(aino.post("/api/applications/" + id + "/withdraw", Map.of())
                        .json(200)
                        .get("state")
                        .asString())
                .isEqualTo("WITHDRAWN");
        assertThat(aino.post("/api/applications/" + id + "/withdraw", Map.of()).problem())
                .isEqualTo("not-now");
        assertThat(awards.reviewer()
                        .post("/api/applications/" + id + "/decision", Map.of("decision", "GRANT", "reason", "Late."))
                        .problem())
                .isEqualTo("not-now");
    }

    @Test
    void whoever_may_only_look_does_not_apply() {
        Client aino = clients.founder("Aino");
        Client bo = clients.founder("Bo");
        String code = aino.post(
                        "/api/organisations/" + aino.organisation() + "/invitations",
                        Map.of("email", "bo@example.org", "role", "VIEWER"))
                .json(201)
                .get("code")
                .asString();
        bo.post("/api/invitations/accept", Map.of("code", code)).json(200);
        Partition cpus = partitions.cpus(100);
        Map<String, Object> application = Awards.application(aino, cpus, 10);
        assertThat(bo.post("/api/applications", application).problem()).isEqualTo("not-allowed");
        assertThat(clients.founder("Eve").post("/api/applications", application).problem())
                .isEqualTo("not-found");
        assertThat(clients.nobody().post("/api/applications", application).problem())
                .isEqualTo("sign-in-needed");
    }

    @Test
    void a_mode_is_closed_and_opened_by_whoever_operates_the_partition() {
        Client aino = clients.founder("Aino");
        Client operator = clients.founder("Ops");
        Partition cpus = partitions.cpus(1_000);
        partitions.give(cpus, operator.organisation());
        String open = "/api/access/modes/playground/open";
        Map<String, Object> closing = Map.of("open", false, "partition", cpus.slug(), "reason", "Too many want it.");
        assertThat(aino.put(open, closing).problem()).isEqualTo("not-allowed");
        assertThat(operator.put(open, Map.of("open", false, "reason", "All")).problem())
                .isEqualTo("not-allowed");
        operator.put(open, closing).json(200);

        Map<String, Object> application = Awards.application(aino, cpus, 10);
        application.put("mode", "playground");
        Answer refused = aino.post("/api/applications", application);
        assertThat(refused.problem()).isEqualTo("not-now");
        assertThat(refused.body()).contains("Too many want it.");
        operator.put(open, Map.of("open", true, "partition", cpus.slug())).json(200);
        awards.granted(aino, cpus, 10);
    }

    @Test
    void everybody_may_read_the_modes_with_their_sources() {
        JsonNode modes = clients.nobody().get("/api/access/modes").json(200);
        assertThat(modes.get("modes")).hasSize(4);
        assertThat(modes.at("/modes/0/limits/CORE_HOUR/upTo/mark").asString()).isEqualTo("CHOSEN");
        assertThat(modes.at("/modes/1/limits/GPU_HOUR/upTo/sources/0").asString())
                .startsWith("https://");
        assertThat(modes.at("/modes/0/promise/workingDays").asInt()).isEqualTo(2);
    }

    @Test
    void hostile_input_is_refused_and_breaks_nothing() {
        Client aino = clients.founder("Aino");
        Partition cpus = partitions.cpus(100);
        Map<String, Object> good = Awards.application(aino, cpus, 10);
        List<Map.Entry<String, Object>> bad = List.of(
                Map.entry("partition", "a\0b"),
                Map.entry("partition", "x".repeat(5_000)),
                Map.entry("hours", -1),
                Map.entry("hours", "1e999999999"),
                Map.entry("hours", 0),
                Map.entry("unit", "GPU_HOUR"),
                Map.entry("mode", "a\0b"),
                Map.entry("months", -3),
                Map.entry("months", 7),
                Map.entry("project", Map.of("title", "a\0b", "purpose", "p")),
                Map.entry("project", Map.of("title", " ", "purpose", " ")),
                Map.entry("answers", Map.of("a\0b", "c")),
                Map.entry("profile", Map.of("staff", Map.of("deep", List.of()))),
                Map.entry("profile", Map.of("staff", "1e99999999", "turnover", 0)),
                Map.entry("profile", Map.of("staff", 4, "turnover", 0, "website", "a\0b")));
        for (Map.Entry<String, Object> wrong : bad) {
            Map<String, Object> application = new HashMap<>(good);
            application.put(wrong.getKey(), wrong.getValue());
            assertThat(aino.post("/api/applications", application).status())
                    .as(wrong.toString())
                    .isEqualTo(400);
            assertThat(aino.post("/api/applications/check", application).status())
                    .as(wrong.toString())
                    .isIn(200, 400);
        }
        String half = "{\"organisation\":\"" + aino.organisation()
                + "\",\"project\":{\"title\":\"\\ud800\",\"purpose\":\"p\"}}";
        assertThat(aino.send(aino.request("/api/applications")
                                .header("Content-Type", "application/json")
                                .POST(java.net.http.HttpRequest.BodyPublishers.ofString(half)))
                        .status())
                .isEqualTo(400);
        assertThat(aino.get("/api/applications").json(200)).isEmpty();
    }

    private static Answer fastLane(Client founder, Partition partition) {
        Map<String, Object> application = Awards.application(founder, partition, 20_000);
        application.put("answers", Map.of("software", "PyTorch; it has run on 256 cores."));
        return founder.post("/api/applications", application);
    }

    private static List<Answer> atOnce(List<Callable<Answer>> calls) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> answers = threads.invokeAll(calls);
            List<Answer> done = new java.util.ArrayList<>();
            for (Future<Answer> answer : answers) {
                done.add(answer.get());
            }
            return done;
        }
    }
}
