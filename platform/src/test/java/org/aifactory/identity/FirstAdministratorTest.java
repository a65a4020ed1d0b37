package org.aifactory.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

@PlatformTest
class FirstAdministratorTest {
    private static final String PATH = "/api/first-administrator";

    @Autowired
    private FirstAdministrator first;

    @Autowired
    private Client.Factory clients;

    @Autowired
    private JdbcClient jdbc;

    @BeforeEach
    void nobody_administers_the_platform() {
        jdbc.sql("delete from identity.duty where duty = 'ADMINISTRATOR'").update();
    }

    private static Map<String, String> wish(String code) {
        return Map.of(
                "code",
                code,
                "email",
                "ada-" + UUID.randomUUID() + "@example.org",
                "name",
                "Ada",
                "password",
                Client.PASSWORD);
    }

    @Test
    void whoever_has_the_code_of_this_start_becomes_the_administrator_and_nobody_after_them() {
        String code = first.code().orElseThrow();
        assertThat(clients.nobody().post(PATH, wish("guessed")).problem()).isEqualTo("not-allowed");

        JsonNode made = clients.nobody().post(PATH, wish(code)).json(201);

        JsonNode me = clients.nobody()
                .with(made.get("token").asString())
                .get("/api/me")
                .json(200);
        assertThat(me.get("duties").toString()).isEqualTo("[\"ADMINISTRATOR\"]");
        assertThat(first.code()).isEmpty();
        assertThat(clients.nobody().post(PATH, wish(code)).problem()).isEqualTo("not-allowed");
        assertThat(clients.founder("Eve").post(PATH, Map.of("code", code)).problem())
                .isEqualTo("not-allowed");
    }

    @Test
    void somebody_who_has_an_account_becomes_it_with_their_token() {
        Client aino = clients.founder("Aino");
        aino.post(PATH, Map.of("code", first.code().orElseThrow())).json(201);
        assertThat(aino.get("/api/me").json(200).get("duties").toString()).isEqualTo("[\"ADMINISTRATOR\"]");
    }

    @Test
    void what_a_new_account_lacks_is_said_and_the_code_stays_good() {
        String code = first.code().orElseThrow();
        assertThat(clients.nobody().post(PATH, Map.of("code", code)).problem()).isEqualTo("invalid-request");
        assertThat(clients.nobody()
                        .post(PATH, Map.of("code", code, "email", "a@example.org", "name", "A", "password", "short"))
                        .problem())
                .isEqualTo("invalid-request");
        assertThat(first.code()).contains(code);
    }
}
