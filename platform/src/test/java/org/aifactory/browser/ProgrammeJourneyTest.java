package org.aifactory.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.TestClock;
import org.aifactory.access.Awards;
import org.aifactory.identity.Duty;
import org.aifactory.identity.OrganisationKind;
import org.aifactory.identity.Organisations;
import org.aifactory.identity.People;
import org.aifactory.programme.Office;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

/** From a call to who is selected, with the browsers of the office, a host and three reviewers; it takes the handbook's pictures of the programme. */
@PlatformTest
@Tag("browser")
class ProgrammeJourneyTest {
    private static final long MILLION = 1_000_000;

    @LocalServerPort
    private int port;

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

    private final String call = "factories-" + UUID.randomUUID();
    private final LocalDateTime cutOff = Office.inDays(5);
    private String panel = "";
    private Client dimitra = Client.at("");
    private final List<Client> reviewers = new ArrayList<>();
    private final List<Visitor> visitors = new ArrayList<>();

    @AfterEach
    void everybodyGoesHome() {
        visitors.forEach(Visitor::close);
        clock.turnBack();
    }

    @Test
    void a_call_is_published_answered_judged_and_decided_and_the_next_takes_a_place_that_is_given_up()
            throws Exception {
        // Reviewers of other tests would be assigned as well.
        jdbc.sql("update review.reviewer set most = 0").update();
        dimitra = officer();
        Visitor officer = with(dimitra, Look.ENGLISH_LIGHT_WIDE);
        theOfficePublishesACall(officer);

        Visitor host = with(clients.founder("Mina"), Look.ENGLISH_LIGHT_WIDE);
        String proposal = theHostProposes(host);
        Client second = clients.founder("Saima");
        String other = Office.submit(second, call, Office.content("A factory by the sea", "DE", 20 * MILLION));

        clock.turnTo(cutOff.atZone(ZoneId.of(Office.ZONE)).toInstant().plusSeconds(1));
        for (String country : List.of("FR", "IT", "ES")) {
            reviewers.add(reviewer(country));
        }
        theOfficeOpensThePanel(officer);
        threeJudge(other);
        theOfficeDecides(officer, proposal, other);
        theHostReadsTheLetterAndGivesUp(host, proposal);
        theOfficeSelectsTheNext(officer);
        assertThat(second.get("/api/proposals/" + other).json(200).get("state").asString())
                .isEqualTo("SELECTED");
        theHandbookShowsWhatWasTaken();
    }

    private void theOfficePublishesACall(Visitor officer) {
        officer.open("/programme").press("a[href='/programme/calls/new']").see("call-new");
        officer.type("title", "AI factories 2027").type("slug", call).type("text", "Propose an AI factory.");
        officer.type("opens", Office.inDays(-2).toString()).type("cutOffs[0]", cutOff.toString());
        officer.type("budgetCents", "12,000,000");
        category(officer, 0, "acquisition", "Acquisition", "1.5");
        officer.press("form.wide .actions button");
        assertThat(officer.find("[id='categories[0].rate-error']")).isVisible();
        assertThat(officer.find("[id='cutOffs[0]']")).hasValue(cutOff.toString());
        officer.see("call-faults");
        category(officer, 0, "acquisition", "Acquisition", "0.5");
        category(officer, 1, "operation", "Operation", "0.5");
        officer.type("rules[0].id", "host-in-the-union").choose("rules[0].group", "european-union");
        officer.type("rules[0].article", "Regulation (EU) 2021/1173, Art. 9(1)");
        officer.type("rules[0].text", "The machine stands in a member state of the European Union.");
        officer.type("scheme.slug", "two").type("scheme.name", "Two criteria").type("scheme.threshold", "6");
        officer.type("scheme.groups[0].id", "all").type("scheme.groups[0].name", "All");
        officer.type("scheme.groups[0].coefficient", "1");
        criterion(officer, 0, "excellence", "Excellence");
        criterion(officer, 1, "impact", "Impact");
        officer.type("panel.reserve", "1").press("form.wide .actions button");
        assertThat(officer.find("#publish .badge[data-tone='good']")).isVisible();
        officer.show("programme-call", ".head, form.wide fieldset:nth-of-type(-n+2)");
        officer.press("#publish button");
        assertThat(officer.find("main .badge[data-tone='good']")).isVisible();
        officer.see("call-published");
    }

