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

    @Test
    void every_operation_says_what_it_does_and_how_it_refuses() {
        List<String> faults = new ArrayList<>();
        clients.nobody()
                .get("/v3/api-docs")
                .json(200)
                .get("paths")
                .forEachEntry((path, operations) -> operations.forEachEntry((method, operation) -> {
                    String refusals = path.startsWith("/v1/") ? "application~1json" : "application~1problem+json";
                    if (operation.path("summary").asString("").isBlank()) {
                        faults.add(method + " " + path + " does not say what it does");
                    }
                    if (!operation
                            .at("/responses/default/content/" + refusals + "/schema/$ref")
                            .isString()) {
                        faults.add(method + " " + path + " does not say how it refuses");
                    }
                }));
        assertThat(faults).isEmpty();
    }

    @Test
    void bodies_that_are_called_the_same_in_different_places_are_told_apart() {
        JsonNode description = clients.nobody().get("/v3/api-docs").json(200);
        assertThat(body(description, "/~1api~1applications/post"))
                .contains("hours", "project")
                .doesNotContain("code");
        assertThat(body(description, "/~1api~1first-administrator/post")).contains("code");
        assertThat(body(description, "/~1api~1access~1modes~1{slug}~1open/put")).contains("partition");
        assertThat(body(description, "/~1api~1machines~1{slug}~1open/put")).containsExactly("open");
    }

    private static List<String> body(JsonNode description, String operation) {
        String schema = description
                .at("/paths" + operation + "/requestBody/content/application~1json/schema/$ref")
                .asString();
        return List.copyOf(description.at(schema.substring(1) + "/properties").propertyNames());
    }

    @Test
    void it_says_what_needs_no_token() {
        JsonNode paths = clients.nobody().get("/v3/api-docs").json(200).get("paths");
        for (String open : List.of("/~1api~1sign-up/post", "/~1api~1partitions/get", "/~1api~1access~1modes/get")) {
            assertThat(paths.at(open + "/security")).as(open).isEmpty();
            assertThat(paths.at(open + "/security").isArray()).as(open).isTrue();
        }
        assertThat(paths.at("/~1api~1runs/post/security").isMissingNode()).isTrue();
    }

    @Test
    void it_says_how_files_are_sent() {
        JsonNode paths = clients.nobody().get("/v3/api-docs").json(200).get("paths");
        assertThat(paths.at("/~1api~1uploads/post/responses/201/headers").propertyNames())
                .contains("Location", "Upload-Offset");
        assertThat(paths.at("/~1api~1uploads~1{upload}/patch/requestBody/content")
                        .propertyNames())
                .containsExactly("application/offset+octet-stream");
        for (JsonNode parameter : paths.at("/~1api~1uploads/post/parameters")) {
            if (parameter.get("in").asString().equals("header")) {
                assertThat(parameter.get("description").asString()).isNotBlank();
            }
        }
    }
}
