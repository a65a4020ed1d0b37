package org.aifactory.federation.slurm;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.aifactory.federation.Booking;
import org.aifactory.federation.Capacity;
import org.aifactory.federation.JobKey;
import org.aifactory.federation.JobLog;
import org.aifactory.federation.JobReport;
import org.aifactory.federation.JobRequest;
import org.aifactory.federation.JobState;
import org.aifactory.federation.Listening;
import org.aifactory.federation.MachineConnector;
import org.aifactory.federation.MachineId;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.Outlook;
import org.aifactory.federation.PartitionId;
import org.aifactory.federation.Reason;
import org.aifactory.federation.Reason.Kind;
import org.aifactory.federation.local.JobFolder;
import org.aifactory.federation.slurm.Cluster.Batch;
import org.aifactory.federation.slurm.Cluster.Free;
import org.aifactory.federation.slurm.SlurmJobs.Kept;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A machine that Slurm drives. What it is asked for is written down before Slurm hears of it, under a name of ours that travels with the
 * job, because Slurm knows no such thing as the same job twice, and gives the number of one that it lost to another.
 */
final class SlurmMachine implements MachineConnector {
    private static final Logger LOG = LoggerFactory.getLogger(SlurmMachine.class);
    private static final long MIB = 1L << 20;
    private static final int MOST_OF_LOG = 1 << 20;
    /** What {@code timeout} ends with that had to end a program, and where that had to be killed. */
    private static final int OUT_OF_TIME = 124;

    private static final int KILLED = 137;
    private static final int SIGNALS = 128;
    /** slurmrestd, the controller and its accounts agree by then about what they were asked. */
    private static final Duration SETTLES = Duration.ofSeconds(30);

    private final MachineId id;
    private final Cluster cluster;
    private final SlurmAccounts.OfJobs accounts;
    private final SlurmPartitions partitions;
    private final SlurmJobs jobs;
    private final SiteFiles place;
    private final SlurmQueues queues;
    private final Optional<Doors> doors;
    private final Duration missingFor;
    private final InstantSource clock;

    /**
     * @param doors empty where its nodes let nobody in
     * @param missingFor how long the controller may not know a job that it had taken until that is lost
     */
    SlurmMachine(
            MachineId id,
            Cluster cluster,
            SlurmAccounts.OfJobs accounts,
            SlurmPartitions partitions,
            SlurmJobs jobs,
            SiteFiles place,
            SlurmQueues queues,
            Optional<Doors> doors,
            Duration missingFor,
            InstantSource clock) {
        this.id = id;
        this.cluster = cluster;
        this.accounts = accounts;
        this.partitions = partitions;
        this.jobs = jobs;
        this.place = place;
        this.queues = queues;
        this.doors = doors;
        this.missingFor = missingFor;
        this.clock = clock;
    }

    /** One at a time calls this for a job: two that did not know of each other would make two jobs of one name. */
    @Override
    public void submit(JobRequest job) {
        String partition = partitions.nameOf(job.partition());
        if (job.confined()) {
            throw Problem.of(ProblemType.AGAINST_RULES, "federation.slurm.cannot-confine");
        }
        if (!jobs.add(id, job, clock.instant())) {
            throw Problem.of(ProblemType.ALREADY_TAKEN, "federation.refused.job-key", job.key());
        }
        Kept kept = jobs.find(job.key()).orElseThrow();
        if (kept.number().isPresent() || kept.state().hasEnded()) {
            return;
        }
        // What Slurm was never asked for it can know only from before this platform began, as after a restoration.
        Optional<SlurmJob> known = kept.asked().isPresent()
                ? find(kept)
                : Optional.ofNullable(queues.known(id, cluster).get(kept.name()));
        if (known.isPresent()) {
            jobs.taken(job.key(), known.get().number());
            return;
        }
        requireSettled(kept);
        try {
            String account = accounts.of(job.key());
            String script = place.prepare(job);
            jobs.asking(job.key(), clock.instant());
            jobs.taken(
                    job.key(),
                    cluster.submit(new Batch(
                            kept.name(),
                            partition,
                            account,
                            script,
                            place.path(job.key()).toString(),
                            job.nodes(),
                            job.cores(),
                            job.gpus(),
                            Math.ceilDiv(job.memoryBytes(), MIB),
                            job.wallTime().plus(JobPlace.GRACE))));
        } catch (Cluster.Refused refused) {
            jobs.update(ended(kept, JobState.FAILED, Reason.of(Kind.NOT_STARTED, refused.sentence())));
            throw Problem.of(ProblemType.AGAINST_RULES, refused.sentence());
        }
    }

