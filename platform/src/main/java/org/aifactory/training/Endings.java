package org.aifactory.training;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.aifactory.access.Allocations;
import org.aifactory.access.CommercialUse;
import org.aifactory.access.CommercialUse.Bill;
import org.aifactory.federation.JobReport;
import org.aifactory.federation.JobState;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.federation.Pools;
import org.aifactory.federation.Reason;
import org.aifactory.identity.AuditTrail;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.Ledger;
import org.aifactory.ledger.LedgerException;
import org.aifactory.ledger.Posting;
import org.aifactory.ledger.Posting.Settlement;
import org.aifactory.ledger.Posting.Voiding;
import org.aifactory.training.Attempt.Ending;
import org.aifactory.web.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Ends attempts: how it ended, what it is charged, and the word to whoever waits for it are written in one transaction, once. */
@Component
class Endings {
    private static final Logger LOG = LoggerFactory.getLogger(Endings.class);

    private final RunTable table;
    private final AttemptTable attempts;
    private final RunPlaces places;
    private final Partitions partitions;
    private final Pools pools;
    private final Allocations allocations;
    private final CommercialUse commercialUse;
    private final RunInputs inputs;
    private final Continuation continuation;
    private final Ledger ledger;
    private final AuditTrail audit;
    private final ApplicationEventPublisher events;
    private final TransactionTemplate transaction;
    private final InstantSource clock;

    Endings(
            RunTable table,
            AttemptTable attempts,
            RunPlaces places,
            Partitions partitions,
            Pools pools,
            Allocations allocations,
            CommercialUse commercialUse,
            RunInputs inputs,
            Continuation continuation,
            Ledger ledger,
            AuditTrail audit,
            ApplicationEventPublisher events,
            TransactionTemplate transaction,
            InstantSource clock) {
        this.table = table;
        this.attempts = attempts;
        this.places = places;
        this.partitions = partitions;
        this.pools = pools;
        this.allocations = allocations;
        this.commercialUse = commercialUse;
        this.inputs = inputs;
        this.continuation = continuation;
        this.ledger = ledger;
        this.audit = audit;
        this.events = events;
        this.transaction = transaction;
        this.clock = clock;
    }

    /** No process ever began; nothing is charged. */
    void neverStarted(Attempt attempt, RunState state, Reason reason) {
        end(
                attempt,
                new Ending(
                        state, Optional.of(now()), Optional.empty(), reason, 0, 0, Charge.NOTHING, Optional.empty()));
    }

    /** The machine says that it has ended. */
    void ended(Attempt attempt, JobReport report) {
        Run run = table.find(attempt.run()).orElseThrow();
        Partition partition = partitions.require(run.partition());
        RunState state = state(report.state());
        Charge charge = charge(attempt, report, partition);
        end(
                attempt.begun(report.started().map(Endings::micros)),
                new Ending(
                        state,
                        report.ended().map(Endings::micros),
                        report.exitStatus(),
                        report.reason(),
                        report.allocatedCores(),
                        report.allocatedGpus(),
                        state == RunState.MACHINE_FAILED ? charge.borneBySite() : charge,
                        Optional.empty()));
    }

    private static RunState state(JobState state) {
        return switch (state) {
            case SUCCEEDED -> RunState.SUCCEEDED;
            case FAILED -> RunState.FAILED;
            case CANCELLED -> RunState.CANCELLED;
            case TIMED_OUT -> RunState.TIMED_OUT;
            case MACHINE_FAILED -> RunState.MACHINE_FAILED;
            case QUEUED, RUNNING -> throw new IllegalStateException(state + " is no end");
        };
    }

    private static Charge charge(Attempt attempt, JobReport report, Partition partition) {
        if (report.started().isEmpty() || report.ended().isEmpty()) {
            return Charge.NOTHING;
        }
        long seconds = Charge.seconds(
                micros(report.started().get()), micros(report.ended().get()));
        return Charge.of(seconds, partition.rate(report.allocatedCores(), report.allocatedGpus()), attempt.held());
    }

    private void end(Attempt attempt, Ending ending) {
        boolean isOver;
        try {
            isOver = end(attempt, ending, true);
        } catch (Problem | LedgerException refused) {
            LOG.warn("Run {} does not go on by itself: {}", attempt.run(), refused.getMessage());
            isOver = end(attempt, ending, false);
        }
        if (isOver) {
            tidy(attempt.run());
        }
    }

