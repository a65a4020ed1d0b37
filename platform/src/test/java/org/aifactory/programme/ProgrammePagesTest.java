package org.aifactory.programme;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import org.aifactory.Browser;
import org.aifactory.Browser.Page;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.TestClock;
import org.aifactory.access.Awards;
import org.aifactory.identity.Duty;
import org.aifactory.identity.Organisations;
import org.aifactory.identity.People;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The pages of the programme without any script. */
@PlatformTest
class ProgrammePagesTest {
    @LocalServerPort
    private int port;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private Organisations organisations;

    @Autowired
    private People people;

    @Autowired
    private ProgrammeFolder folder;

    @Autowired
    private TestClock clock;

    @Autowired
    private JdbcClient jdbc;

    @AfterEach
    void turnBack() {
        clock.turnBack();
    }

    @Test
    void everybody_reads_what_was_selected_and_what_was_never_published_in_their_language() {
        folder.load(Path.of("../examples/founding/programme"));
        Browser visitor = new Browser("http://127.0.0.1:" + port);

        assertThat(visitor.open("/programme").text())
                .contains("Pharos", "not published", "€ 76,000,000", "Announced total", "Türkiye");
        assertThat(visitor.open("/programme?lang=ko").text()).contains("발표되지 않음", "노르웨이");
        assertThat(visitor.open("/calls/ai-factories-2024?lang=en").text())
                .contains("Art. 9(1)", "50 percent", "CEI-AI-01");
    }

    @Test
    void from_a_proposal_on_a_page_to_a_decision_on_the_board() {
        jdbc.sql("update review.reviewer set most = 0").update();
        Office office = new Office(clients, organisations);
        LocalDateTime cutOff = Office.inDays(3);
        String call = office.openCall(cutOff);
        Client host = clients.founder("Host");
        Browser hosts = browser(host);

        assertThat(hosts.open("/calls/" + call).text()).contains("Write a proposal", "€ 100,000,000");
        Page editor = hosts.submit("/calls/" + call + "/proposals", Map.of("organisation", host.organisation()));
        String proposal = editor.local();
        assertThat(editor.text()).contains("Before you submit", "Title:", "Costs by year:", "This is missing.");
        Map<String, String> form = form();
        form.put("costs[0].amount", "much");
        Page refused = hosts.submit(proposal, form);
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text()).contains("A number, such as", "An old mill.");
        form.put("costs[0].amount", "1,000,000.00");
        form.put("then", "submit");
        Page submitted = hosts.submit(proposal, form);
        assertThat(submitted.text()).contains("is submitted", "Nothing is missing.");
        form.put("version", "1");
        form.put("title", "Mine");
        Page stale = hosts.submit(proposal, form);
        assertThat(stale.status()).isEqualTo(422);
        assertThat(stale.text()).contains("Somebody else saved this proposal");

        clock.turnTo(cutOff.atZone(ZoneId.of(Office.ZONE)).toInstant().plusSeconds(1));
        for (String country : new String[] {"FR", "IT", "ES"}) {
            judgesSoon(country);
        }
        Browser officers = browser(office.officer());
        String instant = cutOff.atZone(ZoneId.of(Office.ZONE)).toInstant().toString();
        for (Browser reader : new Browser[] {hosts, officers}) {
            Page undecided = reader.open(proposal);
            assertThat(undecided.status()).isEqualTo(200);
            assertThat(undecided.text()).contains("A mill for models").doesNotContain("An appeal is possible until");
        }
        officers.open("/calls/" + call);
        Page board = officers.submit("/calls/" + call + "/panels", Map.of("cutOff", instant));
        String panel = board.local();
        assertThat(officers.submit(panel + "/assign", Map.of()).text()).contains("every proposal has its reviewers");
        jdbc.sql("select person from review.assignment where ended_at is null and paper = :paper::uuid")
                .param("paper", proposal.replace("/proposals/", ""))
                .query(java.util.UUID.class)
                .list()
                .forEach(person -> handIn(person));
        assertThat(officers.open(panel).text()).contains("Spread");
        Map<String, String> consensus = new HashMap<>(scores());
        consensus.put("version", "0");
        consensus.put("comment", "We agree.");
        assertThat(officers.submit(panel + "/papers/" + proposal.replace("/proposals/", "") + "/consensus", consensus)
                        .text())
                .contains("Recorded.");
        assertThat(officers.open(panel + "?if=500000").text()).contains("Selected");
        Page decided =
                officers.submit(panel + "/decision", Map.of("budget", "500,000", "reason", "The board met on Monday."));
        assertThat(decided.text()).contains("Decided under the number", "Calculated again: the same");