    private Optional<SlurmJob> find(Kept job) {
        return Optional.ofNullable(cluster.jobs().get(job.name()))
                .or(() -> job.asked()
                        .map(asked -> cluster.accounted(List.of(job.name()), since(job))
                                .get(job.name())));
    }

    /** After an answer that never came, Slurm may be about to take what it was asked. */
    private void requireSettled(Kept job) {
        if (job.asked()
                .filter(asked -> asked.plus(SETTLES).isAfter(clock.instant()))
                .isPresent()) {
            throw new MachineUnavailable("Slurm was asked to take the job, and it is not known yet whether it did.");
        }
    }

    /** As it was when Slurm was last asked about all: people who look at their runs do not burden the site. */
    @Override
    public Optional<JobReport> find(JobKey key) {
        return jobs.find(key).map(Kept::report);
    }

    /** Asks the controller once for all, and the accounts once for those that the controller has forgotten. */
    @Override
    public Map<JobKey, JobReport> poll(Collection<JobKey> keys) {
        List<Kept> known = jobs.find(keys);
        List<Kept> underWay =
                known.stream().filter(job -> !job.state().hasEnded()).toList();
        Map<String, SlurmJob> found = underWay.isEmpty() ? Map.of() : look(underWay);
        Map<JobKey, JobReport> reports = new HashMap<>();
        for (Kept job : known) {
            Kept now = job.state().hasEnded() ? job : look(job, Optional.ofNullable(found.get(job.name())));
            reports.put(job.key(), now.report());
        }
        return reports;
    }

    @Override
    public Map<JobKey, List<Booking>> books(Collection<JobKey> keys) {
        Map<JobKey, List<Booking>> books = new HashMap<>();
        List<Kept> known = jobs.find(keys);
        known.stream().map(SlurmMachine::since).min(Instant::compareTo).ifPresent(since -> {
            Map<String, List<Booking>> byName =
                    cluster.books(known.stream().map(Kept::name).toList(), since);
            known.forEach(job -> books.put(job.key(), byName.getOrDefault(job.name(), List.of())));
        });
        return books;
    }

    private Map<String, SlurmJob> look(List<Kept> underWay) {
        // Without its controller, nothing that is missing is lost.
        cluster.version();
        Map<String, SlurmJob> found = new HashMap<>(cluster.jobs());
        List<Kept> missing =
                underWay.stream().filter(job -> !found.containsKey(job.name())).toList();
        missing.stream()
                .map(SlurmMachine::since)
                .min(Instant::compareTo)
                .ifPresent(since -> cluster.accounted(
                                missing.stream().map(Kept::name).toList(), since)
                        .forEach((name, job) -> {
                            // The accounts are told of ends by the controller; one that it lost goes on in them for
                            // ever.
                            if (job.state().meaning().hasEnded()) {
                                found.put(name, job);
                            }
                        }));
        return found;
    }

    /** The site's clock may differ. */
    private static Instant since(Kept job) {
        return job.submitted().minus(Duration.ofDays(1));
    }

    private Kept look(Kept job, Optional<SlurmJob> found) {
        Kept now = found.map(slurm -> told(job, slurm)).orElseGet(() -> missing(job));
        if (now.state() == JobState.MACHINE_FAILED) {
            // Another attempt may follow, and Slurm may be wrong about a node that it cannot reach.
            place.stop(job.key());
        }
        if (!now.equals(job)) {
            jobs.update(now);
        }
        if (now.state().hasEnded()) {
            doors.ifPresent(all -> all.close(job.key()));
        }
        if (job.cancelled().isPresent() && !now.state().hasEnded()) {
            // By the number that Slurm has for it now: that of one that it has lost may be another's.
            found.map(SlurmJob::number).ifPresent(this::isAskedToEnd);
        }
        return now;
    }

    /** One that a site refuses to end is not all others' trouble; it is asked again at the next look. */
    private boolean isAskedToEnd(long number) {
        try {
            cluster.cancel(number);
            return true;
        } catch (MachineUnavailable refused) {
            LOG.warn("Job {} of Slurm's is not ended yet: {}", number, refused.getMessage());
            return false;
        }
    }

