package org.aifactory.programme;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.aifactory.Client;
import org.aifactory.Client.Answer;
import org.aifactory.PlatformTest;
import org.aifactory.TestClock;
import org.aifactory.access.Awards;
import org.aifactory.identity.Duty;
import org.aifactory.identity.Organisations;
import org.aifactory.identity.People;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** From submitted proposals to a decision, the way the office, reviewers and hosts go it. */
@PlatformTest
class SelectionTest {
    private static final long MILLION = 1_000_000;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private Organisations organisations;

    @Autowired
    private People people;

    @Autowired
    private TestClock clock;

    @Autowired
    private JdbcClient jdbc;

    private Office office;
    private String call;
    private Client first;
    private Client second;
    private String better;
    private String worse;
    private String panel;
    private final List<Client> reviewers = new ArrayList<>();

    @BeforeEach
    void two_proposals_are_in_and_the_cut_off_is_over() {
        // Reviewers of other tests would be assigned as well.
        jdbc.sql("update review.reviewer set most = 0").update();
        office = new Office(clients, organisations);
        LocalDateTime cutOff = Office.inDays(5);
        call = office.openCall(cutOff);
        first = clients.founder("First");
        second = clients.founder("Second");
        better = Office.submit(first, call, Office.content("Better", "FI", 10 * MILLION));
        worse = Office.submit(second, call, Office.content("Worse", "DE", 20 * MILLION));
        reviewers.clear();
        for (String country : List.of("FR", "IT", "ES", "PT")) {
            reviewers.add(reviewer(country));
        }
        clock.turnTo(instant(cutOff).plusSeconds(1));
        panel = opened(instant(cutOff)).json(201).get("panel").asString();
    }

    @AfterEach
    void turnBack() {
        clock.turnBack();
    }

    @Test
    void three_judge_each_the_office_decides_and_money_and_letters_follow() {
        JsonNode assigned = office.officer().post(path("/assign"), Map.of()).json(200);
        assertThat(assigned.get("added").asInt()).isEqualTo(6);
        assertThat(assigned.get("left")).isEmpty();
        assertThat(office.officer()
                        .post(path("/assign"), Map.of())
                        .json(200)
                        .get("added")
                        .asInt())
                .isZero();

        judgeAll();
        JsonNode board = board(30 * MILLION * 100);
        assertThat(board.at("/papers/0/spread/impact/width").decimalValue()).isEqualByComparingTo("1.0");
        assertThat(decide(15 * MILLION * 100).problem()).isEqualTo("not-now");
        agree(better, "4.5");
        agree(worse, "4");
        JsonNode whatIf = board(6 * MILLION * 100).get("whatIf");
        assertThat(whatIf.at("/selection/lines/0/verdict").asString()).isEqualTo("SELECTED");
        assertThat(whatIf.at("/selection/lines/1/verdict").asString()).isEqualTo("RESERVE");
        assertThat(whatIf.at("/selection/lines/1/needed").asLong()).isEqualTo(15 * MILLION * 100);

        JsonNode decision = decide(6 * MILLION * 100).json(200);

        assertThat(decision.get("holds").asBoolean()).isTrue();
        JsonNode again = office.officer()
                .get("/api/decisions/" + decision.get("number").asLong())
                .json(200);
        assertThat(again.get("holds").asBoolean()).isTrue();
        assertThat(again.get("outcome")).isEqualTo(decision.get("outcome"));
        JsonNode seen = clients.nobody().get("/api/calls/" + call).json(200);
        assertThat(seen.at("/budget/committedEur").asLong()).isEqualTo(5 * MILLION);
        JsonNode round = round(seen.at("/rounds/0").asString());
        assertThat(round.get("unionEur").asLong()).isEqualTo(5 * MILLION);
        assertThat(round.get("statesEur").asLong()).isEqualTo(5 * MILLION);
        assertThat(round.get("selected")).hasSize(1);
        assertThat(round.at("/selected/0/host").asString()).isEqualTo("First and friends");
        assertThat(round.toString()).doesNotContain("An old paper mill.");
        assertThat(decide(1).problem()).isEqualTo("not-now");
        assertThat(first.get("/api/proposals/" + better).json(200).get("state").asString())
                .isEqualTo("SELECTED");
    }

