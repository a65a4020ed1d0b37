package org.aifactory.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.aifactory.Client;
import org.aifactory.PlatformTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** Lists come in pieces that fit together. */
@PlatformTest
class PiecesTest {
    @Autowired
    private Client.Factory clients;

    private static List<String> ids(JsonNode list) {
        return list.valueStream().map(each -> each.get("id").asString()).toList();
    }

    @Test
    void the_pieces_of_a_list_fit_together() {
        Client aino = clients.founder("Aino");
        for (String name : List.of("One", "Two", "Three")) {
            aino.post("/api/datasets", Map.of("organisation", aino.organisation(), "name", name, "licence", "MIT"))
                    .json(201);
        }
        List<String> whole = ids(aino.get("/api/datasets").json(200));
        List<String> pieces =
                new ArrayList<>(ids(aino.get("/api/datasets?most=2").json(200)));
        assertThat(pieces).hasSize(2);
        pieces.addAll(
                ids(aino.get("/api/datasets?most=2&after=" + pieces.getLast()).json(200)));
        assertThat(pieces).isEqualTo(whole).hasSize(3);
        assertThat(ids(aino.get("/api/datasets?after=" + pieces.getLast()).json(200)))
                .isEmpty();
    }

    @Test
    void every_list_refuses_to_begin_after_what_it_does_not_have_and_to_be_endless() {
        Client aino = clients.founder("Aino");
        Stream.of(
                        "/api/models?",
                        "/api/datasets?",
                        "/api/allocations?",
                        "/api/applications?",
                        "/api/changes?",
                        "/api/chat/keys?",
                        "/api/tokens?",
                        "/api/uploads?organisation=" + aino.organisation() + "&")
                .forEach(list -> {
                    assertThat(aino.get(list + "after=nothing").problem())
                            .as(list)
                            .isEqualTo("invalid-request");
                    assertThat(aino.get(list + "most=1001").problem()).as(list).isEqualTo("invalid-request");
                    assertThat(aino.get(list + "most=1").json(200).size())
                            .as(list)
                            .isLessThanOrEqualTo(1);
                });
    }
}
