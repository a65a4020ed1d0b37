package org.aifactory.federation.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.aifactory.federation.JobKey;
import org.aifactory.federation.JobReport;
import org.aifactory.federation.JobRequest;
import org.aifactory.federation.JobState;
import org.aifactory.federation.PartitionId;
import org.aifactory.identity.Vault;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** This computer as a machine, over a database of its own, and the few words in which tests run jobs on it. */
final class Workshop implements AutoCloseable {
    static final long MIB = 1L << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final Path home;
    final DataSource database;
    final JdbcClient sql;
    final PartitionId partition;
    private final List<LocalMachine> instances = new ArrayList<>();

    Workshop(DataSource database, Path home) {
        this.home = home;
        this.database = database;
        this.sql = JdbcClient.create(database);
        this.partition = partitionOf(sql);
    }

    /** The computer's partition of CPUs; entered where there is none. */
    private static PartitionId partitionOf(JdbcClient sql) {
        return sql.sql("select id from federation.partition where slug = 'local-cpu'")
                .query(UUID.class)
                .optional()
                .map(PartitionId::new)
                .orElseGet(() -> enter(sql));
    }

    private static PartitionId enter(JdbcClient sql) {
        UUID id = UUID.randomUUID();
        sql.sql("""
                with factory as (insert into federation.factory (id, slug, name, host, city, facts)
                                 values (gen_random_uuid(), 'local', 'Local', '', '', '[]') returning id),
                     machine as (insert into federation.machine (id, factory, slug, name, connection, open, facts)
                                 select gen_random_uuid(), id, 'local', 'Local', 'LOCAL', true, '[]' from factory returning id)
                insert into federation.partition (id, machine, slug, name, kind, gpus_per_node, cores_per_node, memory_per_node,
                       nodes, open, facts, supply_account, pool_account, used_account)
                select :id, id, 'local-cpu', 'Cores', 'CPU', 0, 2, 1, 1, true, '[]', gen_random_uuid(), gen_random_uuid(),
                       gen_random_uuid() from machine
                """).param("id", id).update();
        return new PartitionId(id);
    }

    /** An instance of the platform's part that looks after jobs. */
    LocalMachine open() {
        LocalMachine machine = unstarted();
        machine.start();
        return machine;
    }

    LocalMachine unstarted() {
        LocalMachine machine = new LocalMachine(
                database,
                JsonMapper.builder().build(),
                InstantSource.system(),
                Computer.detect(),
                new Vault(home),
                home,
                Duration.ofSeconds(2));
        instances.add(machine);
        return machine;
    }

    /** A job that runs a script in a folder of its own. */
    JobRequest script(String script) {
        return job("bash", "-c", script);
    }

    JobRequest job(String... command) {
        JobKey key = JobKey.random();
        try {
            return new JobRequest(
                    key,
                    partition,
                    List.of(command),
                    Map.of(),
                    Map.of(),
                    Files.createDirectories(home.resolve("runs").resolve(key.toString()))
                            .toRealPath(),
                    List.of(),
                    1,
                    0,
                    200 * MIB,
                    Duration.ofMinutes(1),
                    true);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static JobRequest unconfined(JobRequest job) {
        return change(
                job,
                job.environment(),
                job.secrets(),
                job.readable(),
                job.cores(),
                job.memoryBytes(),
                job.wallTime(),
                false);
    }

    static JobRequest with(JobRequest job, Map<String, String> environment, Map<String, String> secrets) {
        return change(
                job,
                environment,
                secrets,
                job.readable(),
                job.cores(),
                job.memoryBytes(),
                job.wallTime(),
                job.confined());
    }

    static JobRequest reading(JobRequest job, List<Path> readable) {
        return change(
                job,
                job.environment(),
                job.secrets(),
                readable,
                job.cores(),
                job.memoryBytes(),
                job.wallTime(),
                job.confined());
    }

    static JobRequest asking(JobRequest job, int cores, long memory, Duration wallTime) {
        return change(job, job.environment(), job.secrets(), job.readable(), cores, memory, wallTime, job.confined());
    }

    private static JobRequest change(
            JobRequest job,
            Map<String, String> environment,
            Map<String, String> secrets,
            List<Path> readable,
            int cores,
            long memory,
            Duration wallTime,
            boolean confined) {
        return new JobRequest(
                job.key(),
                job.partition(),
                job.command(),
                environment,
                secrets,
                job.folder(),
                readable,
                cores,
                job.gpus(),
                memory,
                wallTime,
                confined);
    }

    JobReport run(LocalMachine machine, JobRequest job) {
        machine.submit(job);
        return await(machine, job, report -> report.state().hasEnded());
    }

    static JobReport awaitRunning(LocalMachine machine, JobRequest job) {
        return await(machine, job, report -> report.state() != JobState.QUEUED);
    }

    static JobReport awaitEnd(LocalMachine machine, JobRequest job) {
        return await(machine, job, report -> report.state().hasEnded());
    }

    static JobReport await(LocalMachine machine, JobRequest job, Predicate<JobReport> condition) {
        Instant patience = Instant.now().plus(PATIENCE);
        while (true) {
            JobReport report = machine.find(job.key()).orElseThrow();
            if (condition.test(report)) {
                return report;
            }
            if (Instant.now().isAfter(patience)) {
                throw new AssertionError("Still " + report + "; its log: " + log(machine, job));
            }
            pause();
        }
    }

    /** Waits for what a job does outside of its report. */
    static void await(String what, java.util.function.BooleanSupplier condition) {
        Instant patience = Instant.now().plus(PATIENCE);
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(patience)) {
                throw new AssertionError("Still not: " + what);
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    static String log(LocalMachine machine, JobRequest job) {
        return new String(machine.log(job.key(), 0, 1 << 20).bytes(), StandardCharsets.UTF_8);
    }

    /** Stops the instances and ends what still runs. */
    @Override
    public void close() {
        for (LocalMachine machine : instances) {
            if (machine.isRunning()) {
                machine.stop();
            }
        }
        sql.sql("select key from federation.local_job")
                .query(UUID.class)
                .list()
                .forEach(key -> Processes.killAll(new JobKey(key)));
        sql.sql("delete from federation.local_job").update();
        sql.sql("delete from federation.maintenance").update();
        sql.sql("update federation.machine set open = true").update();
    }
}
