package org.aifactory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.aifactory.Client.Answer;
import org.aifactory.training.Lab;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/**
 * Many short runs, each asked for under a key of the caller's while the platform or its database comes and goes, and what has to be true
 * of them afterwards: each is there, ran once, and was charged the seconds that its process lived by the word of whoever watched it.
 */
final class ManyRuns {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Set<String> FAIR_ENDS = Set.of("SUCCEEDED", "CANCELLED");
    private static final double CANCELLED_OF_ALL = 0.15;
    private static final int TENTHS = 7;

    private final Lab lab;
    private final Path home;
    private final Random random;
    private final Map<UUID, Map<String, Object>> asked = new ConcurrentHashMap<>();
    private final Map<UUID, String> acknowledged = new ConcurrentHashMap<>();

    /** @param home of the platform, to which the computer's jobs bring their words */
    ManyRuns(Lab lab, Path home, Random random) {
        this.lab = lab;
        this.home = home;
        this.random = random;
    }

    /** Asks for run after run until nobody answers any more, or the caller has enough. */
    void ask(Client client, java.util.function.BooleanSupplier enough) {
        try {
            while (!enough.getAsBoolean()) {
                Map<String, Object> wish =
                        lab.script("echo once >> \"$AIFACTORY_OUTPUT/ran\"; sleep 0." + random.nextInt(TENTHS));
                UUID key = UUID.randomUUID();
                wish.put("key", key);
                asked.put(key, wish);
                if (ask(client, key) && random.nextDouble() < CANCELLED_OF_ALL) {
                    Answer answer = client.post("/api/runs/" + acknowledged.get(key) + "/cancel", Map.of());
                    requireClear(answer, 202);
                }
                Thread.sleep(100 + random.nextInt(300));
            }
        } catch (UncheckedIOException gone) {
            return;
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    /** Whether the run is acknowledged now; by one key it is always the same. */
    private boolean ask(Client client, UUID key) {
        Answer answer = client.post("/api/runs", Objects.requireNonNull(asked.get(key)));
        if (answer.status() != 200 && answer.status() != 201) {
            requireClear(answer, 201);
            return false;
        }
        String id = answer.json(answer.status()).get("id").asString();
        String before = acknowledged.putIfAbsent(key, id);
        assertThat(before == null ? id : before).isEqualTo(id);
        return true;
    }

    /** What was asked for, or that it cannot be had now and why: never a mistake of ours. */
    static void requireClear(Answer answer, int wished) {
        if (answer.status() != wished) {
            assertThat(answer.status()).as(answer.body()).isEqualTo(503);
            assertThat(answer.problem()).isEqualTo("unavailable");
        }
    }

    /** Whoever got no answer asks again, and then everything is as it should be. */
    void requireRight(Client client, DataSource database) {
        JdbcClient sql = JdbcClient.create(database);
        for (UUID key : asked.keySet()) {
            Instant patience = Instant.now().plus(PATIENCE);
            while (!ask(client, key)) {
                assertThat(Instant.now()).isBefore(patience);
            }
        }
        assertThat(acknowledged.values()).doesNotHaveDuplicates();
        assertThat(sql.sql("select id::text from training.run where key is not null")
                        .query(String.class)
                        .list())
                .containsExactlyInAnyOrderElementsOf(acknowledged.values());
        Lab here = lab.at(client);
        acknowledged.values().forEach(run -> requireRight(here, run, sql));
        System.out.println(acknowledged.size() + " runs ended once each");
        requireBalanced(here, database);
    }

    void requireBalanced(Lab here, DataSource database) {
        JdbcClient sql = JdbcClient.create(database);
        assertThat(sql.sql("select count(*) from training.attempt where stage <> 'ENDED'")
                        .query(Long.class)
                        .single())
                .isZero();
        assertThat(here.balance().held()).isZero();
        assertThat(here.balance().spent())
                .isEqualTo(sql.sql(
                                "select coalesce(sum(charged), 0)::bigint from training.run where allocation = :id::uuid")
                        .param("id", here.allocation)
                        .query(Long.class)
                        .single());
        assertThat(sql.sql("select count(*) from ledger.open_hold")
                        .query(Long.class)
                        .single())
                .isZero();
        assertThat(Bookkeeper.faults(database, List.of())).isEmpty();
        // Whoever watched a job goes some seconds after it.
        Instant patience = Instant.now().plus(PATIENCE);
        while (!processesOfJobs().isEmpty()) {
            assertThat(Instant.now()).as("Still there: " + processesOfJobs()).isBefore(patience);
            Lab.pause();
        }
    }

    /** One attempt, one process, and charged as long as that lived. */
    void requireRight(Lab here, String run, JdbcClient sql) {
        JsonNode view = here.awaitEnd(run);
        String state = view.get("state").asString();
        assertThat(state).as(view + " " + here.log(run)).isIn(FAIR_ENDS);
        assertThat(view.get("attempts")).hasSize(1);
        String job = sql.sql("select job::text from training.attempt where run = :run::uuid")
                .param("run", run)
                .query(String.class)
                .single();
        Path words = home.resolve("local-machine/jobs").resolve(job);
        if (Files.exists(words.resolve("started"))) {
            assertThat(view.get("charged").asLong()).isEqualTo(seconds(words));
        } else {
            assertThat(state).isEqualTo("CANCELLED");
            assertThat(view.get("charged").asLong()).isZero();
        }
        if (state.equals("SUCCEEDED")) {
            assertThat(read(home.resolve("runs").resolve(run).resolve("output/ran")))
                    .isEqualTo("once\n");
        }
    }

    /** The nearest number of seconds from the start of a process to its end, one at least. */
    private static long seconds(Path words) {
        BigDecimal lived = second(words.resolve("ended")).subtract(second(words.resolve("started")));
        return Math.max(1, lived.add(new BigDecimal("0.5")).longValue());
    }

    private static BigDecimal second(Path word) {
        return new BigDecimal(read(word).strip().split(" ", -1)[1].replace(',', '.'));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Of all jobs of this platform, whatever started them. */
    private List<String> processesOfJobs() {
        String folder = "HOME=" + home.toAbsolutePath().normalize().resolve("runs");
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .filter(process -> environment(process).contains(folder))
                    .map(Path::toString)
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String environment(Path process) {
        try {
            return Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }
}
