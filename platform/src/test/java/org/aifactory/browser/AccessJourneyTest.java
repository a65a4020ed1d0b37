package org.aifactory.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import java.util.Map;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.access.Awards;
import org.aifactory.federation.Partition;
import org.aifactory.federation.TestPartitions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** From the wish for compute to what was granted, and the desk of whoever decides, with a browser. */
@PlatformTest
@Tag("browser")
class AccessJourneyTest {
    @LocalServerPort
    private int port;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private TestPartitions partitions;

    @Autowired
    private Awards awards;

    @ParameterizedTest
    @EnumSource(names = {"ENGLISH_LIGHT_WIDE", "KOREAN_LIGHT_NARROW"})
    void a_founder_applies_and_sees_while_typing_what_will_become_of_it(Look look) {
        Partition cpus = partitions.cpus(1_000);
        try (Visitor founder = Visitor.at(port, look)) {
            founder.open("/docs/access").see("access-modes");
            founder.signUp("Mina Kim", "Hangul Labs");
            founder.open("/allocations").see("allocations-none");
            founder.open("/apply?partition=" + cpus.slug()).see("apply");
            founder.type("hours", "100").type("project.title", "Handbook").type("project.purpose", "Train on it.");
            founder.type("profile.staff", "4").type("profile.turnover", "0");
            assertThat(founder.find("#live .notice[data-tone='good']")).isVisible();
            founder.see("apply-live");
            founder.press("form .actions button").see("application-granted");
            founder.press(".head .actions a").see("allocation");
            founder.open("/allocations").see("allocations");
            founder.open("/applications").see("applications");
            founder.open("/apply")
                    .type("hours", "x")
                    .press("form .actions button")
                    .see("apply-faults");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ENGLISH_LIGHT_WIDE"})
    void a_reviewer_has_a_desk(Look look) {
        Client aino = clients.founder("Aino");
        Map<String, Object> application = Awards.application(aino, partitions.cpus(100_000), 20_000);
        application.put("answers", Map.of("software", "PyTorch on 256 cores."));
        String id =
                aino.post("/api/applications", application).json(201).get("id").asString();
        Client rhea = awards.reviewer();
        try (Visitor reviewer = Visitor.at(port, look)) {
            reviewer.open("/sign-in")
                    .type("email", rhea.get("/api/me").json(200).get("email").asString())
                    .type("password", Client.PASSWORD)
                    .press("button");
            reviewer.open("/applications").see("desk");
            reviewer.open("/applications/" + id).see("application-to-decide");
            reviewer.type("reason", "It scales.").press("button[value='GRANT']").see("application-decided");
        }
    }
}