    /**
     * Writes an end down, once.
     *
     * @param mayContinue whether another attempt may follow
     * @return whether the run has ended by it
     */
    private boolean end(Attempt attempt, Ending ending, boolean mayContinue) {
        return Boolean.TRUE.equals(transaction.execute(status -> {
            Run run = table.lock(attempt.run()).orElseThrow();
            Attempt known = attempts.last(attempt.run()).orElseThrow();
            if (known.number() != attempt.number() || known.stage() == Attempt.Stage.ENDED) {
                return false;
            }
            Optional<Attempt> next = mayContinue ? continuation.next(run, known, ending) : Optional.empty();
            write(run, attempt, ending, next);
            return next.isEmpty();
        }));
    }

    private void write(Run run, Attempt attempt, Ending wish, Optional<Attempt> next) {
        Partition partition = partitions.require(run.partition());
        if (run.state().hasEnded()) {
            throw new IllegalStateException(run.subject() + " has ended while an attempt had not");
        }
        // A hold that has expired can pay for nothing, and the site bears it all.
        boolean holds = clock.instant().isBefore(attempt.expires());
        Ending ending = holds ? wish : wish.borneBySite();
        if (holds) {
            allocations.settle(attempt.hold(), new Amount(ending.charge().charged(), partition.unit()));
        } else {
            LOG.warn("The hold of {} had expired before it ended", run.subject());
        }
        List<Posting> postings = postings(run, attempt, ending, partition, holds);
        Optional<Bill> bill = holds ? bill(run, attempt, ending) : Optional.empty();
        bill.map(Bill::postings).ifPresent(postings::addAll);
        Ending written = ending.costing(bill.map(Bill::cents));
        next.ifPresent(follower -> postings.addAll(continuation.holds(run, follower, partition)));
        ledger.post(postings);
        attempts.end(attempt, written, written.at().orElseGet(this::now));
        audit.record(null, run.organisation(), "run.ended", run.subject(), details(attempt, written, partition));
        if (next.isPresent()) {
            continuation.begin(run, next.get(), ending);
            return;
        }
        inputs.free(run);
        events.publishEvent(new RunEnded(run.id(), ending.state()));
    }

    private Optional<Bill> bill(Run run, Attempt attempt, Ending ending) {
        return commercialUse.bill(
                allocations.require(run.allocation()),
                attempt.euroHold(),
                attempt.held(),
                ending.charge().charged(),
                attempt.euroVoiding(),
                attempt.euroCharge(),
                "Run " + run.id() + ", attempt " + attempt.number());
    }

    private static Map<String, Object> details(Attempt attempt, Ending ending, Partition partition) {
        Map<String, Object> details = new HashMap<>();
        details.put("attempt", attempt.number());
        details.put("state", ending.state());
        details.put("charged", ending.charge().charged());
        details.put("unit", partition.unit());
        ending.cents().ifPresent(cents -> details.put("cents", cents));
        if (ending.charge().site() > 0) {
            details.put("borneBySite", ending.charge().site());
        }
        return details;
    }

    /** What is to be posted for it, all at once. */
    private List<Posting> postings(Run run, Attempt attempt, Ending ending, Partition partition, boolean holds) {
        Charge charge = ending.charge();
        String what = "Run " + run.id() + ", attempt " + attempt.number();
        List<Posting> postings = new ArrayList<>();
        if (holds && charge.charged() == 0) {
            postings.add(new Voiding(attempt.settlement(), attempt.hold(), what + ": nothing is charged"));
        } else if (holds) {
            postings.add(new Settlement(
                    attempt.settlement(), attempt.hold(), new Amount(charge.charged(), partition.unit()), what));
        }
        if (charge.site() > 0) {
            postings.add(pools.chargeToSite(
                    partition.id(),
                    attempt.correction(),
                    new Amount(charge.site(), partition.unit()),
                    what + ": borne by the site"));
        }
        return postings;
    }

    private void tidy(RunId run) {
        try {
            places.tidy(run);
        } catch (IOException failure) {
            LOG.warn("The inputs of run {} could not be removed", run, failure);
        }
    }

    private Instant now() {
        return micros(clock.instant());
    }

    /** As exact as the database keeps it, so that what is charged can be worked out again from what is shown. */
    private static Instant micros(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS);
    }
}
