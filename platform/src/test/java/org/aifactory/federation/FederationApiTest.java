package org.aifactory.federation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import org.aifactory.Client;
import org.aifactory.Client.Answer;
import org.aifactory.PlatformTest;
import org.aifactory.identity.Duty;
import org.aifactory.identity.People;
import org.aifactory.identity.PersonId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

@PlatformTest
class FederationApiTest {
    private static final String CPU = "/api/partitions/local-cpu";

    @Autowired
    private Client.Factory clients;

    @Autowired
    private People people;

    @Autowired
    private JdbcClient jdbc;

    /** Other tests may have named another. */
    @BeforeEach
    void nobody_operates_the_local_factory() {
        jdbc.sql("update federation.factory set operator = null where slug = 'local'")
                .update();
    }

    private Client administrator() {
        Client somebody = clients.founder("Ada");
        String person = somebody.get("/api/me").json(200).get("person").asString();
        people.give(new PersonId(UUID.fromString(person)), Duty.ADMINISTRATOR);
        return somebody;
    }

    private Client operator() {
        Client operator = administrator();
        operator.put("/api/factories/local/operator", Map.of("name", "Local operators", "country", "FI"))
                .json(200);
        return operator;
    }

    @Test
    void everybody_may_read_what_factories_have() {
        JsonNode factories = clients.nobody().get("/api/factories").json(200);
        assertThat(factories)
                .extracting(factory -> factory.get("slug").asString())
                .contains("local");
        JsonNode machine = clients.nobody().get("/api/machines/local").json(200);
        assertThat(machine.get("connected").asBoolean()).isTrue();
        JsonNode cpu = clients.nobody().get(CPU).json(200);
        int cores = Runtime.getRuntime().availableProcessors();
        assertThat(cpu.at("/unit").asString()).isEqualTo("CORE_HOUR");
        assertThat(cpu.at("/ledgerUnit").asString()).isEqualTo("CPU_CORE_SECOND");
        assertThat(cpu.at("/nodeHour/CORE_HOUR").asInt()).isEqualTo(cores);
        assertThat(cpu.get("nodeHour").has("GPU_HOUR")).isFalse();
        assertThat(cpu.at("/usable").asBoolean()).isTrue();
        assertThat(cpu.at("/now/cores").asInt()).isEqualTo(cores);
    }

    @Test
    void a_partition_is_found_by_its_id_too_and_what_does_not_exist_is_said_not_to() {
        String id = clients.nobody().get(CPU).json(200).get("id").asString();
        assertThat(clients.nobody()
                        .get("/api/partitions/" + id)
                        .json(200)
                        .get("slug")
                        .asString())
                .isEqualTo("local-cpu");
        for (String missing : new String[] {"/api/factories/x", "/api/machines/x", "/api/partitions/x"}) {
            assertThat(clients.nobody().get(missing).problem()).isEqualTo("not-found");
        }
    }

    @Test
    void only_whoever_operates_a_factory_changes_what_it_has() {
        Client stranger = clients.founder("Eve");
        operator();
        Map<String, Object> filling = Map.of("hours", 1, "unit", "CORE_HOUR", "reason", "Mine");
        assertThat(clients.nobody().post(CPU + "/fillings", filling).problem()).isEqualTo("sign-in-needed");
        assertThat(stranger.post(CPU + "/fillings", filling).problem()).isEqualTo("not-allowed");
        assertThat(stranger.put(CPU + "/open", Map.of("open", false)).problem()).isEqualTo("not-allowed");
        assertThat(stranger.put("/api/machines/local/open", Map.of("open", false))
                        .problem())
                .isEqualTo("not-allowed");
        assertThat(stranger.put(CPU + "/terms", Map.of("priceCents", 1)).problem())
                .isEqualTo("not-allowed");
        assertThat(stranger.get(CPU + "/statement").problem()).isEqualTo("not-allowed");
        assertThat(stranger.put("/api/factories/local/operator", Map.of("name", "Mine", "country", "FI"))
                        .problem())
                .isEqualTo("not-allowed");
        assertThat(stranger.put("/api/factories/local/operator", Map.of("organisation", stranger.organisation()))
                        .problem())
                .isEqualTo("not-allowed");
    }

    @Test
    void a_factory_is_not_given_to_a_company() {
        Client administrator = administrator();
        assertThat(administrator
                        .put("/api/factories/local/operator", Map.of("organisation", administrator.organisation()))
                        .problem())
                .isEqualTo("invalid-request");
        assertThat(administrator.put("/api/factories/local/operator", Map.of()).problem())
                .isEqualTo("invalid-request");
    }

