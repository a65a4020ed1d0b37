package org.aifactory.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.aifactory.Browser;
import org.aifactory.Client;
import org.aifactory.Client.Answer;
import org.aifactory.PlatformTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

@PlatformTest
class IdentityApiTest {
    @LocalServerPort
    private int port;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private People people;

    @Test
    void whoever_signs_up_owns_an_organisation_and_has_a_token_that_says_who_they_are() {
        JsonNode me = clients.founder("Aino").get("/api/me").json(200);

        assertThat(me.at("/name").asString()).isEqualTo("Aino");
        assertThat(me.at("/memberships/0/role").asString()).isEqualTo("OWNER");
        assertThat(me.at("/memberships/0/kind").asString()).isEqualTo("COMPANY");
        assertThat(me.at("/duties")).isEmpty();
    }

    @Test
    void nobody_gives_themselves_a_factory_or_the_programme_office() {
        for (String kind : List.of("FACTORY", "PROGRAMME_OFFICE")) {
            Answer refused = clients.founder("Eve")
                    .post("/api/organisations", Map.of("name", "Mine", "kind", kind, "country", "FI"));
            assertThat(refused.problem()).isEqualTo("not-allowed");
        }
    }

    @Test
    void without_a_token_or_with_a_wrong_one_the_api_says_how_to_sign_in() {
        Answer without = clients.nobody().get("/api/me");
        assertThat(without.problem()).isEqualTo("sign-in-needed");
        assertThat(without.body()).contains("aifactory login");
        assertThat(clients.nobody().with("aif_wrong").get("/api/me").problem()).isEqualTo("sign-in-needed");
        assertThat(clients.nobody().with("aif_wrong").get("/v1/models").status())
                .isEqualTo(401);
    }

    @Test
    void a_session_counts_for_nothing_beside_an_authorization_that_is_no_token() {
        String email =
                clients.founder("Aino").get("/api/me").json(200).get("email").asString();
        Browser browser = new Browser("http://127.0.0.1:" + port + "/");
        browser.open("/sign-in");
        browser.submit("/sign-in", Map.of("email", email, "password", Client.PASSWORD));
        String connection = "/api/connections/" + UUID.randomUUID();

        assertThat(browser.open("/api/me").status()).isEqualTo(200);
        // Without what hides in a page a session may read and change nothing, and this is no way around that.
        assertThat(browser.delete(connection, "Basic eDp5")).isEqualTo(401);
        assertThat(browser.delete(connection, "anything")).isEqualTo(401);
    }

    @Test
    void a_token_opens_nothing_once_it_is_revoked() {
        Client aino = clients.founder("Aino");
        JsonNode made =
                aino.post("/api/tokens", Map.of("name", "laptop", "days", 7)).json(201);
        Client laptop = clients.nobody().with(made.get("token").asString());
        assertThat(laptop.get("/api/me").status()).isEqualTo(200);

        aino.delete("/api/tokens/" + made.get("id").asString()).json(204);
        assertThat(laptop.get("/api/me").problem()).isEqualTo("sign-in-needed");
        assertThat(clients.founder("Eve")
                        .delete("/api/tokens/" + made.get("id").asString())
                        .problem())
                .isEqualTo("not-found");
    }

    @Test
    void a_password_cannot_be_tried_out_for_long() {
        Client aino = clients.founder("Aino");
        String email = aino.get("/api/me").json(200).get("email").asString();
        Map<String, String> wrong = Map.of("email", email, "password", "a wrong password");
        for (int attempt = 0; attempt < 10; attempt++) {
            assertThat(clients.nobody().post("/api/sign-in", wrong).problem()).isEqualTo("sign-in-needed");
        }
        Map<String, String> right = Map.of("email", email, "password", Client.PASSWORD);
        assertThat(clients.nobody().post("/api/sign-in", right).problem()).isEqualTo("too-many-attempts");
    }