    /** Slurm has answered, and knows nothing of it: it was never asked, or has lost it. */
    private Kept missing(Kept job) {
        if (job.number().isPresent()) {
            return lost(job);
        }
        return job.cancelled().isPresent() && job.asked().isEmpty()
                ? ended(job, JobState.CANCELLED, Reason.of(Kind.CANCELLED))
                : job;
    }

    /**
     * A controller that crashed has lost what it had not written down yet, and ends on the nodes what it does not know. What had come to
     * its end before that has left word of it.
     */
    private Kept lost(Kept job) {
        Instant now = clock.instant();
        Instant since = job.missing().orElse(now);
        if (now.isBefore(since.plus(missingFor))) {
            return job.missingSince(since);
        }
        if (!place.collect(job.request())) {
            return job.missingSince(since);
        }
        JobFolder folder = place.folder(job.key());
        return folder.end()
                .map(end -> byItsOwnWord(job, folder.start().map(JobFolder.Start::at), end))
                .orElseGet(() -> job.started().isEmpty() && isToldToEnd(job)
                        ? ended(job, JobState.CANCELLED, Reason.of(Kind.CANCELLED))
                        : ended(job, JobState.MACHINE_FAILED, Reason.of(Kind.LOST)));
    }

    private static Kept byItsOwnWord(Kept job, Optional<Instant> started, JobFolder.End end) {
        JobState state = end.status() == 0
                ? JobState.SUCCEEDED
                : job.cancelled().isPresent() ? JobState.CANCELLED : JobState.FAILED;
        Reason reason = switch (state) {
            case SUCCEEDED -> Reason.of(Kind.ENDED);
            case CANCELLED -> Reason.of(Kind.CANCELLED);
            default -> failure(end.status());
        };
        return new Kept(
                job.request(),
                state,
                job.submitted(),
                job.asked(),
                job.number(),
                job.cancelled(),
                started.or(job::started),
                Optional.of(end.at()),
                Optional.of(end.status()),
                job.cores() > 0
                        ? job.cores()
                        : job.request().nodes() * job.request().cores(),
                job.gpus() > 0
                        ? job.gpus()
                        : job.request().nodes() * job.request().gpus(),
                reason,
                job.missing());
    }

    private static Reason failure(int status) {
        return status > SIGNALS ? Reason.of(Kind.SIGNAL, status - SIGNALS) : Reason.of(Kind.EXIT_STATUS, status);
    }

    private Kept ended(Kept job, JobState state, Reason reason) {
        return new Kept(
                job.request(),
                state,
                job.submitted(),
                job.asked(),
                job.number(),
                job.cancelled(),
                job.started(),
                Optional.of(clock.instant()),
                Optional.empty(),
                job.cores(),
                job.gpus(),
                reason,
                job.missing());
    }

    private Kept told(Kept job, SlurmJob slurm) {
        if (isBegunAnew(slurm) && place.folder(job.key()).end().isEmpty()) {
            return takenOff(job, slurm);
        }
        if (slurm.state().meaning().hasEnded() && !place.collect(job.request())) {
            return comes(job, slurm);
        }
        if (slurm.state().meaning() == JobState.RUNNING) {
            place.follow(job.request());
        }
        Optional<Integer> status = slurm.state().meaning().hasEnded()
                ? place.folder(job.key()).end().map(end -> end.status())
                : Optional.empty();
        JobState state = state(job, slurm, status);
        return new Kept(
                job.request(),
                state,
                job.submitted(),
                job.asked(),
                Optional.of(slurm.number()),
                job.cancelled(),
                slurm.started(),
                state.hasEnded() ? slurm.ended().or(() -> Optional.of(clock.instant())) : Optional.empty(),
                status,
                slurm.started().isPresent() ? slurm.cores() : 0,
                slurm.started().isPresent() ? slurm.gpus() : 0,
                reason(job, state, slurm, status),
                Optional.empty());
    }

    /** We ask for no such thing, and not every Slurm heeds that; another attempt of ours knows of the first. */
    private static boolean isBegunAnew(SlurmJob slurm) {
        return slurm.restarts() > 0 && !slurm.state().meaning().hasEnded();
    }