    @Test
    void an_applicant_reads_the_decision_and_never_who_judged_and_may_appeal_in_time() {
        decided();
        JsonNode own = second.get("/api/proposals/" + worse).json(200);

        assertThat(own.at("/letter/verdict").asString()).isEqualTo("RESERVE");
        assertThat(own.at("/letter/rank").asInt()).isEqualTo(2);
        for (Client reviewer : reviewers) {
            assertThat(own.toString()).doesNotContain(Awards.personOf(reviewer).toString());
        }
        assertThat(second.get("/api/panels/" + panel).problem()).isEqualTo("not-allowed");
        assertThat(first.post("/api/proposals/" + worse + "/appeal", Map.of("text", "Mine!"))
                        .problem())
                .isEqualTo("not-found");
        JsonNode appealed = second.post("/api/proposals/" + worse + "/appeal", Map.of("text", "You read the old plan."))
                .json(200);
        String appeal = appealed.at("/letter/appeal/id").asString();
        assertThat(second.post("/api/proposals/" + worse + "/appeal", Map.of("text", "Again."))
                        .problem())
                .isEqualTo("not-now");
        office.officer()
                .post("/api/appeals/" + appeal + "/answer", Map.of("upheld", false, "answer", "We read the new one."))
                .json(200);
        assertThat(second.get("/api/proposals/" + worse)
                        .json(200)
                        .at("/letter/appeal/answer/text")
                        .asString())
                .isEqualTo("We read the new one.");
        clock.forward(java.time.Duration.ofDays(11));
        assertThat(first.post("/api/proposals/" + better + "/appeal", Map.of("text", "Late."))
                        .problem())
                .isEqualTo("not-now");
    }

    @Test
    void a_reviewer_sees_what_is_assigned_and_nothing_else() {
        office.officer().post(path("/assign"), Map.of()).json(200);
        Client some = reviewers.getFirst();
        JsonNode mine = some.get("/api/review/assignments").json(200);

        Map<String, Boolean> seen = new HashMap<>();
        mine.forEach(assignment -> seen.put(assignment.get("paper").asString(), true));
        for (String paper : List.of(better, worse)) {
            Answer answer = some.get("/api/proposals/" + paper);
            if (seen.containsKey(paper)) {
                assertThat(answer.json(200).get("content").isObject()).isTrue();
            } else {
                assertThat(answer.problem()).isEqualTo("not-found");
            }
        }
        Client other = reviewers.get(1);
        JsonNode theirs = other.get("/api/review/assignments").json(200);
        assertThat(some.get("/api/review/assignments/" + theirs.at("/0/id").asString())
                        .problem())
                .isEqualTo("not-found");
        assertThat(some.get("/api/panels/" + panel).problem()).isEqualTo("not-allowed");
    }

    @Test
    void a_conflicted_reviewer_is_neither_assigned_nor_let_in_by_hand() {
        Client finn = reviewer("FI");
        reviewers
                .getFirst()
                .post("/api/review/conflicts", Map.of("country", "DE", "reason", "I was born there."))
                .json(200);
        office.officer().post(path("/assign"), Map.of()).json(200);

        assertThat(papersOf(finn)).doesNotContain(better);
        assertThat(papersOf(reviewers.getFirst())).doesNotContain(worse);
        Answer refused = office.officer()
                .post(
                        path("/papers/" + better + "/reviewers"),
                        Map.of("person", Awards.personOf(finn).toString()));
        assertThat(refused.problem()).isEqualTo("against-rules");
        // Whoever joins the applicant afterwards may not open the file any more.
        Client turned = reviewers.stream()
                .filter(reviewer -> papersOf(reviewer).contains(better))
                .findFirst()
                .orElseThrow();
        turned.post("/api/review/conflicts", Map.of("organisation", first.organisation(), "reason", "A new job."))
                .json(200);
        assertThat(turned.get("/api/proposals/" + better).problem()).isEqualTo("not-found");
    }

