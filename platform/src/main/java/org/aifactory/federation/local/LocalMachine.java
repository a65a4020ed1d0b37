package org.aifactory.federation.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.aifactory.federation.Capacity;
import org.aifactory.federation.JobKey;
import org.aifactory.federation.JobLog;
import org.aifactory.federation.JobReport;
import org.aifactory.federation.JobRequest;
import org.aifactory.federation.MachineConnector;
import org.aifactory.federation.Outlook;
import org.aifactory.federation.PartitionId;
import org.aifactory.federation.PartitionKind;
import org.aifactory.federation.Reason;
import org.aifactory.federation.Reason.Kind;
import org.aifactory.federation.local.Queue.Turn;
import org.aifactory.identity.Vault;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * The computer that the platform runs on. Its jobs are processes of their own that neither need the platform nor end with it; the table
 * knows all of them, so every instance of the platform can submit, cancel and report.
 */
@Component
public final class LocalMachine implements MachineConnector, SmartLifecycle {
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final long MIB = 1L << 20;
    private static final int MOST_OF_LOG = 1 << 20;

    private final LocalJobs jobs;
    private final InstantSource clock;
    private final Computer computer;
    private final boolean confines;
    private final Launcher launcher;
    private final LocalDriver driver;
    private volatile boolean running;

    @Autowired
    LocalMachine(
            DataSource database,
            JsonMapper json,
            InstantSource clock,
            Computer computer,
            Vault vault,
            @Value("${aifactory.home}") Path home) {
        this(database, json, clock, computer, vault, home, GRACE);
    }

    /** @param grace how long a program that is to end has for it */
    LocalMachine(
            DataSource database,
            JsonMapper json,
            InstantSource clock,
            Computer computer,
            Vault vault,
            Path home,
            Duration grace) {
        this.jobs = new LocalJobs(JdbcClient.create(database), json, vault);
        this.clock = clock;
        this.computer = computer;
        this.confines = Confinement.works();
        Path directory = home.toAbsolutePath().normalize().resolve("local-machine");
        this.launcher = new Launcher(directory, grace);
        this.driver = new LocalDriver(database, json, clock, computer, launcher, vault);
        try {
            Files.createDirectories(directory);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public int cores() {
        return computer.cores().size();
    }

    public int gpus() {
        return computer.gpus().size();
    }

    public long memoryBytes() {
        return computer.memoryBytes();
    }

    /** Whether programs can be kept from the network and from what is not theirs. */
    public boolean confines() {
        return confines;
    }

    @Override
    public void submit(JobRequest job) {
        Rules.Part part = jobs.rules(clock.instant()).partitions().get(job.partition());
        if (part == null) {
            throw Problem.notFound("partition", job.partition());
        }
        requireRule(job.nodes() == 1, Message.of("federation.refused.one-node", job.nodes()));
        require(
                job.cores() <= computer.cores().size(),
                "cores",
                computer.cores().size(),
                job.cores());
        require(job.gpus() <= computer.gpus().size(), "gpus", computer.gpus().size(), job.gpus());
        require(
                job.memoryBytes() <= computer.memoryBytes(),
                "memory",
                computer.memoryBytes() / MIB,
                job.memoryBytes() / MIB);
        requireRule((part.kind() == PartitionKind.GPU) == (job.gpus() > 0), Message.of("federation.refused.gpus"));
        requireRule(
                part.maxWallSeconds().orElse(Long.MAX_VALUE) >= job.wallTime().toSeconds(),
                Message.of("federation.refused.too-long", part.maxWallSeconds().orElse(0L)));
        requireRule(confines || !job.confined(), Message.of("federation.refused.cannot-confine"));
        if (!jobs.add(job, clock.instant())) {
            throw Problem.of(
                    ProblemType.ALREADY_TAKEN,
                    "federation.refused.job-key",
                    job.key().toString());
        }
        driver.nudge();
    }

    private static void require(boolean enough, String what, long has, long asked) {
        requireRule(enough, Message.of("federation.refused.computer-has." + what, has, asked));
    }

    private static void requireRule(boolean kept, Message sentence) {
        if (!kept) {
            throw Problem.of(ProblemType.AGAINST_RULES, sentence);
        }
    }

    @Override
    public Optional<JobReport> find(JobKey key) {
        return Optional.ofNullable(poll(List.of(key)).get(key));
    }

    @Override
    public Map<JobKey, JobReport> poll(Collection<JobKey> keys) {
        List<LocalJob> found = jobs.find(keys);
        Map<JobKey, Reason> waiting = found.stream().anyMatch(LocalJob::waits) ? waiting() : Map.of();
        Map<JobKey, JobReport> reports = new HashMap<>();
        found.forEach(job ->
                reports.put(job.key(), job.report(waiting.getOrDefault(job.key(), Reason.of(Kind.STARTING)))));
        return reports;
    }

    /** Why each of the jobs waits that do. */
    private Map<JobKey, Reason> waiting() {
        Instant now = clock.instant();
        Map<JobKey, Reason> reasons = new HashMap<>();
        Queue.turns(jobs.underWay(), computer, jobs.rules(now), now).forEach((job, turn) -> {
            if (turn instanceof Turn.Wait(Reason reason)) {
                reasons.put(job.key(), reason);
            }
        });
        return reasons;
    }

    @Override
    public void cancel(JobKey key) {
        jobs.cancel(key, clock.instant());
        driver.nudge();
    }

    @Override
    public JobLog log(JobKey key, long from, int most) {
        LocalJob job = jobs.find(List.of(key)).stream().findFirst().orElseThrow(() -> Problem.notFound("job", key));
        return job.folder()
                .map(folder -> folder.log(from, Math.clamp(most, 1, MOST_OF_LOG)))
                .orElseGet(() -> new JobLog(0, new byte[0], 0));
    }

    @Override
    public void forget(JobKey key) {
        for (LocalJob job : jobs.find(List.of(key))) {
            if (!job.state().hasEnded()) {
                throw Problem.of(ProblemType.NOT_NOW, "federation.refused.job-goes-on", key.toString());
            }
            try {
                if (job.folder().isPresent()) {
                    job.folder().get().delete();
                }
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
            jobs.delete(key);
        }
    }

    @Override
    public Capacity capacity(PartitionId partition) {
        // Asked for every run that is submitted, so it does not read all that wait.
        Slots free = Queue.free(jobs.running(), computer);
        return new Capacity(
                computer.cores().size(),
                free.freeCores(),
                computer.gpus().size(),
                free.freeGpus(),
                computer.memoryBytes(),
                free.freeMemory(),
                jobs.waiting(),
                confines);
    }

    @Override
    public Optional<Instant> expectedStart(JobRequest job) {
        Instant now = clock.instant();
        return Queue.expectedStart(job, jobs.underWay(), computer, jobs.rules(now), now);
    }

    @Override
    public Optional<Outlook> outlook(JobKey key) {
        Instant now = clock.instant();
        return Queue.outlook(key, jobs.underWay(), computer, jobs.rules(now), now);
    }

    @Override
    public boolean letsIn() {
        return true;
    }

    @Override
    public void start() {
        jobs.sealEarlier();
        driver.start();
        running = true;
    }

    /** The jobs go on. */
    @Override
    public void stop() {
        running = false;
        driver.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before whoever looks after runs, and stopped after it, so that the last of them can be ended. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 20_000;
    }
}