    private Kept takenOff(Kept job, SlurmJob slurm) {
        if (!isAskedToEnd(slurm.number())) {
            // As long as it may run, nothing takes its place.
            return job;
        }
        // What it leaves elsewhere is brought when it has ended there.
        return place.isHere() ? ended(job, JobState.MACHINE_FAILED, Reason.of(Kind.RESTARTED)) : comes(job, slurm);
    }

    /** It counts as ended when what it has made is here. */
    private static Kept comes(Kept job, SlurmJob slurm) {
        return new Kept(
                job.request(),
                slurm.started().isPresent() ? JobState.RUNNING : JobState.QUEUED,
                job.submitted(),
                job.asked(),
                Optional.of(slurm.number()),
                job.cancelled(),
                slurm.started(),
                Optional.empty(),
                Optional.empty(),
                slurm.started().isPresent() ? slurm.cores() : 0,
                slurm.started().isPresent() ? slurm.gpus() : 0,
                Reason.of(Kind.COLLECTED),
                Optional.empty());
    }

    /**
     * Tells apart what the program, the person and the site have done. What the watching script never saw the end of, the site ended;
     * what reached its time was ended by the script, shortly before Slurm would have.
     */
    private JobState state(Kept job, SlurmJob slurm, Optional<Integer> status) {
        JobState meaning = slurm.state().meaning();
        return switch (meaning) {
            case CANCELLED -> isToldToEnd(job) ? JobState.CANCELLED : JobState.MACHINE_FAILED;
            // The script ends what reaches its time before Slurm would; where Slurm had to, nobody watched any more.
            case SUCCEEDED, FAILED, TIMED_OUT -> {
                if (isOutOfMemory(job, slurm)) {
                    yield JobState.FAILED;
                }
                if (status.isEmpty()) {
                    yield JobState.MACHINE_FAILED;
                }
                yield status.get() == 0
                        ? JobState.SUCCEEDED
                        : ranOut(job, slurm, status.get()) ? JobState.TIMED_OUT : JobState.FAILED;
            }
            default -> meaning;
        };
    }

    /** Asked again, since a look began before somebody cancelled the job sees what Slurm makes of that. */
    private boolean isToldToEnd(Kept job) {
        return job.cancelled().isPresent()
                || jobs.find(job.key()).flatMap(Kept::cancelled).isPresent();
    }

    /** Where Slurm itself watches memory, and not the kernel, the end looks like any other; it is told in the job's own words. */
    private boolean isOutOfMemory(Kept job, SlurmJob slurm) {
        return slurm.state() == SlurmState.OUT_OF_MEMORY
                || (place.folder(job.key()).end().isEmpty() && place.wasOutOfMemory(job.key()));
    }

    private static boolean ranOut(Kept job, SlurmJob slurm, int status) {
        return (status == OUT_OF_TIME || status == KILLED)
                && seconds(slurm) >= job.request().wallTime().toSeconds();
    }

    private Reason reason(Kept job, JobState state, SlurmJob slurm, Optional<Integer> status) {
        return switch (state) {
            case QUEUED -> waits(slurm.why());
            case RUNNING -> Reason.of(Kind.RUNS);
            case SUCCEEDED -> Reason.of(Kind.ENDED);
            case CANCELLED -> Reason.of(Kind.CANCELLED);
            case TIMED_OUT -> Reason.of(Kind.OUT_OF_TIME, seconds(slurm));
            case FAILED ->
                isOutOfMemory(job, slurm)
                        ? Reason.of(
                                Kind.SITE_OUT_OF_MEMORY,
                                Math.ceilDiv(job.request().memoryBytes(), MIB))
                        : failure(status.orElse(1));
            case MACHINE_FAILED ->
                switch (slurm.state()) {
                    case NODE_FAIL, BOOT_FAIL -> Reason.of(Kind.NODE_FAILED);
                    case PREEMPTED -> Reason.of(Kind.PREEMPTED);
                    // One that Slurm began anew is taken off by us.
                    case CANCELLED, REVOKED -> Reason.of(slurm.restarts() > 0 ? Kind.RESTARTED : Kind.SITE_CANCELLED);
                    default ->
                        slurm.started().isPresent() ? Reason.of(Kind.LOST) : Reason.of(Kind.NOT_STARTED, slurm.why());
                };
        };
    }