    @Test
    void a_review_is_handed_in_whole_on_the_scale_and_once() {
        office.officer().post(path("/assign"), Map.of()).json(200);
        Client reviewer = reviewers.stream()
                .filter(one -> !papersOf(one).isEmpty())
                .findFirst()
                .orElseThrow();
        String assignment = "/api/review/assignments/"
                + reviewer.get("/api/review/assignments").json(200).at("/0/id").asString();

        Answer missing = reviewer.put(
                assignment,
                Map.of(
                        "version",
                        0,
                        "scores",
                        Map.of("excellence", 4.25),
                        "comments",
                        Map.of("impact", "Good."),
                        "handIn",
                        true));
        assertThat(missing.json(400).get("errors"))
                .extracting(fault -> fault.get("field").asString())
                .containsExactlyInAnyOrder(
                        "scores.excellence",
                        "scores.impact",
                        "scores.implementation",
                        "comments.excellence",
                        "comments.implementation");
        reviewer.put(
                        assignment,
                        Map.of("version", 0, "scores", Map.of("excellence", 4), "comments", Map.of(), "handIn", false))
                .json(200);
        assertThat(reviewer.put(assignment, scores(0, "4")).problem()).isEqualTo("changed-meanwhile");
        reviewer.put(assignment, scores(1, "4")).json(200);
        assertThat(reviewer.put(assignment, scores(2, "5")).problem()).isEqualTo("not-now");
        assertThat(reviewer.post(assignment + "/decline", Map.of("reason", "No time."))
                        .problem())
                .isEqualTo("not-now");
    }

    @Test
    void what_was_taken_back_is_judged_no_more_and_too_few_reviewers_are_told() {
        second.post("/api/proposals/" + worse + "/withdraw", Map.of()).json(200);
        jdbc.sql("update review.reviewer set most = 0 where country in ('FR', 'IT')")
                .update();

        JsonNode assigned = office.officer().post(path("/assign"), Map.of()).json(200);

        assertThat(assigned.get("added").asInt()).isEqualTo(2);
        assertThat(assigned.at("/left/0/paper").asString()).isEqualTo(better);
        assertThat(assigned.at("/left/0/missing").asInt()).isEqualTo(1);
        assertThat(board(0).get("papers")).hasSize(1);
    }

    @Test
    void nothing_comes_in_for_a_cut_off_behind_its_panel() {
        // As a request that came in in time, and waited while the panel was opened.
        clock.turnBack();
        String late = Office.begin(second, call, Office.content("Late", "DE", MILLION))
                .get("id")
                .asString();

        Answer refused = second.post("/api/proposals/" + late + "/submit", Map.of("version", 1));

        assertThat(refused.problem()).isEqualTo("not-now");
        assertThat(refused.body()).contains("being judged already");
        assertThat(second.get("/api/proposals/" + late).json(200).get("state").asString())
                .isEqualTo("DRAFT");
    }

    @Test
    void the_next_of_the_reserve_list_takes_a_place_that_is_given_up_and_the_money_goes_with_it() {
        decided();
        long decision = second.get("/api/proposals/" + worse)
                .json(200)
                .at("/letter/decision")
                .asLong();
        assertThat(promote(9 * MILLION * 100).problem()).isEqualTo("not-enough-left");
        assertThat(promote(96 * MILLION * 100).problem()).isEqualTo("not-enough-left");
        assertThat(first.post(promotion(), Map.of("proposal", worse, "budgetCents", 1, "reason", "Mine."))
                        .problem())
                .isEqualTo("not-allowed");

        assertThat(second.post("/api/proposals/" + better + "/withdraw", Map.of())
                        .problem())
                .isEqualTo("not-found");
        first.post("/api/proposals/" + better + "/withdraw", Map.of()).json(200);
        assertThat(committed()).isZero();
        assertThat(promote(better, 10 * MILLION * 100).problem())
                .as("who is not next")
                .isEqualTo("changed-meanwhile");
        JsonNode promoted = promote(10 * MILLION * 100).json(200);
        assertThat(promote(10 * MILLION * 100).json(200)).as("asked again").isEqualTo(promoted);

        assertThat(promoted.at("/outcome/paper").asString()).isEqualTo(worse);
        assertThat(promoted.get("number").asLong()).isGreaterThan(decision);
        assertThat(promoted.get("holds").asBoolean()).isTrue();
        assertThat(office.officer()
                        .get("/api/promotions/" + promoted.get("number").asLong())
                        .json(200))
                .isEqualTo(promoted);
        assertThat(committed()).isEqualTo(10 * MILLION);
        JsonNode round = round(clients.nobody()
                .get("/api/calls/" + call)
                .json(200)
                .at("/rounds/0")
                .asString());
        assertThat(round.get("unionEur").asLong()).isEqualTo(10 * MILLION);
        assertThat(round.get("statesEur").asLong()).isEqualTo(10 * MILLION);
        assertThat(round.get("selected")).hasSize(1);
        JsonNode own = second.get("/api/proposals/" + worse).json(200);
        assertThat(own.get("state").asString()).isEqualTo("SELECTED");
        assertThat(own.at("/letter/promotion/decision").asLong())
                .isEqualTo(promoted.get("number").asLong());
        assertThat(own.at("/letter/promotion").toString()).doesNotContain("waiting");
        assertThat(promote(better, 1).problem()).isEqualTo("not-now");
        assertThat(board(0).get("waiting")).isEmpty();
    }

