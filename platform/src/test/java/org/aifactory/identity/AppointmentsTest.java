package org.aifactory.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.aifactory.Browser;
import org.aifactory.Browser.Page;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

@PlatformTest
class AppointmentsTest {
    @LocalServerPort
    private int port;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private People people;

    @Autowired
    private JdbcClient jdbc;

    private Client administrator() {
        Client ada = clients.founder("Ada");
        people.give(new PersonId(UUID.fromString(me(ada, "person"))), Duty.ADMINISTRATOR);
        return ada;
    }

    private static String me(Client client, String field) {
        return client.get("/api/me").json(200).get(field).asString();
    }

    @Test
    void an_administrator_gives_duties_and_ends_them() {
        Client ada = administrator();
        Client rita = clients.founder("Rita");

        ada.post("/api/appointments", Map.of("email", me(rita, "email"), "duty", "REVIEWER"))
                .json(204);
        assertThat(rita.get("/api/me").json(200).get("duties").toString()).isEqualTo("[\"REVIEWER\"]");

        ada.delete("/api/appointments/" + me(rita, "person") + "/REVIEWER").json(204);
        assertThat(rita.get("/api/me").json(200).get("duties")).isEmpty();
    }

    @Test
    void nobody_else_appoints_reads_the_whole_trail_or_enters_an_office() {
        Client eve = clients.founder("Eve");
        String email = me(eve, "email");

        assertThat(eve.get("/api/appointments").problem()).isEqualTo("not-allowed");
        assertThat(eve.post("/api/appointments", Map.of("email", email, "duty", "ADMINISTRATOR"))
                        .problem())
                .isEqualTo("not-allowed");
        assertThat(eve.get("/api/audit").problem()).isEqualTo("not-allowed");
        assertThat(eve.post("/api/programme-offices", Map.of("name", "Mine", "country", "FI", "owner", email))
                        .problem())
                .isEqualTo("not-allowed");
    }

    @Test
    void an_office_belongs_to_whoever_the_administrator_names() {
        Client ada = administrator();
        Client olli = clients.founder("Olli");

        ada.post("/api/programme-offices", Map.of("name", "Office", "country", "FI", "owner", me(olli, "email")))
                .json(201);

        assertThat(olli.get("/api/me").json(200).at("/memberships/1/kind").asString())
                .isEqualTo("PROGRAMME_OFFICE");
        assertThat(ada.post(
                                "/api/programme-offices",
                                Map.of("name", "Office", "country", "FI", "owner", "no@example.org"))
                        .problem())
                .isEqualTo("invalid-request");
    }

    @Test
    void an_account_ends_with_all_that_opened_it_and_without_a_name_in_what_stays() {
        Client lee = clients.founder("Lee");
        String email = me(lee, "email");
        String person = me(lee, "person");
        assertThat(lee.delete("/api/me?confirm=other@example.org").problem()).isEqualTo("invalid-request");

        lee.delete("/api/me?confirm=" + email).json(204);

        assertThat(lee.get("/api/me").problem()).isEqualTo("sign-in-needed");
        assertThat(clients.nobody()
                        .post("/api/sign-in", Map.of("email", email, "password", Client.PASSWORD))
                        .problem())
                .isEqualTo("sign-in-needed");
        assertThat(jdbc.sql("select name || email from identity.person where id = ?::uuid")
                        .param(person)
                        .query(String.class)
                        .single())
                .isEmpty();
        JsonNode trail = administrator().get("/api/audit").json(200);
        assertThat(trail.toString()).contains("person.left").doesNotContain(email);
    }

