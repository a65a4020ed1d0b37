package org.aifactory.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.aifactory.Browser;
import org.aifactory.Browser.Page;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.federation.Partition;
import org.aifactory.federation.TestPartitions;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The pages of access without any script. */
@PlatformTest
class AccessPagesTest {
    @LocalServerPort
    private int port;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private TestPartitions partitions;

    @Autowired
    private Awards awards;

    private Browser browser(Client person) {
        Browser browser = new Browser("http://127.0.0.1:" + port);
        browser.open("/sign-in");
        browser.submit(
                "/sign-in",
                Map.of("email", person.get("/api/me").json(200).get("email").asString(), "password", Client.PASSWORD));
        return browser;
    }

    /** What the script of the page sends while somebody types. */
    private static Page typed(Browser browser, Map<String, String> form) {
        browser.open("/apply");
        return browser.submit("/apply/check", form);
    }

    private static Map<String, String> form(Client person, Partition partition, String hours) {
        Map<String, String> form = new HashMap<>();
        form.put("organisation", person.organisation());
        form.put("partition", partition.slug());
        form.put("hours", hours);
        form.put("project.title", "Handbook");
        form.put("project.purpose", "Train on our handbook.");
        form.put("profile.staff", "4");
        form.put("profile.turnover", "0");
        return form;
    }

    @Test
    void a_founder_applies_on_one_page_and_sees_what_was_granted() {
        Client aino = clients.founder("Aino");
        Partition cpus = partitions.cpus(1_000);
        Browser browser = browser(aino);
        assertThat(browser.open("/allocations").text()).contains("No compute yet");
        Page apply = browser.open("/apply?partition=" + cpus.slug());
        assertThat(apply.status()).isEqualTo(200);
        assertThat(apply.text())
                .contains("How many people work for you?", "fewer than 250 people", "1,000 core-hours left");

        Page granted = browser.submit("/apply", form(aino, cpus, "100"));
        assertThat(granted.local()).startsWith("/applications/");
        assertThat(granted.text()).contains("Granted", "Playground", "In time");
        Page list = browser.open("/allocations");
        assertThat(list.text()).contains("Handbook", "100 core-hours", "6.25 node-hours");
        String id = aino.get("/api/allocations").json(200).at("/0/id").asString();

        Page one = browser.open("/allocations/" + id);
        assertThat(one.text()).contains("Top up", "Give back", "Nobody yet.");
        assertThat(browser.submit(
                                "/allocations/" + id + "/top-up",
                                Map.of("hours", "20", "unit", "CORE_HOUR", "reason", "A second run."))
                        .text())
                .contains("120 core-hours", "A second run.");
        assertThat(browser.submit(
                                "/allocations/" + id + "/caps",
                                Map.of("kind", "PROJECT", "subject", "Toys", "hours", "5"))
                        .text())
                .contains("The caps are set.", "Toys");
        assertThat(browser.submit("/allocations/" + id + "/extension", Map.of("months", "9", "reason", "Long."))
                        .text())
                .contains("at most 3 months");
        assertThat(browser.submit("/allocations/" + id + "/return", Map.of()).text())
                .contains("Given back", "Final report");
        assertThat(browser.submit(
                                "/allocations/" + id + "/report", Map.of("summary", "Good.", "results", "It answers."))
                        .text())
                .contains("The report is filed.");
        assertThat(browser.open("/apply").text()).contains("is used again");
    }

