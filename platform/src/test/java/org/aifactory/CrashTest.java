package org.aifactory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.aifactory.Client.Answer;
import org.aifactory.data.Sender;
import org.aifactory.database.DatabaseDoor;
import org.aifactory.ledger.Ledger;
import org.aifactory.training.Lab;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import tools.jackson.databind.JsonNode;

/**
 * The platform is killed at random moments while people use it and runs go on. What it acknowledged is there afterwards, once; what broke
 * off is sent again under the same key, as a client does, and is there once as well.
 */
class CrashTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String POOL = "/api/partitions/local-cpu";
    private static final byte[] TEXT = "What we know. ".repeat(20_000).getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path home;

    /** A filling of the pool: asked for under a key until it is acknowledged. */
    private record Filling(UUID key, int hours) {}

    @Test
    void a_platform_that_is_killed_loses_and_doubles_nothing() throws Exception {
        Random random = Effort.random(CrashTest.class);
        Queue<Filling> asked = new ConcurrentLinkedQueue<>();
        Queue<String> versions = new ConcurrentLinkedQueue<>();
        PlatformProcess platform = PlatformProcess.start(home);
        try {
            Client operator = operator(platform);
            Client founder = platform.founder("Aino");
            String dataset = new Sender(founder).dataset("Handbook");
            Lab lab = lab(operator);
            ManyRuns runs = new ManyRuns(lab, home, random);
            Map<String, Object> wish = lab.script(PATIENT);
            wish.put("minutes", 60);
            String patient = lab.start(wish);
            lab.await(patient, view -> view.get("state").asString().equals("RUNNING"));
            for (int kill = 0; kill < Effort.of(3, 60); kill++) {
                PlatformProcess victim = platform;
                try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
                    List<Future<?>> work = new ArrayList<>();
                    for (int i = 0; i < 4; i++) {
                        work.add(people.submit(() -> fill(victim.nobody().with(operator.token()), asked)));
                        work.add(people.submit(() -> upload(victim.nobody().with(founder.token()), dataset, versions)));
                    }
                    for (int i = 0; i < 2; i++) {
                        work.add(people.submit(() -> runs.ask(victim.nobody().with(operator.token()), () -> false)));
                    }
                    Thread.sleep(200 + random.nextInt(3000));
                    victim.kill();
                    for (Future<?> each : work) {
                        each.get();
                    }
                }
                platform = PlatformProcess.start(home);
                requireAll(platform, operator.token(), founder.token(), dataset, asked, versions);
            }
            Files.createFile(home.resolve("runs").resolve(patient).resolve("output/go"));
            requireAllRuns(runs, lab.at(platform.nobody().with(operator.token())), patient);
        } finally {
            platform.close();
        }
    }

    /** One that goes on through all kills. */
    private static final String PATIENT = """
            echo once >> "$AIFACTORY_OUTPUT/ran"
            until [ -e "$AIFACTORY_OUTPUT/go" ]; do sleep 0.1; done
            """;

    private Lab lab(Client operator) {
        DataSource database = database();
        Ledger ledger = new Ledger(
                JdbcClient.create(database), new DataSourceTransactionManager(database), InstantSource.system());
        return new Lab(operator, JdbcClient.create(database), ledger, 1_000_000);
    }

    private DataSource database() {
        try (DatabaseDoor door = DatabaseDoor.open(home, Map.of())) {
            return door.dataSource();
        }
    }

    private void requireAllRuns(ManyRuns runs, Lab lab, String patient) {
        DataSource database = database();
        runs.requireRight(lab, patient, JdbcClient.create(database));
        runs.requireRight(lab.client, database);
    }

    @Test
    void a_database_that_is_killed_is_said_to_be_away_and_comes_back() throws Exception {
        try (PlatformProcess platform = PlatformProcess.start(home)) {
            Client operator = operator(platform);
            for (int kill = 0; kill < Effort.of(1, 20); kill++) {
                ProcessHandle server = ProcessHandle.of(
                                Long.parseLong(Files.readAllLines(home.resolve("postgres/data/postmaster.pid"))
                                        .getFirst()
                                        .strip()))
                        .orElseThrow();
                server.destroyForcibly();
                Instant end = Instant.now().plus(PATIENCE);
                Filling filling = new Filling(UUID.randomUUID(), 1);
                for (Answer answer = fill(operator, filling);
                        answer.status() >= 300;
                        answer = fill(operator, filling)) {
                    assertThat(answer.problem()).isEqualTo("unavailable");
                    assertThat(answer.json(503).get("detail").asString()).contains("try again");
                    Answer page = operator.send(operator.request("/").header("Accept", "text/html"));
                    assertThat(page.status()).as(page.body()).isIn(200, 503);
                    assertThat(Instant.now()).isBefore(end);
                }
                assertThat(hours(operator)).isEqualByComparingTo(BigDecimal.valueOf(kill + 1));
            }
        }
    }

    /** An administrator who gave the factory of this computer to an organisation of hers. */
    private static Client operator(PlatformProcess platform) throws Exception {
        Client administrator = platform.administrator();
        JsonNode factory = administrator
                .put("/api/factories/local/operator", Map.of("name", "Local", "country", "FI"))
                .json(200);
        assertThat(factory).isNotNull();
        return administrator;
    }

    private static Answer fill(Client operator, Filling filling) {
        return operator.post(
                POOL + "/fillings",
                Map.of("hours", filling.hours(), "unit", "CORE_HOUR", "reason", "test", "key", filling.key()));
    }

    /** Fills until the platform is gone. */
    private static void fill(Client operator, Queue<Filling> asked) {
        while (true) {
            Filling filling = new Filling(UUID.randomUUID(), 1);
            asked.add(filling);
            if (!isDone(() -> fill(operator, filling))) {
                return;
            }
        }
    }

    /** Uploads in two parts and makes a version of it, until the platform is gone. */
    private static void upload(Client founder, String dataset, Queue<String> versions) {
        try {
            Sender sender = new Sender(founder);
            while (true) {
                String name = UUID.randomUUID() + ".txt";
                String upload =
                        sender.announce(name, TEXT.length).json(201).get("id").asString();
                int half = TEXT.length / 2;
                sender.append(upload, 0, java.util.Arrays.copyOfRange(TEXT, 0, half))
                        .json(204);
                sender.append(upload, half, java.util.Arrays.copyOfRange(TEXT, half, TEXT.length))
                        .json(204);
                JsonNode version = sender.version(dataset, upload).json(201);
                versions.add(content(version) + "/file?path=" + name);
            }
        } catch (UncheckedIOException gone) {
            return;
        }
    }

    private static String content(JsonNode version) {
        return version.get("id").asString().replaceFirst(".*:", "");
    }

    @FunctionalInterface
    private interface Request {
        Answer send();
    }

    private static boolean isDone(Request request) {
        try {
            assertThat(request.send().status()).isIn(200, 201);
            return true;
        } catch (UncheckedIOException gone) {
            return false;
        }
    }

    private void requireAll(
            PlatformProcess platform,
            String operatorToken,
            String founderToken,
            String dataset,
            Queue<Filling> asked,
            Queue<String> versions) {
        Client operator = platform.nobody().with(operatorToken);
        // Whoever got no answer asks again.
        asked.forEach(filling -> assertThat(fill(operator, filling).status()).isIn(200, 201));
        assertThat(hours(operator))
                .isEqualByComparingTo(BigDecimal.valueOf(
                        asked.stream().mapToInt(Filling::hours).sum()));
        Client founder = platform.nobody().with(founderToken);
        for (String version : versions) {
            assertThat(founder.get("/api/datasets/" + dataset + "/versions/" + version)
                            .body())
                    .isEqualTo(new String(TEXT, StandardCharsets.UTF_8));
        }
        // What was half-sent can be finished.
        for (JsonNode upload : founder.get("/api/uploads?organisation=" + founder.organisation())
                .json(200)) {
            int received = upload.get("received").asInt();
            if (received < TEXT.length) {
                assertThat(new Sender(founder)
                                .append(
                                        upload.get("id").asString(),
                                        received,
                                        java.util.Arrays.copyOfRange(TEXT, received, TEXT.length))
                                .status())
                        .isEqualTo(204);
            }
        }
        try (DatabaseDoor door = DatabaseDoor.open(home, Map.of())) {
            assertThat(Bookkeeper.faults(door.dataSource(), List.of())).isEmpty();
        }
    }

    private static BigDecimal hours(Client operator) {
        JsonNode pool = operator.get(POOL).json(200).get("pool");
        return new BigDecimal(pool.at("/hours/granted/CORE_HOUR").asString());
    }
}