    @Test
    void an_account_that_ended_by_whatever_way_is_signed_in_nowhere_and_its_address_stands_nowhere() {
        Client lee = clients.founder("Lee");
        Client olga = clients.founder("Olga");
        String email = me(lee, "email");
        JsonNode sent = olga.post(
                        "/api/organisations/" + olga.organisation() + "/invitations",
                        Map.of("email", email, "role", "MEMBER"))
                .json(201);
        lee.post("/api/tokens", Map.of("name", "laptop")).json(201);
        clients.nobody().post("/api/sign-in", Map.of("email", email, "password", "wrong password"));
        Browser browser = signedIn(email);
        assertThat(browser.open("/account").text()).contains(email);

        lee.delete("/api/me?confirm=" + email).json(204);

        assertThat(browser.open("/account").local()).startsWith("/sign-in");
        assertThat(olga.get("/api/organisations/" + olga.organisation() + "/invitations")
                        .json(200))
                .isEmpty();
        assertThat(clients.founder("Eve")
                        .post(
                                "/api/invitations/accept",
                                Map.of("code", sent.get("code").asString()))
                        .problem())
                .isEqualTo("not-found");
        for (String table : tables()) {
            assertThat(jdbc.sql("select count(*) from " + table + " as line where line::text like :email")
                            .param("email", "%" + email + "%")
                            .query(Long.class)
                            .single())
                    .as(table)
                    .isZero();
        }
        // The address is free for whoever comes next.
        clients.nobody()
                .post(
                        "/api/sign-up",
                        Map.of(
                                "email",
                                email,
                                "name",
                                "Lee",
                                "password",
                                Client.PASSWORD,
                                "organisation",
                                Map.of("name", "New", "kind", "COMPANY", "country", "FI")))
                .json(201);
    }

    private List<String> tables() {
        return jdbc.sql("""
                select quote_ident(table_schema) || '.' || quote_ident(table_name) from information_schema.tables
                 where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'
                """).query((row, number) -> row.getString(1)).list();
    }

    private Browser signedIn(String email) {
        Browser browser = new Browser("http://127.0.0.1:" + port);
        browser.open("/sign-in");
        browser.submit("/sign-in", Map.of("email", email, "password", Client.PASSWORD));
        return browser;
    }

    @Test
    void the_page_of_the_account_ends_it_once_its_address_is_typed_and_says_what_is_in_the_way() {
        Client lee = clients.founder("Lee");
        Client mia = clients.founder("Mia");
        String code = lee.post(
                        "/api/organisations/" + lee.organisation() + "/invitations",
                        Map.of("email", me(mia, "email"), "role", "MEMBER"))
                .json(201)
                .get("code")
                .asString();
        mia.post("/api/invitations/accept", Map.of("code", code)).json(200);
        String email = me(lee, "email");
        Browser browser = signedIn(email);
        browser.open("/account");
        Page wrong = browser.submit("/account/leave", Map.of("confirm", "other@example.org"));
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.text()).contains("This is not the address of your account.");
        Page refused = browser.submit("/account/leave", Map.of("confirm", email));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text()).contains("Lee and friends", "make another member an owner first");

        lee.put("/api/organisations/" + lee.organisation() + "/members/" + me(mia, "person"), Map.of("role", "OWNER"))
                .json(204);
        assertThat(browser.submit("/account/leave", Map.of("confirm", email)).local())
                .isEqualTo("/?left");

        assertThat(lee.get("/api/me").problem()).isEqualTo("sign-in-needed");
        assertThat(browser.open("/account").local()).startsWith("/sign-in");
    }

    @Test
    void nobody_leaves_colleagues_without_an_owner() {
        Client olga = clients.founder("Olga");
        Client mia = clients.founder("Mia");
        String code = olga.post(
                        "/api/organisations/" + olga.organisation() + "/invitations",
                        Map.of("email", me(mia, "email"), "role", "MEMBER"))
                .json(201)
                .get("code")
                .asString();
        mia.post("/api/invitations/accept", Map.of("code", code)).json(200);

        assertThat(olga.delete("/api/me?confirm=" + me(olga, "email")).problem())
                .isEqualTo("not-now");
        mia.delete("/api/me?confirm=" + me(mia, "email")).json(204);
        olga.delete("/api/me?confirm=" + me(olga, "email")).json(204);
    }
}
