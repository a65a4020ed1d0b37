package org.aifactory.training;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.aifactory.federation.Booking;
import org.aifactory.federation.Connectors;
import org.aifactory.federation.JobKey;
import org.aifactory.federation.Machine;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.Machines;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.identity.Actor;
import org.aifactory.training.CorrectionTable.Reading;
import org.aifactory.upkeep.Chore;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Compares, each night, what was settled in the last days with what the machines themselves have in their books, such as Slurm's
 * accounts, and has differences corrected and told.
 */
@Component
class Reconciliation implements Chore {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciliation.class);
    private static final int AT_ONCE = 1000;

    private final AttemptTable attempts;
    private final Corrections corrections;
    private final CorrectionTable table;
    private final Machines machines;
    private final Partitions partitions;
    private final Connectors connectors;
    private final TrainingSettings settings;
    private final ApplicationEventPublisher events;
    private final TransactionTemplate transaction;
    private final InstantSource clock;

    Reconciliation(
            AttemptTable attempts,
            Corrections corrections,
            CorrectionTable table,
            Machines machines,
            Partitions partitions,
            Connectors connectors,
            TrainingSettings settings,
            ApplicationEventPublisher events,
            TransactionTemplate transaction,
            InstantSource clock) {
        this.attempts = attempts;
        this.corrections = corrections;
        this.table = table;
        this.machines = machines;
        this.partitions = partitions;
        this.connectors = connectors;
        this.settings = settings;
        this.events = events;
        this.transaction = transaction;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "reconciliation";
    }

    @Override
    public void see() {
        for (Machine machine : machines.all()) {
            boolean isDue = machine.connection() == Machine.Connection.SLURM
                    && table.lastReading(machine.id())
                            .filter(last ->
                                    last.at().plus(settings.reconcileEvery()).isAfter(clock.instant()))
                            .isEmpty();
            if (isDue) {
                try {
                    reconcile(machine);
                } catch (MachineUnavailable away) {
                    LOG.warn("The books of {} cannot be read just now: {}", machine.slug(), away.getMessage());
                } catch (RuntimeException mistake) {
                    LOG.error("The books of {} cannot be understood", machine.slug(), mistake);
                }
            }
        }
    }

    /** Those whose machine it is need not wait for the night. */
    Reading reconcile(Actor actor, String slug) {
        Machine machine = machines.require(slug);
        machines.requireMayOperate(actor, machine.id());
        if (machine.connection() != Machine.Connection.SLURM) {
            throw Problem.of(ProblemType.NOT_NOW, "federation.slurm.not-connected", machine.name());
        }
        try {
            return reconcile(machine);
        } catch (MachineUnavailable away) {
            throw Problem.of(ProblemType.UNAVAILABLE, away.sentence());
        }
    }

    private Reading reconcile(Machine machine) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        List<Partition> own = partitions.of(machine.id());
        int compared = 0;
        int corrected = 0;
        int unknown = 0;
        List<Attempt> some;
        Instant after = now.minus(settings.reconcileWithin());
        Attempt.Place last = Attempt.Place.FIRST;
        do {
            some = attempts.ended(own, after, last, AT_ONCE);
            Map<JobKey, List<Booking>> books = connectors
                    .of(machine.id())
                    .books(some.stream().map(Attempt::job).toList());
            for (Attempt attempt : some) {
                List<Booking> booked = books.getOrDefault(attempt.job(), List.of());
                compared++;
                if (!isComplete(attempt, booked)) {
                    unknown++;
                } else if (corrects(machine, attempt, booked)) {
                    corrected++;
                }
                last = attempt.place();
            }
        } while (some.size() == AT_ONCE);
        Reading reading = new Reading(now, compared, corrected, unknown);
        note(machine, reading);
        return reading;
    }

    /** Books that know nothing of what was settled, or no end, may be late; they are no reason to change anything. */
    private static boolean isComplete(Attempt attempt, List<Booking> booked) {
        long used = attempt.ending().map(ending -> ending.charge().used()).orElse(0L);
        return booked.stream().allMatch(Booking::over) && (!booked.isEmpty() || used == 0);
    }

    /** One attempt's trouble is not another's. */
    private boolean corrects(Machine machine, Attempt attempt, List<Booking> booked) {
        try {
            return corrections.correct(machine, attempt, booked);
        } catch (RuntimeException failure) {
            LOG.error("Attempt {} of run {} could not be corrected", attempt.number(), attempt.run(), failure);
            return false;
        }
    }

    private void note(Machine machine, Reading reading) {
        transaction.executeWithoutResult(status -> {
            table.read(machine.id(), reading);
            if (reading.corrected() > 0) {
                events.publishEvent(new UsageCorrected(machine.id(), reading.corrected(), reading.at()));
            }
        });
    }
}
