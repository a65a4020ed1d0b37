package org.aifactory.federation.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.aifactory.Bookkeeper;
import org.aifactory.Client;
import org.aifactory.Client.Answer;
import org.aifactory.federation.slurm.TrialCluster.Booked;
import org.aifactory.training.Lab;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/**
 * Many short runs on a cluster, each asked for under a key of the caller's while the platform or parts of Slurm come and go, and what has
 * to be true of them afterwards by the word of Slurm's own accounts.
 */
final class RunsOfMany {
    private static final Duration PATIENCE = Duration.ofMinutes(8);
    private static final double CANCELLED_OF_ALL = 0.15;
    private static final int TENTHS = 7;
    private static final String OURS = "aif-";

    private final Lab lab;
    private final Path home;
    private final Random random;
    private final boolean continues;
    private final int pause;
    private final Map<UUID, Map<String, Object>> asked = new ConcurrentHashMap<>();
    private final Map<UUID, String> acknowledged = new ConcurrentHashMap<>();
    private final Set<String> cancelled = ConcurrentHashMap.newKeySet();

    /**
     * @param continues whether runs whose machine fails go on by themselves
     * @param pause between two runs of one person at most, in milliseconds
     */
    RunsOfMany(Lab lab, Path home, Random random, boolean continues, int pause) {
        this.lab = lab;
        this.home = home;
        this.random = random;
        this.continues = continues;
        this.pause = pause;
    }