    @Test
    void of_many_attempts_at_once_no_more_are_tried_than_of_many_one_by_one() throws Exception {
        String email =
                clients.founder("Aino").get("/api/me").json(200).get("email").asString();
        Map<String, String> wrong = Map.of("email", email, "password", "a wrong password");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<String> attempt =
                    () -> clients.nobody().post("/api/sign-in", wrong).problem();
            List<Future<String>> answers = threads.invokeAll(Collections.nCopies(30, attempt));
            assertThat(answers.stream().map(Future::resultNow).filter("sign-in-needed"::equals))
                    .hasSize(10);
            assertThat(answers).extracting(Future::resultNow).containsOnly("sign-in-needed", "too-many-attempts");
        }
    }

    @Test
    void colleagues_join_by_invitation_and_no_stranger_sees_who_they_are() {
        Client aino = clients.founder("Aino");
        Client bo = clients.founder("Bo");
        String members = "/api/organisations/" + aino.organisation() + "/members";
        String invitations = "/api/organisations/" + aino.organisation() + "/invitations";
        assertThat(bo.get(members).problem()).isEqualTo("not-found");
        assertThat(bo.post(invitations, Map.of("email", "bo@example.org", "role", "OWNER"))
                        .problem())
                .isEqualTo("not-found");

        JsonNode invitation = aino.post(invitations, Map.of("email", "bo@example.org", "role", "VIEWER"))
                .json(201);
        Map<String, String> code = Map.of("code", invitation.get("code").asString());
        bo.post("/api/invitations/accept", code).json(200);

        assertThat(bo.get(members).json(200)).hasSize(2);
        assertThat(bo.post(invitations, Map.of("email", "cy@example.org", "role", "OWNER"))
                        .problem())
                .isEqualTo("not-allowed");
        // Whom somebody has invited is known to those alone who may invite.
        assertThat(bo.get(invitations).problem()).isEqualTo("not-allowed");
        assertThat(clients.founder("Cy").post("/api/invitations/accept", code).problem())
                .isEqualTo("not-found");
    }

    @Test
    void only_an_administrator_reads_the_metrics() {
        Client aino = clients.founder("Aino");
        assertThat(aino.get("/actuator/prometheus").problem()).isEqualTo("not-allowed");
        Browser browser = new Browser("http://127.0.0.1:" + port);
        browser.open("/sign-in");
        browser.submit(
                "/sign-in",
                Map.of("email", aino.get("/api/me").json(200).get("email").asString(), "password", Client.PASSWORD));
        assertThat(browser.open("/actuator/prometheus").status()).isEqualTo(403);

        people.give(
                new PersonId(UUID.fromString(
                        aino.get("/api/me").json(200).get("person").asString())),
                Duty.ADMINISTRATOR);
        assertThat(aino.get("/actuator/prometheus").body()).contains("hikaricp_connections");
    }

    @Test
    void an_organisation_keeps_an_owner() {
        Client aino = clients.founder("Aino");
        String me = aino.get("/api/me").json(200).get("person").asString();
        String membership = "/api/organisations/" + aino.organisation() + "/members/" + me;

        assertThat(aino.delete(membership).problem()).isEqualTo("not-now");
        assertThat(aino.put(membership, Map.of("role", "MEMBER")).problem()).isEqualTo("not-now");
    }

    @Test
    void what_is_wrong_with_a_request_is_said_field_by_field() {
        Answer refused = clients.nobody()
                .post(
                        "/api/sign-up",
                        Map.of(
                                "email", "nonsense",
                                "name", "",
                                "password", "correct horse battery",
                                "organisation", Map.of("name", "X", "kind", "COMPANY", "country", "Finland")));
        assertThat(refused.problem()).isEqualTo("invalid-request");
        assertThat(refused.json(400).get("errors"))
                .extracting(fault -> fault.get("field").asString())
                .containsExactlyInAnyOrder("email", "name", "organisation.country");
    }

    @Test
    void what_was_done_stands_in_a_trail_that_nobody_changes() {
        Client aino = clients.founder("Aino");
        assertThat(aino.get("/api/organisations/" + aino.organisation() + "/audit")
                        .json(200))
                .extracting(event -> event.get("action").asString())
                .containsExactly("organisation.joined", "organisation.founded");
        assertThatThrownBy(() -> jdbc.sql("delete from identity.audit").update())
                .hasMessageContaining("only ever added to");
    }
}
