package org.aifactory.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.federation.TestPartitions;
import org.aifactory.ledger.Ledger;
import org.aifactory.training.Lab;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Where runs go and why, and the machines as their operators see them, with a browser. */
@PlatformTest
@Tag("browser")
class PlacementLookTest {
    @LocalServerPort
    private int port;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private TestPartitions partitions;

    @Autowired
    private JdbcClient sql;

    @Autowired
    private Ledger ledger;

    @AfterEach
    void leave() {
        Lab.nobodyOperates(sql);
    }

    @ParameterizedTest
    @EnumSource(names = {"ENGLISH_LIGHT_WIDE", "KOREAN_LIGHT_NARROW"})
    void a_founder_lets_the_platform_choose_and_reads_why(Look look) {
        Lab lab = new Lab(clients.founder("Aino"), sql, ledger, 1_000_000).operating();
        new Lab(lab.client, sql, ledger, 10_000, partitions.cpus(100).slug());
        lab.version(Map.of("a.txt", "Many words of one text. ".repeat(2_000).getBytes(UTF_8)));
        Map<String, Object> all = lab.script("sleep 100");
        all.put("cores", Runtime.getRuntime().availableProcessors());
        String first = lab.start(all);
        lab.awaitRunning(first);
        all.put("allocation", "any");
        String second = lab.start(all);
        lab.await(second, view -> view.get("state").asString().equals("QUEUED"));
        try (Visitor visitor = Visitor.at(port, look)) {
            signIn(visitor, lab.client);
            visitor.open("/runs/new?recipe=command");
            assertThat(visitor.find("#allocation option").first()).hasAttribute("value", "");
            visitor.type("command", "true").type("minutes", "1");
            assertThat(visitor.find("section .table").nth(1)).isVisible();
            visitor.see("runs-new-anywhere");
            visitor.open("/runs/" + second);
            assertThat(visitor.find("section .facts time").first()).isVisible();
            visitor.see("run-waits");
            visitor.open("/runs/" + second + "/placement").press("summary").see("run-placement");
        }
        for (String run : List.of(second, first)) {
            lab.client.post("/api/runs/" + run + "/cancel", Map.of()).json(202);
        }
        lab.awaitEnd(first);
    }

    @ParameterizedTest
    @EnumSource(names = {"ENGLISH_LIGHT_WIDE", "KOREAN_LIGHT_NARROW"})
    void an_operator_adds_a_machine_and_reads_how_it_is(Look look) {
        Client operator = clients.founder("Olli");
        String factory = partitions.factory(operator.organisation());
        String machine = "site-" + UUID.randomUUID();
        try (Visitor visitor = Visitor.at(port, look)) {
            signIn(visitor, operator);
            visitor.open("/factories/" + factory + "/desk")
                    .press("details:last-of-type summary")
                    .type("name", "Site of tests")
                    .type("machine", machine);
            visitor.press("details:last-of-type button");
            assertThat(visitor.path()).isEqualTo("/machines/" + machine + "/desk");
            visitor.type("address", "http://127.0.0.1:9")
                    .type("person", "olli")
                    .type("account", "trial")
                    .type("token", "secret")
                    .press("form.form button");
            assertThat(visitor.find(".notice[data-tone='bad']").first()).containsText("127.0.0.1:9");
            visitor.see("machine-refused");
            assertThat(visitor.page().content()).doesNotContain("secret");

            visitor.open("/machines/" + machine + "/ssh").press("form.actions button");
            assertThat(visitor.find(".code")).containsText("ssh-ed25519 AAAA");
            visitor.type("host", "127.0.0.1")
                    .type("port", "9")
                    .type("person", "olli")
                    .type("account", "trial")
                    .type("root", "/scratch/trial")
                    .press("section:last-of-type .form .button");
            assertThat(visitor.find("#host-error")).containsText("127.0.0.1:9");
            visitor.see("machine-ssh");

            asThoughItWereConnected(machine);
            examined(machine);
            visitor.open("/machines/" + machine + "/desk");
            assertThat(visitor.find(".plain-list .badge")).hasCount(3);
            visitor.see("machine-desk");
        }
    }

    /** It was, and its Slurm has gone. */
    private void asThoughItWereConnected(String machine) {
        sql.sql("update federation.machine set connection = 'SLURM' where slug = :slug")
                .param("slug", machine)
                .update();
    }

    private void examined(String machine) {
        sql.sql("""
                insert into federation.machine_examination (machine, at, findings)
                select id, now(), '[{"subject": "REACH", "outcome": "WELL", "details": ["22.05.8"]},
                       {"subject": "NETWORK", "outcome": "WARNING", "details": []},
                       {"subject": "JAVA", "outcome": "FAILED", "details": ["/opt/java/bin/java"]}]'
                  from federation.machine where slug = :slug
                """).param("slug", machine).update();
    }

    private static void signIn(Visitor visitor, Client person) {
        visitor.open("/sign-in")
                .type("email", person.get("/api/me").json(200).get("email").asString())
                .type("password", Client.PASSWORD)
                .press("button");
    }
}