    @Test
    void what_is_wrong_is_said_at_the_field_and_what_was_typed_stays() {
        Client aino = clients.founder("Aino");
        Partition cpus = partitions.cpus(100_000);
        Browser browser = browser(aino);
        browser.open("/apply");
        Map<String, String> form = form(aino, cpus, "7,000");
        form.put("project.title", "");
        Page refused = browser.submit("/apply", form);
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text())
                .contains(
                        "project.title-error",
                        "mode-error",
                        "Train on our handbook.",
                        "value=\"7,000\"",
                        "Choose a mode.");
        form.put("project.title", "Handbook");
        form.put("mode", "fast-lane");
        assertThat(browser.submit("/apply", form).text()).contains("answers.software-error", "Which software will run");
        form.put("answers.software", "PyTorch on 64 cores");
        assertThat(browser.submit("/apply", form).text()).contains("4 working days left");
    }

    @Test
    void the_live_part_follows_what_is_typed() {
        Client aino = clients.founder("Aino");
        Partition cpus = partitions.cpus(100_000);
        Browser browser = browser(aino);
        Map<String, String> form = form(aino, cpus, "100");
        Page live = typed(browser, form);
        assertThat(live.text())
                .contains("granted as soon as you send it", "100 core-hours")
                .doesNotContain("<header");
        form.put("hours", "20000");
        assertThat(typed(browser, form).text()).contains("Still to do", "Which software will run", "hx-swap-oob");
        form.put("asked", "fast-lane");
        assertThat(typed(browser, form).text()).doesNotContain("hx-swap-oob");
        form.put("organisation", clients.founder("Eve").organisation());
        assertThat(typed(browser, form).text()).contains("not yours to see");
        assertThat(typed(browser, Map.of("hours", "abc", "organisation", "x", "unit", "y", "months", "1e9"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void a_reviewer_decides_at_the_desk() {
        Client aino = clients.founder("Aino");
        Map<String, Object> application = Awards.application(aino, partitions.cpus(100_000), 20_000);
        application.put("answers", Map.of("software", "PyTorch on 256 cores."));
        String id =
                aino.post("/api/applications", application).json(201).get("id").asString();
        Browser desk = browser(awards.reviewer());
        assertThat(desk.open("/applications").text())
                .contains("Waiting for you", "/applications/" + id, "working days left");
        assertThat(desk.open("/applications/" + id).text()).contains("PyTorch on 256 cores.", "Your decision");
        assertThat(desk.submit("/applications/" + id + "/decision", Map.of("decision", "GRANT", "reason", ""))
                        .text())
                .contains("Say why");
        for (String months : List.of("1.5", "4294967297")) {
            assertThat(desk.submit(
                                    "/applications/" + id + "/decision",
                                    Map.of("decision", "GRANT", "months", months, "reason", "It scales."))
                            .text())
                    .contains("This is not a number.");
        }
        assertThat(desk.submit(
                                "/applications/" + id + "/decision",
                                Map.of("decision", "GRANT", "hours", "15,000", "months", "2", "reason", "It scales."))
                        .text())
                .contains("Granted", "It scales.");
        assertThat(browser(clients.founder("Eve")).open("/applications/" + id).status())
                .isEqualTo(404);
        String allocation = aino.get("/api/allocations").json(200).at("/0/id").asString();
        String change = aino.post(
                        "/api/allocations/" + allocation + "/extension", Map.of("months", 1, "reason", "More."))
                .json(200)
                .get("id")
                .asString();
        assertThat(desk.open("/applications").text()).contains("1 month longer", change);
        assertThat(desk.submit("/changes/" + change + "/decision", Map.of("decision", "REFUSE", "reason", "No."))
                        .text())
                .contains("Refused.");
    }

    @Test
    void everybody_reads_the_modes_with_their_sources_in_both_languages() {
        Browser visitor = new Browser("http://127.0.0.1:" + port);
        assertThat(visitor.open("/docs/access").text()).contains("Up to 5,000", "unverified", "4 working days");
        assertThat(visitor.open("/docs/access?lang=ko").text()).contains("플레이그라운드", "근무일 4일", "확인되지 않음");
    }

    @Test
    void the_profile_has_a_page() {
        Client aino = clients.founder("Aino");
        Browser browser = browser(aino);
        String path = "/organisations/" + aino.organisation() + "/profile";
        assertThat(browser.open(path).text()).contains("What was your turnover");
        assertThat(browser.submit(path, Map.of("answers.staff", "many")).text()).contains("A number from 0");
        assertThat(browser.submit(path, Map.of("answers.staff", "4", "answers.turnover", "0"))
                        .text())
                .contains("Saved.");
        assertThat(browser(clients.founder("Eve")).open(path).status()).isEqualTo(404);
    }
}