    private static void category(Visitor officer, int at, String id, String name, String rate) {
        String row = "categories[" + at + "].";
        officer.type(row + "id", id).type(row + "name", name).type(row + "rate", rate);
    }

    private static void criterion(Visitor officer, int at, String id, String name) {
        String row = "criteria[" + at + "].";
        officer.type(row + "group", "all").type(row + "id", id).type(row + "name", name);
        officer.type(row + "least", "0")
                .type(row + "most", "5")
                .type(row + "step", "0.5")
                .type(row + "weight", "1");
        officer.type(row + "threshold", "3");
    }

    private String theHostProposes(Visitor host) {
        host.open("/calls/" + call).press("form[action$='/proposals'] button");
        host.type("title", "A mill for models")
                .type("summary", "For all who begin.")
                .type("topics", "health");
        host.type("site.country", "FI").type("site.city", "Kajaani").type("site.text", "An old mill.");
        host.choose("machine.kind", "NEW").type("machine.name", "Big").type("machine.text", "Many GPUs.");
        host.type("costs[0].year", "2027").type("costs[0].amount", "10,000,000").type("costs[0].union", "5,000,000");
        host.type("consortium[0].country", "FI").choose("consortium[0].role", "HOST");
        host.type("consortium[0].share", "4,000,000");
        host.type("services.compute", "Time.").type("services.data", "A room.").type("services.talent", "Courses.");
        host.press("button[value='submit']");
        assertThat(host.find("main form .error").first()).isVisible();
        host.show("programme-proposal", "form.wide fieldset:has([id='consortium[0].country'])");
        host.type("consortium[0].share", "5,000,000").press("button[value='submit']");
        assertThat(host.find(".said [data-tone='good']")).isVisible();
        return host.path().replace("/proposals/", "");
    }

    private void theOfficeOpensThePanel(Visitor officer) {
        officer.open("/").show("programme-office-home", ".head, section:has(.tasks)");
        officer.press(".tasks a[href='/calls/" + call + "#desk']").press("#desk form button");
        panel = officer.path();
        officer.press("form[action$='/assign'] button");
        assertThat(officer.find(".said [data-tone='good']")).isVisible();
    }

    private void threeJudge(String other) {
        for (Client reviewer : reviewers) {
            Look look = reviewer == reviewers.getFirst() ? Look.KOREAN_LIGHT_NARROW : Look.ENGLISH_LIGHT_WIDE;
            judgeByProgram(reviewer, other);
            Visitor desk = with(reviewer, look).open("/review");
            if (reviewer == reviewers.getFirst()) {
                desk.see("review-desk");
            }
            desk.press("tr:has(.badge[data-tone='busy']) a");
            desk.type("scores.excellence", "4").type("comments.excellence", "A clear plan.");
            desk.type("scores.impact", "4.5").press("button[value='hand-in']");
            assertThat(desk.find("[id='comments.impact-error']")).isVisible();
            if (reviewer == reviewers.getFirst()) {
                desk.see("review-faults");
            }
            desk.type("comments.impact", "Many will use it.");
            if (reviewer == reviewers.getLast()) {
                desk.show("programme-review", "main");
            }
            desk.press("button[value='hand-in']");
            assertThat(desk.find(".said [data-tone='good']")).isVisible();
        }
    }

