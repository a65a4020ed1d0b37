package org.aifactory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import javax.sql.DataSource;
import org.aifactory.Client.Answer;
import org.aifactory.data.Sender;
import org.aifactory.database.DatabaseDoor;
import org.aifactory.database.TestDatabase;
import org.aifactory.ledger.Ledger;
import org.aifactory.training.Lab;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import tools.jackson.databind.JsonNode;

/** The disk of the platform's home is full: whoever needs it learns so, nothing is half-done, and with room again all goes on. */
class FullDiskTest {
    private static final int MEGABYTES = 24;
    /** As long as the parts that clients send. */
    private static final int FILE = 8_000_000;

    @TempDir
    Path home;

    private PlatformProcess platform;
    private DatabaseDoor door;
    private Lab lab;

    @BeforeEach
    void start() {
        Map<String, String> environment = new HashMap<>(TestDatabase.outside("full_disk"));
        environment.put("LOGGING_FILE_NAME", home.resolve("log/platform.jsonl").toString());
        platform = PlatformProcess.onSmallDisk(home, environment, MEGABYTES);
        door = DatabaseDoor.open(home, environment);
        DataSource database = door.dataSource();
        JdbcClient sql = JdbcClient.create(database);
        Ledger ledger = new Ledger(sql, new DataSourceTransactionManager(database), InstantSource.system());
        lab = new Lab(platform.founder("Aino"), sql, ledger, 100_000).operating();
    }

    @AfterEach
    void stop() {
        platform.close();
        door.close();
    }

    @Test
    void a_full_disk_is_said_and_nothing_is_half_done() throws Exception {
        String printing = lab.start(lab.script("""
                until [ -e "$AIFACTORY_OUTPUT/go" ]; do sleep 0.1; done
                for i in {1..2000}; do echo "line $i"; done
                echo something > "$AIFACTORY_OUTPUT/file" || echo full
                """));
        lab.await(printing, view -> view.get("state").asString().equals("RUNNING"));
        Path filler = fill();

        byte[] bytes = new byte[FILE];
        new Random(1).nextBytes(bytes);
        Sender sender = new Sender(lab.client);
        String upload = sender.announce("data.txt", FILE).json(201).get("id").asString();
        Answer refused = sender.append(upload, 0, bytes);
        assertThat(refused.problem()).isEqualTo("disk-full");
        assertThat(refused.json(507).get("detail").asString()).contains("full");
        int kept = sender.show(upload).get("received").asInt();
        assertThat(kept).isLessThan(FILE);

        String waiting = lab.start(lab.script("echo here > \"$AIFACTORY_OUTPUT/file\""));
        JsonNode told = lab.await(waiting, view -> view.get("words").asString().contains("No space left on device"));
        assertThat(told.get("state").asString()).isEqualTo("WAITING");

        Files.createFile(output(printing).resolve("go"));
        JsonNode ended = lab.awaitEnd(printing);
        assertThat(ended.get("state").asString()).as(ended.toString()).isEqualTo("SUCCEEDED");
        assertThat(ended.get("charged").asLong()).isEqualTo(seconds(ended)).isPositive();
        assertThat(lab.client.get("/api/runs").json(200)).hasSize(2);

        Files.delete(filler);
        sender.append(upload, kept, Arrays.copyOfRange(bytes, kept, FILE)).json(204);
        JsonNode version = sender.version(sender.dataset("Data"), upload).json(201);
        assertThat(version.get("bytes").asInt()).isEqualTo(FILE);
        assertThat(lab.awaitEnd(waiting).get("state").asString()).isEqualTo("SUCCEEDED");
        assertThat(Files.readString(output(waiting).resolve("file"))).isEqualTo("here\n");
        assertThat(lab.balance().held()).isZero();
        assertThat(lab.balance().spent())
                .isEqualTo(ended.get("charged").asLong()
                        + lab.show(waiting).get("charged").asLong());
        assertThat(Bookkeeper.faults(door.dataSource(), java.util.List.of())).isEmpty();
    }

    /** Until not a byte more can be had. */
    private Path fill() throws IOException {
        Path filler = platform.inside(home.resolve("filler"));
        byte[] piece = new byte[4096];
        try (OutputStream out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(piece);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left on device");
        }
        return filler;
    }

    private Path output(String run) {
        return platform.inside(home.resolve("runs").resolve(run).resolve("output"));
    }

    private static long seconds(JsonNode run) {
        Duration lived = Duration.between(
                Instant.parse(run.at("/attempts/0/started").asString()),
                Instant.parse(run.at("/attempts/0/ended").asString()));
        return Math.max(1, lived.plusMillis(500).toSeconds());
    }
}
