package org.aifactory.federation.local;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.aifactory.federation.JobKey;
import org.aifactory.federation.JobState;
import org.aifactory.federation.Reason;
import org.aifactory.federation.Reason.Kind;
import org.aifactory.federation.local.JobFolder.End;
import org.aifactory.federation.local.JobFolder.Start;
import org.aifactory.federation.local.JobFolder.Watcher;
import org.aifactory.federation.local.Queue.Turn;
import org.aifactory.federation.local.Slots.Slot;
import org.aifactory.identity.Vault;
import org.aifactory.web.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * Starts the jobs whose turn it is and notes what became of those that run. Of all instances of the platform on one database one drives:
 * the one whose connection holds the advisory lock. All that it writes goes through that connection, so who has lost the lock cannot
 * write; should it have made a process just then, the claim in the job's folder keeps it from running twice.
 */
final class LocalDriver implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalDriver.class);
    private static final long LOCK = 0x6c6f63616cL;
    private static final long MIB = 1L << 20;
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration WHILE_STARTING = Duration.ofMillis(10);
    private static final int TIMED_OUT = 124;
    private static final int KILLED = 137;
    private static final int SIGNALS = 128;
    /** As after a restoration: a backup has no keys. */
    private static final Message UNREADABLE = Message.of("federation.secrets.unreadable");

    private final DataSource database;
    private final JsonMapper json;
    private final InstantSource clock;
    private final Computer computer;
    private final Launcher launcher;
    private final Vault vault;
    private final Semaphore news = new Semaphore(0);
    /** The processes that this instance has made and that have not begun their job yet. */
    private final Map<JobKey, Process> made = new HashMap<>();
    /** How much memory the jobs had taken that were ended for it. */
    private final Map<JobKey, Long> greedy = new HashMap<>();

    private final Thread thread;
    private volatile boolean closed;

    LocalDriver(
            DataSource database,
            JsonMapper json,
            InstantSource clock,
            Computer computer,
            Launcher launcher,
            Vault vault) {
        this.database = database;
        this.json = json;
        this.clock = clock;
        this.computer = computer;
        this.launcher = launcher;
        this.vault = vault;
        thread = Thread.ofPlatform().daemon().name("local-machine").unstarted(this::drive);
    }

    void start() {
        thread.start();
    }

    /** Something has changed; look at once. */
    void nudge() {
        news.release();
    }

    /** Stops driving; the jobs go on. */
    @Override
    public void close() {
        closed = true;
        nudge();
        try {
            thread.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void drive() {
        while (!closed) {
            try (Connection connection = database.getConnection()) {
                driveBy(connection);
            } catch (SQLException | RuntimeException failure) {
                if (!closed) {
                    LOG.warn("This computer's jobs cannot be looked after just now", failure);
                }
            }
            await(LOOK_EVERY);
        }
    }

    private void driveBy(Connection connection) throws SQLException {
        var own = new SingleConnectionDataSource(connection, true);
        JdbcClient jdbc = JdbcClient.create(own);
        if (!lock(jdbc, "pg_try_advisory_lock")) {
            return;
        }
        LOG.info("This instance drives the local machine: {}", computer);
        try {
            LocalJobs jobs = new LocalJobs(jdbc, json, vault);
            while (!closed) {
                await(look(jobs) ? WHILE_STARTING : LOOK_EVERY);
            }
        } finally {
            // The connection goes back to a pool, where nobody would know of the lock.
            if (!connection.isClosed() && connection.isValid(1)) {
                lock(jdbc, "pg_advisory_unlock");
            }
        }
    }

    private static boolean lock(JdbcClient jdbc, String how) {
        return jdbc.sql("select " + how + "(:lock)")
                .param("lock", LOCK)
                .query(Boolean.class)
                .single();
    }

    private void await(Duration most) {
        try {
            if (news.tryAcquire(most.toMillis(), TimeUnit.MILLISECONDS)) {
                news.drainPermits();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    /** Looks at every job once; says whether one is about to start. */
    private boolean look(LocalJobs jobs) {
        jobs.running().forEach(job -> lookAt(job, jobs));
        Instant now = clock.instant();
        List<LocalJob> underWay = jobs.underWay();
        Queue.turns(underWay, computer, jobs.rules(now), now).forEach((job, turn) -> {
            if (turn instanceof Turn.Start(Slot slot) && jobs.begin(job.key(), slot, launcher.folder(job.request()))) {
                launch(job, slot, jobs);
            }
        });
        return !made.isEmpty();
    }

    private void launch(LocalJob job, Slot slot, LocalJobs jobs) {
        Optional<Map<String, String>> secrets = jobs.secrets(job.key());
        if (secrets.isEmpty()) {
            notStarted(job, UNREADABLE, jobs);
            return;
        }
        try {
            Process process = launcher.launch(job.request().withSecrets(secrets.get()), slot);
            made.put(job.key(), process);
            var _ = process.onExit().thenRun(this::nudge);
        } catch (IOException failure) {
            LOG.warn("Job {} could not be started", job.key(), failure);
            notStarted(job, String.valueOf(failure.getMessage()), jobs);
        }
    }

    private void notStarted(LocalJob job, Object why, LocalJobs jobs) {
        made.remove(job.key());
        jobs.ended(job.key(), JobState.MACHINE_FAILED, clock.instant(), null, Reason.of(Kind.NOT_STARTED, why));
    }

    private void lookAt(LocalJob job, LocalJobs jobs) {
        JobFolder folder = job.folder().orElseThrow();
        Optional<Start> start = folder.start();
        Optional<Watcher> watcher = folder.watcher();
        if (start.isPresent() && job.started().isEmpty()) {
            made.remove(job.key());
            jobs.started(job.key(), start.get().at());
        }
        // Asked before the last word is looked for, which it leaves before it goes.
        boolean watched = watcher.isPresent() && watcher.get().isAlive();
        Optional<End> end = folder.end();
        if (end.isPresent() && start.isPresent()) {
            ended(job, folder, start.get(), end.get(), jobs);
        } else if (watcher.isEmpty()) {
            begin(job, folder, jobs);
        } else if (!watched) {
            lost(job, folder, jobs);
        } else if (start.isPresent()) {
            restrain(job, watcher.get(), start.get());
        }
    }

    /** Nobody has claimed the job yet: the process is being made, or a platform that was killed never came to make it. */
    private void begin(LocalJob job, JobFolder folder, LocalJobs jobs) {
        Process process = made.get(job.key());
        if (process == null) {
            launch(job, job.slot(), jobs);
        } else if (!process.isAlive() && folder.watcher().isEmpty()) {
            notStarted(job, folder.readComplaints(), jobs);
        }
    }

    private void lost(LocalJob job, JobFolder folder, LocalJobs jobs) {
        LOG.warn("The process that watched job {} is gone", job.key());
        made.remove(job.key());
        Processes.killAll(job.key());
        jobs.ended(job.key(), JobState.MACHINE_FAILED, clock.instant(), null, Reason.of(Kind.LOST));
        tidy(job, folder);
    }

    private void ended(LocalJob job, JobFolder folder, Start start, End end, LocalJobs jobs) {
        int status = end.status();
        Duration ran = Duration.between(start.at(), end.at());
        Long taken = greedy.remove(job.key());
        JobState state;
        Reason reason;
        if (taken != null) {
            state = JobState.FAILED;
            reason = Reason.of(Kind.OUT_OF_MEMORY, taken / MIB, job.request().memoryBytes() / MIB);
        } else if (job.cancelled().filter(asked -> !asked.isAfter(end.at())).isPresent()) {
            state = JobState.CANCELLED;
            reason = Reason.of(Kind.CANCELLED);
        } else if ((status == TIMED_OUT || status == KILLED)
                && ran.compareTo(job.request().wallTime()) >= 0) {
            state = JobState.TIMED_OUT;
            reason = Reason.of(Kind.OUT_OF_TIME, job.request().wallTime().toSeconds());
        } else {
            state = status == 0 ? JobState.SUCCEEDED : JobState.FAILED;
            reason = status == 0
                    ? Reason.of(Kind.ENDED)
                    : status > SIGNALS ? Reason.of(Kind.SIGNAL, status - SIGNALS) : Reason.of(Kind.EXIT_STATUS, status);
        }
        jobs.ended(job.key(), state, end.at(), status, reason);
        tidy(job, folder);
    }

    private static void tidy(LocalJob job, JobFolder folder) {
        try {
            folder.tidy();
        } catch (IOException failure) {
            LOG.warn("What job {} left in its temporary folder could not be removed", job.key(), failure);
        }
    }

    /** Ends what was cancelled, and what has taken more memory than it asked for. */
    private void restrain(LocalJob job, Watcher watcher, Start start) {
        try {
            if (job.cancelled().isPresent()) {
                // Passes it on to all of the job, and ends what has not ended within the time of grace.
                if (isChild(start.group(), watcher)) {
                    Processes.signal("TERM", start.group());
                }
                return;
            }
            long taken = Processes.memory(start.group());
            if (taken > job.request().memoryBytes() && isChild(start.group(), watcher)) {
                greedy.put(job.key(), taken);
                Processes.signal("KILL", -start.group());
            }
        } catch (IOException failure) {
            LOG.warn("Job {} could not be signalled", job.key(), failure);
        }
    }

    /** Whether the number is still that of the job: its watcher, who is known to be the same, has it for a child. */
    private static boolean isChild(long pid, Watcher watcher) {
        return ProcessHandle.of(pid)
                .flatMap(ProcessHandle::parent)
                .map(ProcessHandle::pid)
                .equals(Optional.of(watcher.pid()));
    }
}
