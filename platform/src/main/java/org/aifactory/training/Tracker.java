package org.aifactory.training;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.aifactory.federation.Connectors;
import org.aifactory.federation.JobKey;
import org.aifactory.federation.JobReport;
import org.aifactory.federation.JobState;
import org.aifactory.federation.MachineConnector;
import org.aifactory.federation.MachineId;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.Partitions;
import org.aifactory.federation.Reason;
import org.aifactory.web.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Asks the machines what became of the jobs that they have, all of a machine's at once, and writes it down. */
@Component
class Tracker {
    private static final Logger LOG = LoggerFactory.getLogger(Tracker.class);

    private final AttemptTable attempts;
    private final RunTable runs;
    private final Partitions partitions;
    private final Connectors connectors;
    private final Endings endings;
    private final Readings readings;
    private final Unheard unheard;
    private final TransactionTemplate transaction;
    private final InstantSource clock;
    /** Those that may not begin any more, as of the last look. */
    private volatile Set<JobKey> tooLate = Set.of();
    /** Why they waited at the last look, so that only news is written down. */
    private final Map<JobKey, Reason> waiting = new ConcurrentHashMap<>();

    Tracker(
            AttemptTable attempts,
            RunTable runs,
            Partitions partitions,
            Connectors connectors,
            Endings endings,
            Readings readings,
            Unheard unheard,
            TransactionTemplate transaction,
            InstantSource clock) {
        this.attempts = attempts;
        this.runs = runs;
        this.partitions = partitions;
        this.connectors = connectors;
        this.endings = endings;
        this.readings = readings;
        this.unheard = unheard;
        this.transaction = transaction;
        this.clock = clock;
    }

    void look() {
        tooLate = attempts.tooLate(clock.instant());
        Map<MachineId, List<Attempt>> byMachine = new HashMap<>();
        Set<JobKey> underWay = new HashSet<>();
        attempts.submitted().forEach((partition, submitted) -> {
            byMachine
                    .computeIfAbsent(partitions.require(partition).machine(), machine -> new ArrayList<>())
                    .addAll(submitted);
            submitted.forEach(attempt -> underWay.add(attempt.job()));
        });
        waiting.keySet().retainAll(underWay);
        byMachine.forEach(this::look);
    }

    private void look(MachineId id, List<Attempt> submitted) {
        try {
            MachineConnector machine = connectors.of(id);
            Map<JobKey, JobReport> reports =
                    machine.poll(submitted.stream().map(Attempt::job).toList());
            unheard.heard(id);
            for (Attempt attempt : submitted) {
                look(attempt, Optional.ofNullable(reports.get(attempt.job())), machine);
            }
        } catch (MachineUnavailable away) {
            unheard.silent(id, away.sentence());
            LOG.warn("{} jobs are not heard of just now: {}", submitted.size(), away.getMessage());
        } catch (RuntimeException mistake) {
            // One site's odd answer is not the other sites' trouble.
            unheard.silent(id, Message.written(String.valueOf(mistake.getMessage())));
            LOG.error("What machine {} answers cannot be understood", id, mistake);
        }
    }

    /** One run's trouble is not another's. */
    private void look(Attempt attempt, Optional<JobReport> report, MachineConnector machine) {
        try {
            if (report.isEmpty()) {
                endings.neverStarted(attempt, RunState.MACHINE_FAILED, Reason.of(Reason.Kind.LOST));
            } else {
                look(attempt, report.get(), machine);
            }
        } catch (MachineUnavailable away) {
            throw away;
        } catch (RuntimeException failure) {
            LOG.error("What became of run {} could not be written down", attempt.run(), failure);
        }
    }

    private void look(Attempt attempt, JobReport report, MachineConnector machine) {
        if (report.state().hasEnded()) {
            ended(attempt, report);
        } else if (report.state() == JobState.QUEUED && mayNotBegin(attempt)) {
            end(attempt, machine);
            machine.find(attempt.job()).filter(now -> now.state().hasEnded()).ifPresent(end -> ended(attempt, end));
        } else {
            follow(attempt, report, machine);
        }
    }

    private void follow(Attempt attempt, JobReport report, MachineConnector machine) {
        if (attempt.cancelled().isPresent()) {
            end(attempt, machine);
        }
        if (report.state() == JobState.QUEUED && !report.reason().equals(waiting.put(attempt.job(), report.reason()))) {
            runs.waits(attempt.run(), report.reason());
        }
        if (report.state() == JobState.RUNNING) {
            if (attempt.started().isEmpty()) {
                transaction.executeWithoutResult(status -> attempts.began(attempt, report));
            }
            readings.follow(attempt);
        }
    }

    /** One that cannot be ended just now keeps nobody from hearing of the others. */
    private static void end(Attempt attempt, MachineConnector machine) {
        try {
            machine.cancel(attempt.job());
        } catch (MachineUnavailable away) {
            LOG.info("{} is told again later that it is to end: {}", attempt.run(), away.getMessage());
        }
    }

    /** What waits leaves at once when it is cancelled, and in time for its hold to pay for all that it could take. */
    private boolean mayNotBegin(Attempt attempt) {
        return attempt.cancelled().isPresent() || tooLate.contains(attempt.job());
    }

    private void ended(Attempt attempt, JobReport report) {
        boolean ofOurOwn = report.state() == JobState.CANCELLED
                && report.started().isEmpty()
                && attempt.cancelled().isEmpty();
        if (ofOurOwn && tooLate.contains(attempt.job())) {
            endings.neverStarted(attempt, RunState.MACHINE_FAILED, Dispatcher.WAITED_TOO_LONG);
            return;
        }
        readings.finish(attempt);
        endings.ended(attempt, report);
    }
}
