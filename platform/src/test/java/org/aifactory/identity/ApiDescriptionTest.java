package org.aifactory.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** What a program learns that has nothing but the description. */
@PlatformTest
class ApiDescriptionTest {
    @Autowired
    private Client.Factory clients;

    @Test
    void it_says_how_to_sign_in_and_asks_nobody_to_send_who_they_are() {
        JsonNode description = clients.nobody().get("/v3/api-docs").json(200);
        assertThat(description.at("/info/title").asString()).isEqualTo("AI Factory");
        assertThat(description.at("/components/securitySchemes/token/scheme").asString())
                .isEqualTo("bearer");
        List<String> parameters = new ArrayList<>();
        for (JsonNode path : description.get("paths")) {
            for (JsonNode operation : path) {
                operation
                        .path("parameters")
                        .forEach(one -> parameters.add(one.get("name").asString()));
            }
        }
        assertThat(parameters).isNotEmpty().doesNotContain("actor");
    }
}