        Page letter = hosts.open(proposal);
        assertThat(letter.text()).contains("Rank 1 of 1", "An appeal is possible until");
        Page late = hosts.submit(proposal, form);
        assertThat(late.status()).isEqualTo(422);
        assertThat(late.text()).contains("It is over with this proposal", "An appeal is possible until");
        assertThat(hosts.submit(proposal + "/appeal", Map.of("text", "We wanted more."))
                        .text())
                .contains("The appeal is filed.");
    }

    @Test
    void the_office_writes_a_call_on_a_page_and_publishes_it_once_nothing_is_missing() {
        folder.load(Path.of("../examples/founding/programme"));
        assertThat(browser(clients.founder("Host")).open("/programme/calls/new").status())
                .isEqualTo(403);
        Browser officers = browser(new Office(clients, organisations).officer());
        assertThat(officers.open("/programme/calls/new?like=ai-factories-2024").text())
                .contains("Art. 9(1)");
        String slug = "call-" + java.util.UUID.randomUUID();
        Map<String, String> form = new HashMap<>(Map.of("slug", slug, "kind", "FACTORY", "zone", "Europe/Brussels"));
        form.put("title", "Half a call");
        form.put("budgetCents", "much");
        form.put("criteria[0].group", "all");
        Page refused = officers.submit("/programme/calls/new", form);
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text()).contains("A number, such as", "There is no group of criteria with this id.");
        form.put("budgetCents", "1,5");
        assertThat(officers.submit("/programme/calls/new", form).text())
                .as("neither one and a half nor fifteen")
                .contains("A number, such as");
        form.put("budgetCents", "1,000,000.50");
        form.remove("criteria[0].group");
        Page saved = officers.submit("/programme/calls/new", form);
        assertThat(saved.local()).isEqualTo("/calls/" + slug + "/edit");
        assertThat(saved.text()).contains("Saved.", "Say from when proposals are taken.");

        Page early = officers.submit("/calls/" + slug + "/publish", Map.of("version", "1"));
        assertThat(early.status()).isEqualTo(422);
        assertThat(early.text()).contains("From one to 100 cut-offs.");
        form.put("version", "1");
        form.put("title", "A whole call");
        assertThat(officers.submit("/calls/" + slug + "/edit", form).text()).contains("A whole call");
        Page stale = officers.submit("/calls/" + slug + "/edit", form);
        assertThat(stale.status()).isEqualTo(422);
        assertThat(stale.text()).contains("Somebody else changed the call", "A whole call");
        assertThat(new Browser("http://127.0.0.1:" + port)
                        .open("/calls/" + slug)
                        .status())
                .isEqualTo(404);
    }

    private final Map<java.util.UUID, Browser> desks = new HashMap<>();

    private void judgesSoon(String country) {
        Client reviewer = clients.founder("Rhea");
        people.give(Awards.personOf(reviewer), Duty.REVIEWER);
        Browser desk = browser(reviewer);
        desk.open("/review");
        assertThat(desk.submit("/review/profile", Map.of("country", country, "topics", "health, energy", "most", "5"))
                        .text())
                .contains("Saved.");
        desks.put(Awards.personOf(reviewer).value(), desk);
    }

    private void handIn(java.util.UUID person) {
        Browser desk = java.util.Objects.requireNonNull(desks.get(person));
        String id = jdbc.sql("select id from review.assignment where person = :person")
                .param("person", person)
                .query(java.util.UUID.class)
                .single()
                .toString();
        assertThat(desk.open("/review").text()).contains("A mill for models");
        assertThat(desk.open("/review/" + id).text()).contains("Score from 0 to 5");
        String paper = jdbc.sql("select paper from review.assignment where person = :person")
                .param("person", person)
                .query(java.util.UUID.class)
                .single()
                .toString();
        assertThat(desk.open("/proposals/" + paper).text()).contains("A mill for models");
        Map<String, String> form = new HashMap<>(scores());
        form.put("version", "0");
        form.put("then", "hand-in");
        assertThat(desk.submit("/review/" + id, form).status()).isEqualTo(422);
        for (String criterion : new String[] {"excellence", "impact", "implementation"}) {
            form.put("comments." + criterion, "Good.");
        }
        assertThat(desk.submit("/review/" + id, form).text()).contains("Handed in.");
    }

    private static Map<String, String> scores() {
        return Map.of("scores.excellence", "4", "scores.impact", "4.5", "scores.implementation", "4");
    }

    private static Map<String, String> form() {
        Map<String, String> form = new HashMap<>();
        form.put("version", "1");
        form.put("then", "save");
        form.put("title", "A mill for models");
        form.put("summary", "For all who begin.");
        form.put("topics", "health, language");
        form.put("site.country", "FI");
        form.put("site.city", "Kajaani");
        form.put("site.text", "An old mill.");
        form.put("machine.kind", "NEW");
        form.put("machine.name", "Big");
        form.put("machine.text", "Many GPUs.");
        form.put("costs[0].year", "2027");
        form.put("costs[0].category", "acquisition");
        form.put("costs[0].amount", "1,000,000.00");
        form.put("costs[0].union", "500,000");
        form.put("consortium[0].country", "FI");
        form.put("consortium[0].role", "HOST");
        form.put("consortium[0].share", "500000");
        form.put("services.compute", "Time.");
        form.put("services.data", "A room.");
        form.put("services.talent", "Courses.");
        return form;
    }

    private Browser browser(Client person) {
        Browser browser = new Browser("http://127.0.0.1:" + port);
        browser.open("/sign-in");
        browser.submit(
                "/sign-in",
                Map.of("email", person.get("/api/me").json(200).get("email").asString(), "password", Client.PASSWORD));
        return browser;
    }
}
