package org.aifactory.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.aifactory.access.Awards;
import org.aifactory.federation.TestPartitions;
import org.aifactory.training.Lab;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The bell and what it leads to, with a browser. */
@PlatformTest
@Tag("browser")
class NoticesLookTest {
    @LocalServerPort
    private int port;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private TestPartitions partitions;

    @Autowired
    private Awards awards;

    @ParameterizedTest
    @EnumSource(names = {"ENGLISH_LIGHT_WIDE", "KOREAN_DARK_WIDE", "ENGLISH_DARK_NARROW", "ENGLISH_LIGHT_NARROWEST"})
    void somebody_reads_what_they_were_told(Look look) {
        Client aino = clients.founder("Aino");
        try (Visitor visitor = Visitor.at(port, look)) {
            visitor.open("/sign-in")
                    .type("email", aino.get("/api/me").json(200).get("email").asString())
                    .type("password", Client.PASSWORD)
                    .press("button");
            visitor.open("/notices").see("notices-none");
            awards.granted(aino, partitions.cpus(1_000), 100);
            awards.granted(aino, partitions.cpus(1_000), 10);
            while (aino.get("/api/notices").json(200).size() < 2) {
                Lab.pause();
            }
            visitor.open("/notices");
            assertThat(visitor.find(".bell-count")).hasText("2");
            visitor.see("notices");
            visitor.press("li:first-child h2 a").open("/notices");
            assertThat(visitor.find(".bell-count")).hasText("1");
            visitor.press(".head button");
            assertThat(visitor.find(".bell-count")).hasCount(0);
            visitor.press("#mail button");
            visitor.see("notices-read");
        }
    }
}