    @Test
    void a_filling_adds_time_once_however_often_it_is_sent_and_can_be_taken_back() {
        Client operator = operator();
        long before = free(operator);
        String key = UUID.randomUUID().toString();
        Map<String, Object> filling =
                Map.of("hours", "1.5", "unit", "CORE_HOUR", "reason", "A quarter's share", "key", key);
        JsonNode made = operator.post(CPU + "/fillings", filling).json(201);
        assertThat(made.get("entry").asString()).isEqualTo(key);
        assertThat(made.get("amount").asLong()).isEqualTo(5400);
        operator.post(CPU + "/fillings", filling).json(200);
        assertThat(free(operator)).isEqualTo(before + 5400);

        Map<String, Object> half = Map.of("hours", 1, "unit", "CORE_HOUR", "reason", "Too much");
        operator.post(CPU + "/fillings/" + key + "/take-back", half).json(201);
        assertThat(operator.post(CPU + "/fillings/" + key + "/take-back", half).problem())
                .isEqualTo("not-enough-left");
        assertThat(free(operator)).isEqualTo(before + 1800);
        assertThat(operator.post(CPU + "/fillings/" + UUID.randomUUID() + "/take-back", half)
                        .problem())
                .isEqualTo("not-found");

        JsonNode statement = operator.get(CPU + "/statement?most=1000").json(200);
        assertThat(statement)
                .filteredOn(line -> line.get("entry").asString().equals(key))
                .singleElement()
                .satisfies(line ->
                        assertThat(line.at("/hours/CORE_HOUR").asString()).isEqualTo("1.5"));
        assertThat(statement)
                .filteredOn(line -> line.get("concerns").asString("").equals(key))
                .extracting(line -> line.get("moved").asLong())
                .containsExactly(-3600L);
    }

    private static long free(Client client) {
        return client.get(CPU).json(200).at("/pool/free").asLong();
    }

    @Test
    void a_filling_that_makes_no_sense_is_refused_with_the_field_named() {
        Client operator = operator();
        String id = CPU + "/fillings";
        assertThat(fault(operator.post(id, Map.of("hours", 1, "unit", "GPU_HOUR", "reason", "x"))))
                .isEqualTo("unit");
        assertThat(fault(operator.post(id, Map.of("hours", -1, "unit", "CORE_HOUR", "reason", "x"))))
                .isEqualTo("hours");
        assertThat(fault(operator.post(id, Map.of("hours", 0, "unit", "CORE_HOUR", "reason", "x"))))
                .isEqualTo("hours");
        assertThat(fault(operator.post(id, Map.of("hours", "1e999999", "unit", "CORE_HOUR", "reason", "x"))))
                .isEqualTo("hours");
        assertThat(fault(operator.post(id, Map.of("hours", 1, "unit", "CORE_HOUR", "reason", "\u2003"))))
                .isEqualTo("reason");
        assertThat(fault(operator.post(id, Map.of("hours", 1, "unit", "CORE_HOUR", "reason", "\0"))))
                .isEqualTo("reason");
        assertThat(operator.post(id, Map.of("hours", "many", "unit", "CORE_HOUR", "reason", "x"))
                        .problem())
                .isEqualTo("invalid-request");
    }

    private static String fault(Answer answer) {
        assertThat(answer.problem()).isEqualTo("invalid-request");
        return answer.json(400).at("/errors/0/field").asString();
    }

    @Test
    void what_is_closed_takes_no_jobs_until_it_is_opened() {
        Client operator = operator();
        assertThat(operator.put(CPU + "/open", Map.of("open", false))
                        .json(200)
                        .get("usable")
                        .asBoolean())
                .isFalse();
        assertThat(operator.put(CPU + "/open", Map.of("open", true))
                        .json(200)
                        .get("usable")
                        .asBoolean())
                .isTrue();
        operator.put("/api/machines/local/open", Map.of("open", false)).json(200);
        assertThat(clients.nobody().get(CPU).json(200).get("usable").asBoolean())
                .isFalse();
        operator.put("/api/machines/local/open", Map.of("open", true)).json(200);
        assertThat(clients.nobody().get(CPU).json(200).get("usable").asBoolean())
                .isTrue();
    }

    @Test
    void terms_are_set_and_taken_away() {
        Client operator = operator();
        JsonNode priced = operator.put(CPU + "/terms", Map.of("priceCents", 3, "maxWallSeconds", 86_400))
                .json(200);
        assertThat(priced.get("priceCents").asInt()).isEqualTo(3);
        assertThat(priced.get("maxWallSeconds").asInt()).isEqualTo(86_400);
        JsonNode free = operator.put(CPU + "/terms", Map.of()).json(200);
        assertThat(free.get("priceCents").isNull()).isTrue();
        assertThat(operator.put(CPU + "/terms", Map.of("maxWallSeconds", 0)).problem())
                .isEqualTo("invalid-request");
    }

    @Test
    void maintenance_is_known_to_everybody_until_it_is_cancelled() {
        Client operator = operator();
        String windows = "/api/machines/local/maintenance";
        JsonNode planned = operator.post(
                        windows,
                        Map.of(
                                "from", "2030-01-01T06:00:00Z",
                                "until", "2030-01-01T18:00:00Z",
                                "reason", "New cooling"))
                .json(201);
        assertThat(clients.nobody().get(CPU).json(200).get("maintenance"))
                .extracting(window -> window.get("reason").asString())
                .contains("New cooling");
        assertThat(clients.founder("Eve")
                        .delete(windows + "/" + planned.get("id").asString())
                        .problem())
                .isEqualTo("not-allowed");
        operator.delete(windows + "/" + planned.get("id").asString()).json(204);
        assertThat(operator.delete(windows + "/" + planned.get("id").asString()).problem())
                .isEqualTo("not-found");
        assertThat(fault(operator.post(
                        windows,
                        Map.of("from", "2030-01-02T00:00:00Z", "until", "2030-01-01T00:00:00Z", "reason", "x"))))
                .isEqualTo("until");
        assertThat(fault(operator.post(
                        windows,
                        Map.of("from", "2030-01-02T00:00:00Z", "until", "+999999-01-01T00:00:00Z", "reason", "x"))))
                .isEqualTo("from");
    }
}
