package org.aifactory.training;

import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.aifactory.access.AllocationId;
import org.aifactory.access.Allocations;
import org.aifactory.federation.Connectors;
import org.aifactory.federation.JobLog;
import org.aifactory.federation.MachineConnector;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.Partitions;
import org.aifactory.federation.Reason;
import org.aifactory.identity.Actor;
import org.aifactory.identity.AuditTrail;
import org.aifactory.identity.PersonId;
import org.aifactory.training.Attempt.Stage;
import org.aifactory.training.Remains.Part;
import org.aifactory.web.Problem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** Runs: asked for, watched, cancelled, resumed. */
@Service
public class Runs {
    private static final Logger LOG = LoggerFactory.getLogger(Runs.class);
    private static final int MOST = 1000;
    private static final int MOST_FILES = 10_000;
    private static final int BEGINNING = 1 << 16;
    private static final Pattern ADDRESS = Pattern.compile(
            "^Serving .* on (http://(?:[0-9]{1,3}(?:\\.[0-9]{1,3}){3}|\\[[0-9a-f:]{2,39}]):[0-9]{1,5})(?:, for programs .*)?$",
            Pattern.MULTILINE);

    private final RunTable table;
    private final AttemptTable attempts;
    private final RemainsTable remains;
    private final RunPlaces places;
    private final Submission submission;
    private final Placements placements;
    private final Partitions partitions;
    private final Allocations allocations;
    private final Connectors connectors;
    private final Unheard unheard;
    private final Conductor conductor;
    private final AuditTrail audit;
    private final TransactionTemplate transaction;
    private final InstantSource clock;

    Runs(
            RunTable table,
            AttemptTable attempts,
            RemainsTable remains,
            RunPlaces places,
            Submission submission,
            Placements placements,
            Partitions partitions,
            Allocations allocations,
            Connectors connectors,
            Unheard unheard,
            Conductor conductor,
            AuditTrail audit,
            TransactionTemplate transaction,
            InstantSource clock) {
        this.table = table;
        this.attempts = attempts;
        this.remains = remains;
        this.places = places;
        this.submission = submission;
        this.placements = placements;
        this.partitions = partitions;
        this.allocations = allocations;
        this.connectors = connectors;
        this.unheard = unheard;
        this.conductor = conductor;
        this.audit = audit;
        this.transaction = transaction;
        this.clock = clock;
    }

    /** For whoever has asked for the right already. */
    public Run require(RunId id) {
        return table.find(id).orElseThrow(() -> Problem.notFound("run", id));
    }

    /** @throws Problem that there is no such run, where it is not theirs to see */
    public Run find(Actor actor, RunId id) {
        Run run = require(id);
        actor.requireMaySee(run.organisation(), "run", id);
        return run;
    }

    /** Those of the person's organisations, the newest first, a thousand at most. */
    public List<Run> of(Actor actor) {
        return of(actor, RunFilter.ALL, MOST);
    }

    /** Some of those of the person's organisations, the newest first. */
    public List<Run> of(Actor actor, RunFilter filter, int most) {
        return table.of(
                actor.memberships().stream().map(Actor.Membership::organisation).toList(), filter, most);
    }

    /** All that one allocation has paid for, in the order in which they were asked for. */
    public List<Run> of(Actor actor, AllocationId allocation) {
        return table.of(allocations.find(actor, allocation).id());
    }

    /**
     * Writes a run down, with what its allocation keeps back for it; it starts when its turn comes. Not to be called in a transaction.
     *
     * @throws Problem that says why not
     */
    public Run submit(Actor actor, RunRequest request) {
        return placements.submit(actor, request);
    }

    /** Likewise a run that serves a model; {@link #servingAddress} tells when and where it answers. */
    public Run submitServing(Actor actor, ServingRequest request) {
        return submission.submitServing(actor, request);
    }

    /**
     * Another attempt at a run that did not succeed; what it had written is there for it.
     *
     * @param secrets the same as before, which were not kept
     */
    public Run resume(Actor actor, RunId id, Map<String, String> secrets) {
        return submission.resume(actor, id, secrets);
    }

    /** Asks for the end of a run, all its processes; one that has ended stays as it is. */
    public void cancel(Actor actor, RunId id) {
        actor.requireMayChange(find(actor, id).organisation(), "run", id);
        cancel(actor.person(), id);
    }

    /**
     * Asks for the end of a run for the platform itself, such as when nobody uses what it serves, in the transaction of whoever decides
     * that. Its machine hears of it a moment after, since nobody waits for a machine with rows of the database in hand.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void askToEnd(RunId id) {
        askToEnd(null, id);
    }

    /** The runs that serve models and have not ended, by the keys by which they were asked for. */
    public Map<UUID, RunId> serving() {
        return attempts.serving();
    }