    private static void judgeByProgram(Client reviewer, String paper) {
        reviewer.get("/api/review/assignments").json(200).forEach(assignment -> {
            if (assignment.get("paper").asString().equals(paper)) {
                reviewer.put(
                                "/api/review/assignments/"
                                        + assignment.get("id").asString(),
                                Map.of(
                                        "version",
                                        0,
                                        "scores",
                                        Map.of("excellence", 4, "impact", new BigDecimal("3.5")),
                                        "comments",
                                        Map.of("excellence", "Good.", "impact", "Good."),
                                        "handIn",
                                        true))
                        .json(200);
            }
        });
    }

    private void theOfficeDecides(Visitor officer, String proposal, String other) {
        officer.page().reload();
        agree(officer, proposal, "4", "4.5");
        agree(officer, other, "4", "3.5");
        officer.type("if", "5000000").press("#ranking form button");
        officer.show("programme-ranking", "#ranking");
        officer.type("budget", "5,000,000").type("reason", "The board met on Monday.");
        officer.press("form[action$='/decision'] button");
        assertThat(officer.find(".said [data-tone='good']")).isVisible();
        Visitor colleague = with(dimitra, Look.KOREAN_LIGHT_NARROW);
        colleague.open(panel).see("board-decided");
        colleague.open("/programme/calls/new?like=" + call).see("call-like");
    }

    private static void agree(Visitor officer, String paper, String excellence, String impact) {
        officer.press("section:has(form[action*='" + paper + "']) summary");
        officer.type(paper + "excellence", excellence).type(paper + "impact", impact);
        officer.type(paper + "comment", "We agree.").press("form[action*='" + paper + "'] button");
        assertThat(officer.find(".said [data-tone='good']")).isVisible();
    }

    private void theHostReadsTheLetterAndGivesUp(Visitor host, String proposal) {
        host.open("/").press(".tasks a[href='/proposals/" + proposal + "']").show("programme-letter", ".head, .card");
        assertThat(host.find("#letter")).isVisible();
        assertThat(host.find("main")).not().containsText("Rhea");
        host.press("form[action$='/withdraw'] button");
        assertThat(host.find(".said [data-tone='good']")).isVisible();
    }

    private void theOfficeSelectsTheNext(Visitor officer) {
        officer.open("/").press(".tasks a[href='" + panel + "']");
        officer.type("budget", "5,000,000").type("reason", "A place came free.");
        officer.press("form[action$='/promotion'] button");
        // It asks for ten.
        assertThat(officer.find(".said [data-tone='bad']")).isVisible();
        officer.type("budget", "10,000,000").type("reason", "A place came free.");
        officer.press("form[action$='/promotion'] button");
        assertThat(officer.find(".said [data-tone='good']")).isVisible();
        officer.show("programme-reserve", "#ranking, #reserve");
    }

    private static void theHandbookShowsWhatWasTaken() throws java.io.IOException {
        try (var pictures = Files.list(Pictures.OF_THE_HANDBOOK)) {
            assertThat(pictures.map(Path::getFileName).map(Path::toString).filter(Pictures::isOfTheProgramme))
                    .containsExactlyInAnyOrderElementsOf(Pictures.names(Pictures::isOfTheProgramme));
        }
    }

    private Client officer() {
        Client officer = clients.founder("Dimitra");
        organisations.found(
                Awards.personOf(officer), "Office " + UUID.randomUUID(), OrganisationKind.PROGRAMME_OFFICE, "LU");
        return officer;
    }

    private Client reviewer(String country) {
        Client reviewer = clients.founder("Rhea");
        people.give(Awards.personOf(reviewer), Duty.REVIEWER);
        reviewer.put("/api/review/profile", Map.of("country", country, "topics", List.of("health"), "most", 5))
                .json(200);
        return reviewer;
    }

    private Visitor with(Client person, Look look) {
        Visitor visitor = Visitor.at(port, look).agreeing().signIn(person);
        visitors.add(visitor);
        return visitor;
    }
}