    private static long seconds(SlurmJob slurm) {
        return slurm.started()
                .flatMap(start -> slurm.ended().map(end -> Duration.between(start, end)))
                .map(Duration::toSeconds)
                .orElse(0L);
    }

    /** Slurm's words for why a job waits: {@code slurm.h}, {@code enum job_state_reason}. */
    private static Reason waits(String why) {
        return switch (why) {
            case "", "None" -> Reason.of(Kind.STARTING);
            case "Priority" -> Reason.of(Kind.SITE_PRIORITY);
            case "Resources" -> Reason.of(Kind.SITE_RESOURCES);
            case "PartitionDown", "PartitionInactive" -> Reason.of(Kind.CLOSED);
            case "NodeDown", "ReqNodeNotAvail" -> Reason.of(Kind.SITE_NODES_DOWN);
            default ->
                why.startsWith("Assoc") || why.startsWith("QOS")
                        ? Reason.of(Kind.SITE_LIMIT, why)
                        : Reason.of(Kind.SITE_WAITS, why);
        };
    }

    @Override
    public void cancel(JobKey key) {
        Optional<Kept> known = jobs.find(key).filter(job -> !job.state().hasEnded());
        if (known.flatMap(Kept::cancelled).isPresent()) {
            // Each look at it asks again.
            return;
        }
        jobs.cancelled(key, clock.instant());
        known.flatMap(job -> Optional.ofNullable(cluster.jobs().get(job.name())))
                .ifPresent(job -> cluster.cancel(job.number()));
    }

    @Override
    public JobLog log(JobKey key, long from, int most) {
        if (jobs.find(key).isEmpty()) {
            throw Problem.notFound("job", key);
        }
        return place.folder(key).log(from, Math.clamp(most, 1, MOST_OF_LOG));
    }

    @Override
    public void forget(JobKey key) {
        if (jobs.find(key).filter(job -> !job.state().hasEnded()).isPresent()) {
            throw Problem.of(ProblemType.NOT_NOW, "federation.refused.job-goes-on", key);
        }
        place.forget(key);
        jobs.delete(key);
    }

    @Override
    public Capacity capacity(PartitionId partition) {
        String name = partitions.nameOf(partition);
        Free free = cluster.free(name);
        return new Capacity(
                free.cores(),
                free.freeCores(),
                free.gpus(),
                free.freeGpus(),
                free.memoryMib() * MIB,
                free.freeMemoryMib() * MIB,
                jobs.waiting(id),
                false);
    }

    /** Slurm foretells only for jobs that it has; of another it is worked out from all that run and wait. */
    @Override
    public Optional<Instant> expectedStart(JobRequest job) {
        return queues.of(job.partition(), cluster, partitions.nameOf(job.partition()))
                .start(job.nodes() * job.cores(), job.nodes() * job.gpus());
    }

    @Override
    public Optional<Outlook> outlook(JobKey key) {
        return jobs.find(key)
                .filter(job -> job.state() == JobState.QUEUED)
                .flatMap(job -> queues.of(
                                job.request().partition(),
                                cluster,
                                partitions.nameOf(job.request().partition()))
                        .outlook(job.name()));
    }

    @Override
    public boolean letsIn() {
        return doors.filter(Doors::areOpen).isPresent();
    }

    @Override
    public String listensOn() {
        return "0.0.0.0";
    }

    @Override
    public URI reach(JobKey key, URI said) {
        Doors ways = doors.orElseThrow(() -> new MachineUnavailable("The nodes of this machine let nobody in."));
        requireOfNode(said);
        URI way = ways.reach(running(key), said.getPort());
        try {
            // Where it has ended meanwhile, nobody else closes the door that was just opened.
            running(key);
            return way;
        } catch (MachineUnavailable ended) {
            ways.close(key);
            throw ended;
        }
    }

    private Kept running(JobKey key) {
        return jobs.find(key)
                .filter(one -> one.state() == JobState.RUNNING)
                .orElseThrow(() -> new MachineUnavailable("The job does not run."));
    }

    /** What a job says leads to its own node alone, whatever it says. */
    private static void requireOfNode(URI said) {
        if (!Listening.isOnAll(said)) {
            throw new MachineUnavailable(
                    "The job says that it listens at " + said + ", where nothing of its node's is.");
        }
    }
}