    private long committed() {
        return clients.nobody()
                .get("/api/calls/" + call)
                .json(200)
                .at("/budget/committedEur")
                .asLong();
    }

    private String promotion() {
        return "/api/calls/" + call + "/panels/" + panel + "/promotion";
    }

    private Answer promote(long cents) {
        return promote(worse, cents);
    }

    private Answer promote(String proposal, long cents) {
        return office.officer()
                .post(promotion(), Map.of("proposal", proposal, "budgetCents", cents, "reason", "A place came free."));
    }

    private void decided() {
        office.officer().post(path("/assign"), Map.of()).json(200);
        judgeAll();
        agree(better, "4.5");
        agree(worse, "4");
        decide(6 * MILLION * 100).json(200);
    }

    /** Any three of four have one who gives 4 for the impact, and one who gives 5. */
    private void judgeAll() {
        for (int at = 0; at < reviewers.size(); at++) {
            Client reviewer = reviewers.get(at);
            String impact = at % 2 == 0 ? "4" : "5";
            reviewer.get("/api/review/assignments")
                    .json(200)
                    .forEach(assignment -> reviewer.put(
                                    "/api/review/assignments/"
                                            + assignment.get("id").asString(),
                                    scores(0, impact))
                            .json(200));
        }
    }

    private static Map<String, Object> scores(int version, String impact) {
        return Map.of(
                "version",
                version,
                "scores",
                Map.of(
                        "excellence", new java.math.BigDecimal("4"),
                        "impact", new java.math.BigDecimal(impact),
                        "implementation", new java.math.BigDecimal("3.5")),
                "comments",
                Map.of("excellence", "Good.", "impact", "Good.", "implementation", "Good."),
                "handIn",
                true);
    }

    private void agree(String paper, String impact) {
        office.officer()
                .put(
                        path("/papers/" + paper + "/consensus"),
                        Map.of(
                                "version",
                                0,
                                "scores",
                                Map.of(
                                        "excellence",
                                        4,
                                        "impact",
                                        new java.math.BigDecimal(impact),
                                        "implementation",
                                        3.5),
                                "comment",
                                "We agree."))
                .json(200);
    }

    private Answer decide(long cents) {
        return office.officer()
                .post(
                        "/api/calls/" + call + "/panels/" + panel + "/decision",
                        Map.of("budgetCents", cents, "reason", "The board met on Monday."));
    }

    private List<String> papersOf(Client reviewer) {
        List<String> papers = new ArrayList<>();
        reviewer.get("/api/review/assignments")
                .json(200)
                .forEach(assignment -> papers.add(assignment.get("paper").asString()));
        return papers;
    }

    private JsonNode board(long cents) {
        return office.officer().get(path("?budgetCents=" + cents)).json(200);
    }

    private JsonNode round(String slug) {
        for (JsonNode round : clients.nobody().get("/api/programme/rounds").json(200)) {
            if (round.get("slug").asString().equals(slug)) {
                return round;
            }
        }
        throw new AssertionError("There is no round " + slug);
    }

    private String path(String rest) {
        return "/api/panels/" + panel + rest;
    }

    private Answer opened(Instant cutOff) {
        return office.officer().post("/api/calls/" + call + "/panels", Map.of("cutOff", cutOff.toString()));
    }

    private Client reviewer(String country) {
        Client reviewer = clients.founder("Rhea");
        people.give(Awards.personOf(reviewer), Duty.REVIEWER);
        reviewer.put(
                        "/api/review/profile",
                        Map.of("country", country, "topics", List.of("Health", "energy"), "most", 5))
                .json(200);
        return reviewer;
    }

    private static Instant instant(LocalDateTime local) {
        return local.atZone(ZoneId.of(Office.ZONE)).toInstant();
    }
}