    /** Asks for run after run until nobody answers any more, or the caller has enough. */
    void ask(Client client, BooleanSupplier enough) {
        try {
            while (!enough.getAsBoolean()) {
                Map<String, Object> wish = lab.script("echo once >> \"$AIFACTORY_OUTPUT/ran\"; sleep 0."
                        + random.nextInt(TENTHS) + "; echo done >> \"$AIFACTORY_OUTPUT/done\"");
                UUID key = UUID.randomUUID();
                wish.put("key", key);
                wish.put("continue", continues);
                asked.put(key, wish);
                if (ask(client, key) && random.nextDouble() < CANCELLED_OF_ALL) {
                    String run = Objects.requireNonNull(acknowledged.get(key));
                    cancelled.add(run);
                    requireClear(client.post("/api/runs/" + run + "/cancel", Map.of()), 202);
                }
                Thread.sleep(100 + random.nextInt(pause));
            }
        } catch (UncheckedIOException gone) {
            return;
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    /** Whether somebody asked for its end, so that it does not go on by itself. */
    boolean wasCancelled(JsonNode run) {
        return cancelled.contains(run.get("id").asString());
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
    private static void requireClear(Answer answer, int wished) {
        if (answer.status() != wished) {
            assertThat(answer.status()).as(answer.body()).isEqualTo(503);
            assertThat(answer.problem()).isEqualTo("unavailable");
        }
    }

    /** Whoever got no answer asks again, and in the end each run is there, and has ended. */
    List<JsonNode> awaitEnds(Client client, DataSource database) {
        for (UUID key : asked.keySet()) {
            Instant patience = Instant.now().plus(PATIENCE);
            while (!ask(client, key)) {
                assertThat(Instant.now()).isBefore(patience);
                Lab.pause();
            }
        }
        assertThat(acknowledged.values()).doesNotHaveDuplicates();
        JdbcClient sql = JdbcClient.create(database);
        assertThat(sql.sql("select id::text from training.run")
                        .query(String.class)
                        .list())
                .containsExactlyInAnyOrderElementsOf(acknowledged.values());
        Instant patience = Instant.now().plus(PATIENCE);
        while (underWay(sql) > 0) {
            assertThat(Instant.now()).as(() -> "Still under way: " + wait(sql)).isBefore(patience);
            Lab.pause();
        }
        Lab here = lab.at(client);
        List<JsonNode> ended = acknowledged.values().stream().map(here::show).toList();
        System.out.println(ended.size() + " runs ended: "
                + ended.stream()
                        .collect(Collectors.groupingBy(run -> run.get("state").asString(), Collectors.counting()))
                + ", in "
                + ended.stream().mapToInt(run -> run.get("attempts").size()).sum() + " attempts");
        return ended;
    }

    private static long underWay(JdbcClient sql) {
        return sql.sql("select count(*) from training.attempt where stage <> 'ENDED'")
                .query(Long.class)
                .single();
    }

    private static List<String> wait(JdbcClient sql) {
        return sql.sql("""
                select attempt::text || ' ' || coalesce(slurm_job::text, '') from training.attempt
                  left join federation.slurm_job on key = job where stage <> 'ENDED'
                """).query((row, number) -> row.getString(1)).list();
    }

    /** The jobs that succeeded, by their names. */
    static Set<String> succeeded(List<JsonNode> runs) {
        return runs.stream()
                .filter(run -> run.get("state").asString().equals("SUCCEEDED"))
                .map(run -> OURS + run.at("/attempts/0/job").asString())
                .collect(Collectors.toSet());
    }

    /** The jobs of Slurm's accounts by their names; all of them have ended. The accounts hear of an end later than we do. */
    static Map<String, List<Booked>> books(TrialCluster cluster, Set<String> awaited)
            throws IOException, InterruptedException {
        Instant patience = Instant.now().plus(PATIENCE);
        while (true) {
            List<Booked> books = cluster.books();
            Set<String> names = books.stream().map(Booked::name).collect(Collectors.toSet());
            if (books.stream().allMatch(Booked::over) && names.containsAll(awaited)) {
                assertThat(books).allMatch(job -> job.name().startsWith(OURS));
                return books.stream().collect(Collectors.groupingBy(Booked::name));
            }
            assertThat(Instant.now()).as("Without an end: " + books).isBefore(patience);
            Thread.sleep(500);
        }
    }

    /** One attempt, one job of Slurm's, one process; charged what Slurm has accounted. */
    void requireOnce(List<JsonNode> runs, Map<String, List<Booked>> books) {
        Set<String> names = new HashSet<>();
        for (JsonNode run : runs) {
            String state = run.get("state").asString();
            assertThat(state)
                    .as(run.toString())
                    .isIn(
                            cancelled.contains(run.get("id").asString())
                                    ? Set.of("SUCCEEDED", "CANCELLED")
                                    : Set.of("SUCCEEDED"));
            assertThat(run.get("attempts")).as(run.toString()).hasSize(1);
            String name = OURS + run.at("/attempts/0/job").asString();
            names.add(name);
            List<Booked> jobs = books.getOrDefault(name, List.of());
            assertThat(jobs).as(run.toString()).hasSizeBetween(state.equals("CANCELLED") ? 0 : 1, 1);
            assertThat(run.get("charged").asLong()).as(run + " " + jobs).isEqualTo(coreSeconds(jobs));
            if (state.equals("SUCCEEDED")) {
                assertThat(written(run, "ran")).isEqualTo("once\n");
            }
        }
        assertThat(names).containsAll(books.keySet());
    }

    static long coreSeconds(List<Booked> jobs) {
        return jobs.stream().mapToLong(Booked::coreSeconds).sum();
    }

    String written(JsonNode run, String file) {
        try {
            return Files.readString(home.resolve("runs")
                    .resolve(run.get("id").asString())
                    .resolve("output")
                    .resolve(file));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Each attempt has taken what Slurm has accounted for it, whoever pays; what succeeded has its result. */
    void requireMetered(List<JsonNode> runs, Map<String, List<Booked>> books) {
        Set<String> names = new HashSet<>();
        for (JsonNode run : runs) {
            for (JsonNode attempt : run.get("attempts")) {
                String name = OURS + attempt.get("job").asString();
                names.add(name);
                List<Booked> jobs = books.getOrDefault(name, List.of());
                long charged = attempt.get("charged").asLong();
                // What the controller lost before it told the accounts is in no books.
                if (!jobs.isEmpty()) {
                    assertThat(charged + attempt.get("borneBySite").asLong())
                            .as(run + " " + jobs)
                            .isEqualTo(coreSeconds(jobs));
                }
                if (attempt.get("state").asString().equals("MACHINE_FAILED")) {
                    assertThat(charged).isZero();
                }
            }
            if (run.get("state").asString().equals("SUCCEEDED")) {
                assertThat(written(run, "done")).contains("done\n");
                assertThat(written(run, "ran").lines().count())
                        .as(run.toString())
                        .isLessThanOrEqualTo(run.get("attempts").size());
            }
        }
        assertThat(names).containsAll(books.keySet());
    }

    /** What was spent is what the runs were charged, nothing is kept back any more, and the ledger is the sum of its entries. */
    void requireBalanced(Client client, DataSource database) {
        JdbcClient sql = JdbcClient.create(database);
        Lab here = lab.at(client);
        assertThat(here.balance().held()).isZero();
        assertThat(sql.sql("select count(*) from ledger.open_hold")
                        .query(Long.class)
                        .single())
                .isZero();
        assertThat(here.balance().spent())
                .isEqualTo(sql.sql("select coalesce(sum(charged), 0)::bigint from training.run")
                        .query(Long.class)
                        .single());
        JsonNode statement = client.get("/api/allocations/" + lab.allocation + "/statement?most=10000")
                .json(200);
        long moved = 0;
        for (JsonNode line : statement.get("lines")) {
            moved += line.get("amount").asLong();
        }
        assertThat(moved).isEqualTo(here.balance().free());
        assertThat(Bookkeeper.faults(database, List.of())).isEmpty();
    }
}
