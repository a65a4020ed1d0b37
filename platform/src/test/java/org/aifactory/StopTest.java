package org.aifactory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.aifactory.database.DatabaseDoor;
import org.aifactory.database.TestDatabase;
import org.aifactory.ledger.Ledger;
import org.aifactory.models.TinyRuns;
import org.aifactory.training.Lab;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import tools.jackson.databind.JsonNode;

/** What becomes of jobs when the platform stops: whom a model is served to is gone, and whatever trains goes on. */
@Tag("long")
class StopTest {
    @TempDir
    Path home;

    @Test
    void what_serves_a_model_ends_with_the_platform_and_is_charged_to_the_second_and_other_runs_go_on()
            throws Exception {
        Map<String, String> environment = new HashMap<>(TestDatabase.outside("stop"));
        environment.put("AIFACTORY_ENGINE_ROOT", Path.of("..").toRealPath().toString());
        try (DatabaseDoor door = DatabaseDoor.open(home, environment)) {
            PlatformProcess platform = PlatformProcess.start(home, environment);
            try {
                Lab lab = lab(platform, door.dataSource());
                JsonNode model = TinyRuns.train(lab, "Talker");
                Map<String, Object> wish = lab.script("""
                        echo once >> "$AIFACTORY_OUTPUT/ran"; until [ -e "$AIFACTORY_OUTPUT/go" ]; do sleep 0.1; done
                        """);
                wish.put("minutes", 60);
                String training = lab.start(wish);
                String chat = "/api/models/" + model.get("id").asString() + "/chat";
                lab.client
                        .post(chat + "/start", Map.of("allocation", lab.allocation))
                        .json(200);
                ask(lab, model);
                String serving = lab.client.get(chat).json(200).get("run").asString();

                platform.close();
                Instant stopped = Instant.now();
                platform = PlatformProcess.start(home, environment);
                Lab next = lab.at(platform.nobody().with(lab.client.token()));
                JsonNode ended = next.awaitEnd(serving);
                assertThat(ended.get("state").asString()).isEqualTo("CANCELLED");
                assertThat(Instant.parse(ended.at("/attempts/0/ended").asString()))
                        .isBefore(stopped);
                assertThat(ended.get("charged").asLong()).isEqualTo(seconds(ended));
                assertThat(next.client.get(chat).json(200).get("state").asString())
                        .isEqualTo("ASLEEP");
                assertThat(next.show(training).get("state").asString()).isEqualTo("RUNNING");

                // The next question wakes it; and when the platform is killed and comes back, and nobody asks, it ends
                // as well.
                ask(next, model);
                String second = next.client.get(chat).json(200).get("run").asString();
                assertThat(second).isNotEqualTo(serving);
                platform.kill();
                environment.put("AIFACTORY_CHAT_IDLE", "1s");
                platform = PlatformProcess.start(home, environment);
                Lab last = lab.at(platform.nobody().with(lab.client.token()));
                JsonNode forgotten = last.awaitEnd(second);
                assertThat(forgotten.get("state").asString()).isEqualTo("CANCELLED");
                assertThat(forgotten.get("charged").asLong()).isEqualTo(seconds(forgotten));

                Files.createFile(home.resolve("runs").resolve(training).resolve("output/go"));
                JsonNode trained = last.awaitEnd(training);
                assertThat(trained.get("state").asString()).isEqualTo("SUCCEEDED");
                assertThat(trained.get("attempts")).hasSize(1);
                assertThat(home.resolve("runs").resolve(training).resolve("output/ran"))
                        .hasContent("once\n");
                assertThat(last.balance().held()).isZero();
                assertThat(Bookkeeper.faults(door.dataSource(), List.of())).isEmpty();
            } finally {
                platform.close();
            }
        }
    }

    private static Lab lab(PlatformProcess platform, DataSource database) {
        JdbcClient sql = JdbcClient.create(database);
        Ledger ledger = new Ledger(sql, new DataSourceTransactionManager(database), InstantSource.system());
        return new Lab(platform.founder("Aino"), sql, ledger, 1_000_000).operating();
    }

    private static void ask(Lab lab, JsonNode model) {
        lab.client
                .post(
                        "/v1/chat/completions",
                        Map.of(
                                "model",
                                model.get("slug").asString(),
                                "max_tokens",
                                2,
                                "messages",
                                List.of(Map.of("role", "user", "content", "to be?"))))
                .json(200);
    }

    private static long seconds(JsonNode run) {
        Duration lived = Duration.between(
                Instant.parse(run.at("/attempts/0/started").asString()),
                Instant.parse(run.at("/attempts/0/ended").asString()));
        return Math.max(1, lived.plusMillis(500).toSeconds());
    }
}
