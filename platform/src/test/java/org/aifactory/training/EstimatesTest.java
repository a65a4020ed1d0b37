package org.aifactory.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.aifactory.Client;
import org.aifactory.Client.Answer;
import org.aifactory.PlatformTest;
import org.aifactory.ledger.Ledger;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** What a run would come to, before it is asked for. */
@PlatformTest
class EstimatesTest {
    @Autowired
    private Client.Factory clients;

    @Autowired
    private JdbcClient sql;

    @Autowired
    private Ledger ledger;

    @Test
    void several_sizes_stand_side_by_side_with_what_they_take_and_whether_that_can_be_paid() {
        Lab lab = new Lab(clients.founder("Aino"), sql, ledger, 2400);
        Map<String, Object> wish =
                new HashMap<>(Map.of("allocation", lab.allocation, "recipe", "chatbot", "minutes", 10, "cores", 1));
        wish.put(
                "dataset",
                lab.version(Map.of(
                        "a.txt", "Many words of one text. ".repeat(20_000).getBytes(UTF_8))));

        JsonNode estimated = lab.client.post("/api/estimates", wish).json(200);

        assertThat(estimated.get("sizes")).hasSize(4);
        JsonNode chosen = estimated.at("/sizes/1");
        assertThat(chosen.get("chosen").asBoolean()).isTrue();
        assertThat(chosen.get("minutes").asDouble()).isEqualTo(10);
        assertThat(chosen.get("amount").asLong()).isEqualTo(600);
        assertThat(chosen.get("canPay").asBoolean()).isTrue();
        assertThat(chosen.at("/hours/CORE_HOUR").asDouble())
                .isEqualTo(600 / 3600.0, org.assertj.core.data.Offset.offset(1e-6));
        assertThat(chosen.get("kwh").asDouble()).isPositive();
        assertThat(chosen.get("end").asString())
                .isGreaterThan(chosen.get("start").asString());
        assertThat(estimated.at("/sizes/3/canPay").asBoolean()).isFalse();
        assertThat(chosen.get("parameters").asLong()).isPositive();
        assertThat(estimated.at("/sizes/3/parameters").asLong())
                .isGreaterThanOrEqualTo(chosen.get("parameters").asLong());
        assertThat(chosen.get("recommended").asBoolean()).isTrue();
        assertThat(chosen.at("/left/CORE_HOUR").asDouble())
                .isEqualTo(1800 / 3600.0, org.assertj.core.data.Offset.offset(1e-6));
        wish.put("minutes", 60);
        JsonNode tooMuch = lab.client.post("/api/estimates", wish).json(200).get("sizes");
        assertThat(tooMuch.valueStream().filter(size -> size.get("recommended").asBoolean()))
                .as("what would fit where that does not")
                .singleElement()
                .satisfies(size -> {
                    assertThat(size.get("canPay").asBoolean()).isTrue();
                    assertThat(size.get("held").asLong()).isBetween(2300L, 2400L);
                });
        assertThat(lab.balance().held()).isZero();
        assertThat(clients.founder("Eve").post("/api/estimates", wish).problem())
                .isEqualTo("not-found");
        wish.put("minutes", 10);
        wish.put("recipe", "command");
        wish.put("command", "true");
        assertThat(lab.client.post("/api/estimates", wish).json(200).get("sizes"))
                .hasSize(1);
    }

    @Test
    void data_over_which_the_engine_would_stumble_is_refused_before_it_costs_anything() {
        Lab lab = new Lab(clients.founder("Ahto"), sql, ledger, 100_000).operating();
        String version = lab.version(Map.of(
                "good.jsonl", "{\"text\": \"Words to learn.\"}\n".getBytes(UTF_8),
                "questions.jsonl", "{\"question\": \"Why?\"}\n".getBytes(UTF_8)));
        Map<String, Object> wish = new HashMap<>(Map.of(
                "allocation", lab.allocation, "recipe", "chatbot", "dataset", version, "minutes", 5, "cores", 1));
        for (String path : List.of("/api/estimates", "/api/runs")) {
            Answer refused = lab.client.post(path, wish);
            assertThat(refused.problem()).as(path).isEqualTo("invalid-request");
            assertThat(refused.body()).as(path).contains("questions.jsonl has a line 1");
        }
        wish.put("recipe", "command");
        wish.put("command", "true");
        assertThat(lab.client.post("/api/estimates", wish).status()).isEqualTo(200);
    }
}
