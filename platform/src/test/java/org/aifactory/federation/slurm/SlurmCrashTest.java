package org.aifactory.federation.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.aifactory.Client;
import org.aifactory.Effort;
import org.aifactory.PlatformProcess;
import org.aifactory.database.DatabaseDoor;
import org.aifactory.federation.slurm.TrialCluster.Booked;
import org.aifactory.ledger.Ledger;
import org.aifactory.training.Lab;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import tools.jackson.databind.JsonNode;

/**
 * The platform, and then the parts of Slurm, are killed at random moments while people submit runs to a real cluster. Where only the
 * platform dies, each run is one job of Slurm's. Where Slurm dies there may be another attempt; each is metered, and one result is kept.
 * Only by {@code --long}, until both have ended well often enough to stand in nobody's way.
 */
@Tag("slurm")
@Tag("long")
class SlurmCrashTest {
    private static final int PEOPLE = 2;
    private static final Set<String> FAIR_ENDS = Set.of("SUCCEEDED", "CANCELLED");
    private static final long PLENTY = 10_000_000;
    /** Slurm's controller forgets what it had not written down; so long is waited for it here. */
    private static final Map<String, String> HURRIED =
            Map.of("AIFACTORY_SLURM_MISSINGFOR", "10s", "AIFACTORY_TRAINING_RETRYEVERY", "1s");

    @TempDir
    Path home;

    private final Random random = Effort.random(SlurmCrashTest.class);
    private TrialCluster cluster;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        cluster = TrialCluster.start("crash", "--cores", "8");
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        cluster.close();
    }

    @Test
    void a_platform_that_is_killed_makes_one_job_of_each_run() throws Exception {
        PlatformProcess platform = PlatformProcess.start(home, HURRIED);
        try {
            Client operator = connected(platform);
            RunsOfMany runs = new RunsOfMany(lab(operator), home, random, false, 300);
            for (int kill = 0; kill < Effort.of(12, 500); kill++) {
                PlatformProcess victim = platform;
                try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
                    List<Future<?>> work = new ArrayList<>();
                    for (int i = 0; i < PEOPLE; i++) {
                        work.add(people.submit(() -> runs.ask(victim.nobody().with(operator.token()), () -> false)));
                    }
                    Thread.sleep(200 + random.nextInt(3000));
                    victim.kill();
                    for (Future<?> each : work) {
                        each.get();
                    }
                }
                platform = PlatformProcess.start(home, HURRIED);
            }
            Client client = platform.nobody().with(operator.token());
            List<JsonNode> ended = runs.awaitEnds(client, database());
            runs.requireOnce(ended, RunsOfMany.books(cluster, RunsOfMany.succeeded(ended)));
            runs.requireBalanced(client, database());
        } finally {
            platform.close();
        }
    }

    @Test
    void a_slurm_whose_parts_are_killed_loses_no_run() throws Exception {
        try (PlatformProcess platform = PlatformProcess.start(home, HURRIED)) {
            Client operator = connected(platform);
            RunsOfMany runs = new RunsOfMany(lab(operator), home, random, true, 1000);
            AtomicBoolean enough = new AtomicBoolean();
            try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<?>> work = new ArrayList<>();
                for (int i = 0; i < PEOPLE; i++) {
                    work.add(people.submit(() -> runs.ask(operator, enough::get)));
                }
                killAndRevive(Effort.of(12, 500));
                enough.set(true);
                for (Future<?> each : work) {
                    each.get();
                }
            }
            List<JsonNode> ended = runs.awaitEnds(operator, database());
            assertThat(ended)
                    .filteredOn(run -> !FAIR_ENDS.contains(run.get("state").asString()) && !runs.wasCancelled(run))
                    .isEmpty();
            // Jobs that the controller has lost go on in the accounts until somebody at the site says that they do not.
            cluster.ask("sacctmgr", "-i", "show", "runawayjobs");
            Map<String, List<Booked>> books = RunsOfMany.books(cluster, Set.of());
            operator.post("/api/machines/crash/reconciliation", Map.of()).json(200);
            runs.requireMetered(runs.awaitEnds(operator, database()), books);
            runs.requireBalanced(operator, database());
        }
    }

    private void killAndRevive(int times) throws IOException, InterruptedException {
        List<String> daemons = List.of("slurmctld", "slurmrestd", "slurmd-crash-n1", "slurmd-crash-n2");
        for (int kill = 0; kill < times; kill++) {
            Thread.sleep(500 + random.nextInt(3000));
            String victim = daemons.get(random.nextInt(daemons.size()));
            cluster.kill(victim);
            Thread.sleep(random.nextInt(4000));
            cluster.revive(victim);
        }
        // Of a node on which a job could not be begun or ended Slurm makes no more use until somebody at the site says
        // so.
        System.out.println(cluster.ask("sinfo", "-h", "-N", "-o", "%N %T %E"));
        cluster.ask("bash", "-c", "scontrol update nodename=crash-n[1-2] state=resume || true");
    }

    /** An administrator who operates this computer's factory, with the cluster as a machine of it. */
    private Client connected(PlatformProcess platform) throws IOException {
        Client operator = platform.administrator();
        operator.put("/api/factories/local/operator", Map.of("name", "Local", "country", "FI"))
                .json(200);
        operator.post("/api/factories/local/machines", Map.of("slug", "crash", "name", "Crash"))
                .json(201);
        operator.put("/api/machines/crash/connection", cluster.connection(Map.of("cpu", "crash-cpu")))
                .json(200);
        return operator;
    }

    private Lab lab(Client operator) {
        DataSource database = database();
        Ledger ledger = new Ledger(
                JdbcClient.create(database), new DataSourceTransactionManager(database), InstantSource.system());
        return new Lab(operator, JdbcClient.create(database), ledger, PLENTY, "crash-cpu");
    }

    private DataSource database() {
        try (DatabaseDoor door = DatabaseDoor.open(home, Map.of())) {
            return door.dataSource();
        }
    }
}
