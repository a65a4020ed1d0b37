package org.aifactory.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.aifactory.federation.Connectors;
import org.aifactory.federation.JobKey;
import org.aifactory.federation.JobRequest;
import org.aifactory.federation.MachineConnector;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.federation.Reason;
import org.aifactory.training.Attempt.Stage;
import org.aifactory.web.Message;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Hands attempts to their machines. Killed at any moment it goes on where it was: the folder is laid out again where it is not whole, the
 * intent stands in the attempt before the machine hears of it, and a machine that hears twice of one job runs it once.
 */
@Component
class Dispatcher implements DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final int AT_ONCE = 4;
    private static final int LOOKED_AT = 100;
    static final Reason WAITED_TOO_LONG =
            Reason.of(Reason.Kind.NOT_STARTED, Message.of("training.reason.waited-too-long"));
    /** As after a restoration: a backup has no keys. */
    private static final Reason UNREADABLE =
            Reason.of(Reason.Kind.NOT_STARTED, Message.of("federation.secrets.unreadable"));

    private final RunTable table;
    private final AttemptTable attempts;
    private final RunPlaces places;
    private final Programs programs;
    private final Choices choices;
    private final Partitions partitions;
    private final Connectors connectors;
    private final Forecasts forecasts;
    private final Endings endings;
    private final TrainingSettings settings;
    private final InstantSource clock;
    private final Set<JobKey> inHand = ConcurrentHashMap.newKeySet();
    private final Queue<Attempt> next = new ConcurrentLinkedQueue<>();
    private final Semaphore hands = new Semaphore(AT_ONCE);
    private final ExecutorService workers = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("dispatch-", 0).factory());

    Dispatcher(
            RunTable table,
            AttemptTable attempts,
            RunPlaces places,
            Programs programs,
            Choices choices,
            Partitions partitions,
            Connectors connectors,
            Forecasts forecasts,
            Endings endings,
            TrainingSettings settings,
            InstantSource clock) {
        this.table = table;
        this.attempts = attempts;
        this.places = places;
        this.programs = programs;
        this.choices = choices;
        this.partitions = partitions;
        this.connectors = connectors;
        this.forecasts = forecasts;
        this.endings = endings;
        this.settings = settings;
        this.clock = clock;
    }

    /** Begins with those that wait; large data makes one slow, and not the others. */
    void look() {
        for (Attempt attempt : attempts.toDispatch(clock.instant(), LOOKED_AT)) {
            if (inHand.add(attempt.job())) {
                next.add(attempt);
            }
        }
        for (int started = 0; started < AT_ONCE && !next.isEmpty() && hands.tryAcquire(); started++) {
            workers.execute(this::work);
        }
    }

    /** Whoever has a hand free goes on, so that many which come at once do not wait for the next look. */
    private void work() {
        try {
            for (Attempt attempt = next.poll(); attempt != null; attempt = next.poll()) {
                work(attempt);
            }
        } finally {
            hands.release();
        }
    }

    private void work(Attempt attempt) {
        try {
            // It may have been cancelled since it was looked at.
            attempts.last(attempt.run())
                    .filter(now -> now.number() == attempt.number() && now.stage() == attempt.stage())
                    .ifPresent(this::dispatch);
        } catch (RuntimeException mistake) {
            LOG.error("Run {} could not be handed to its machine", attempt.run(), mistake);
        } finally {
            inHand.remove(attempt.job());
        }
    }

    private void dispatch(Attempt attempt) {
        Run run = table.find(attempt.run()).orElseThrow();
        try {
            if (attempt.stage() == Stage.WAITING && attempt.cancelled().isPresent()) {
                endings.neverStarted(attempt, RunState.CANCELLED, Reason.of(Reason.Kind.CANCELLED));
            } else if (attempt.stage() == Stage.WAITING
                    && attempt.isTooLate(run.resources().wallTime(), clock.instant())) {
                endings.neverStarted(attempt, RunState.MACHINE_FAILED, WAITED_TOO_LONG);
            } else {
                dispatch(attempt, run);
            }
        } catch (MachineUnavailable away) {
            later(attempt, away.sentence());
        } catch (Problem refused) {
            // What cannot be asked just now is no answer, and the machine may have the job already.
            if (refused.type() == ProblemType.UNAVAILABLE) {
                later(attempt, refused.message());
            } else {
                refused(attempt, refused);
            }
        } catch (IOException | UncheckedIOException failure) {
            LOG.warn("The folder of run {} cannot be made just now", run.id(), failure);
            later(attempt, Message.of("training.reason.no-folder", String.valueOf(failure.getMessage())));
        }
    }

    private void dispatch(Attempt attempt, Run run) throws IOException {
        Partition partition = partitions.require(run.partition());
        MachineConnector machine = connectors.of(partition.machine());
        Settings chosen = table.settings(run.id());
        places.prepare(run, chosen);
        if (attempt.stage() == Stage.WAITING && !attempts.advance(attempt, Stage.WAITING, Stage.SUBMITTING)) {
            return;
        }
        Optional<Map<String, String>> secrets = attempts.secrets(attempt);
        // The machine may have the job from before, and its secrets with it.
        if (secrets.isPresent()) {
            JobRequest job = programs.job(run, chosen, attempt, secrets.get(), choices.confines(run, partition));
            forecasts.note(attempt, job, machine);
            machine.submit(job);
        } else if (machine.find(attempt.job()).isEmpty()) {
            endings.neverStarted(attempt, RunState.MACHINE_FAILED, UNREADABLE);
            return;
        }
        attempts.submitted(attempt, clock.instant());
        // Somebody asked for its end while nobody could say whether the machine had it.
        if (attempt.cancelled().isPresent()) {
            machine.cancel(attempt.job());
        }
    }

    private void later(Attempt attempt, Message trouble) {
        attempts.troubled(attempt, trouble, clock.instant().plus(settings.retryEvery()));
    }

    /** The machine will never take it. */
    private void refused(Attempt attempt, Problem refused) {
        LOG.warn("Run {} was refused by its machine: {}", attempt.run(), refused.getMessage());
        endings.neverStarted(attempt, RunState.MACHINE_FAILED, Reason.of(Reason.Kind.NOT_STARTED, refused.message()));
    }

    @Override
    public void destroy() {
        workers.shutdown();
    }
}