    private void cancel(PersonId person, RunId id) {
        Optional<Attempt> asked = Objects.requireNonNull(transaction.execute(status -> askToEnd(person, id)));
        if (asked.isPresent()) {
            tellMachine(asked.get());
            conductor.nudge();
        }
    }

    private Optional<Attempt> askToEnd(@Nullable PersonId person, RunId id) {
        Run run = table.lock(id).orElseThrow();
        Attempt attempt = attempts.last(id).orElseThrow();
        if (run.state().hasEnded() || attempt.cancelled().isPresent()) {
            return Optional.empty();
        }
        attempts.cancelled(attempt, clock.instant());
        audit.record(person, run.organisation(), "run.cancelled", run.subject(), Map.of());
        return Optional.of(attempt);
    }

    /** At once where it can be reached; the tracker asks again until the job has ended. */
    private void tellMachine(Attempt attempt) {
        if (attempt.stage() != Stage.SUBMITTED) {
            return;
        }
        try {
            machine(attempt.run()).ifPresent(machine -> machine.cancel(attempt.job()));
        } catch (MachineUnavailable away) {
            LOG.info("{} is told later that it is to end: {}", attempt.run(), away.getMessage());
        }
    }

    /** What a run costs in euro cents, all its attempts together; empty where its allocation costs nothing. */
    public Optional<Long> cents(RunId id) {
        return attempts.cents(id);
    }

    /** Where a run's programs write; what has come of it is in {@code output} there, to be read by {@link #openOutput}. */
    public Path folder(RunId id) {
        return places.folder(id);
    }

    /** The files that a run has written to its output, in the order of their paths; links are left out. */
    public List<OutputFile> output(RunId id) {
        return places.files().list(id + "/output", MOST_FILES);
    }

    /** Opens such a file; empty where there is none. The caller closes it. */
    public Optional<InputStream> openOutput(RunId id, String path) {
        return places.files()
                .open(id + "/output/" + path, require(id).state().hasEnded())
                .map(Channels::newInputStream);
    }

    /**
     * A piece of what a run has printed, of its last attempt.
     *
     * @param from where to begin, in bytes since the first; negative counts from the end
     * @param most how many bytes at most
     */
    public JobLog log(RunId id, long from, int most) {
        JobLog empty = new JobLog(0, new byte[0], 0);
        Attempt attempt = attempts.last(id).orElseThrow(() -> Problem.notFound("run", id));
        if (attempt.submitted().isEmpty() || remains.isCleared(id, Part.LOG)) {
            return empty;
        }
        return machine(id)
                .map(machine -> machine.log(attempt.job(), from, most))
                .orElse(empty);
    }

    /** Where a run that serves a model answers; empty until it does. */
    public Optional<URI> servingAddress(RunId id) {
        Matcher address = ADDRESS.matcher(new String(log(id, 0, BEGINNING).bytes(), StandardCharsets.UTF_8));
        return address.find() ? uri(address.group(1)) : Optional.empty();
    }

    private static Optional<URI> uri(String text) {
        try {
            return Optional.of(new URI(text));
        } catch (URISyntaxException none) {
            return Optional.empty();
        }
    }

    /**
     * Where what a run listens on is reached from here.
     *
     * @param said as the run itself says
     * @throws MachineUnavailable when there is no way to it just now
     */
    public URI reach(RunId id, URI said) {
        Attempt attempt = attempts.last(id).orElseThrow(() -> Problem.notFound("run", id));
        return connectors
                .of(partitions.require(require(id).partition()).machine())
                .reach(attempt.job(), said);
    }

    /** Why a run waits, as its machine said it last, or how it ended; or that nothing is heard of the machine. */
    public Reason reason(Run run) {
        Attempt last = attempts.last(run.id()).orElseThrow();
        return unheard.instead(run, last, partitions.require(run.partition()).machine())
                .orElseGet(() -> reason(run, last));
    }

    /** @param last the run's latest attempt */
    static Reason reason(Run run, Attempt last) {
        boolean waits = !run.state().hasEnded() && run.state() != RunState.RUNNING;
        return waits
                ? last.trouble()
                        .map(trouble -> Reason.of(Reason.Kind.NOT_STARTED, trouble))
                        .orElse(run.reason())
                : run.reason();
    }

    private Optional<MachineConnector> machine(RunId id) {
        try {
            return Optional.of(
                    connectors.of(partitions.require(require(id).partition()).machine()));
        } catch (MachineUnavailable away) {
            return Optional.empty();
        }
    }
}
