package org.aifactory.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.aifactory.Browser;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

@PlatformTest
class AuditPageTest {
    @LocalServerPort
    private int port;

    @Autowired
    private Client.Factory clients;

    @Test
    void people_read_words_where_programs_read_codes() {
        Client aino = clients.founder("Aino");
        aino.post(
                        "/api/datasets",
                        Map.of("organisation", aino.organisation(), "name", "Law", "licence", "LicenseRef-internal"))
                .json(201);
        Browser browser = browser(aino);
        String page = "/organisations/" + aino.organisation() + "/audit";

        assertThat(browser.open(page).text())
                .contains("<span>Owner</span>", "<span>Company</span>")
                .doesNotContain("OWNER");
        assertThat(browser.open(page + "?lang=ko").text()).contains("<span>소유자</span>", "<span>기업</span>");
        assertThat(browser.open("/data?lang=en").text()).contains(">Internal</span>");
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
