package org.aifactory.training;

import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.aifactory.access.Allocation;
import org.aifactory.access.AllocationState;
import org.aifactory.access.Allocations;
import org.aifactory.access.CommercialUse;
import org.aifactory.federation.Booking;
import org.aifactory.federation.EntryWords;
import org.aifactory.federation.Machine;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.federation.Pools;
import org.aifactory.identity.AuditTrail;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.EntryId;
import org.aifactory.ledger.Ledger;
import org.aifactory.ledger.Posting;
import org.aifactory.ledger.Posting.Reversal;
import org.aifactory.ledger.Posting.Transfer;
import org.aifactory.ledger.Unit;
import org.aifactory.training.CorrectionTable.Given;
import org.aifactory.training.CorrectionTable.Moved;
import org.aifactory.training.UsageCorrection.Side;
import org.aifactory.web.Message;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Brings what was settled for attempts in line with the books of their machines. What was written stays; the difference is written
 * beside it, as entries of its own. What a machine broke is never charged, and nobody is charged more than was held for them.
 */
@Component
class Corrections {
    private final RunTable table;
    private final AttemptTable attempts;
    private final CorrectionTable corrections;
    private final Allocations allocations;
    private final CommercialUse commercialUse;
    private final Partitions partitions;
    private final Pools pools;
    private final Ledger ledger;
    private final EntryWords words;
    private final AuditTrail audit;
    private final TransactionTemplate transaction;
    private final InstantSource clock;

    Corrections(
            RunTable table,
            AttemptTable attempts,
            CorrectionTable corrections,
            Allocations allocations,
            CommercialUse commercialUse,
            Partitions partitions,
            Pools pools,
            Ledger ledger,
            EntryWords words,
            AuditTrail audit,
            TransactionTemplate transaction,
            InstantSource clock) {
        this.table = table;
        this.attempts = attempts;
        this.corrections = corrections;
        this.allocations = allocations;
        this.commercialUse = commercialUse;
        this.partitions = partitions;
        this.pools = pools;
        this.ledger = ledger;
        this.words = words;
        this.audit = audit;
        this.transaction = transaction;
        this.clock = clock;
    }

    /**
     * Books what an attempt that has ended was settled wrongly by; asked again, nothing.
     *
     * @param books all that its machine has of it, the latest last
     * @return whether there was a difference
     */
    boolean correct(Machine machine, Attempt ended, List<Booking> books) {
        return Boolean.TRUE.equals(transaction.execute(status -> {
            Run run = table.lock(ended.run()).orElseThrow();
            Attempt attempt = attempts.find(ended.run(), ended.number()).orElseThrow();
            Attempt.Ending ending = attempt.ending().orElseThrow();
            Partition partition = partitions.require(run.partition());
            Charge wished = charge(attempt, ending, books, partition);
            // Who bears what was settled once and for all, though there may be more free since.
            if (wished.used() == ending.charge().used()) {
                return false;
            }
            Charge after = affordable(run, ending.charge(), wished);
            book(
                    run,
                    partition,
                    machine,
                    attempt,
                    new UsageCorrection(
                            run.id(),
                            attempt.number(),
                            corrections.count(attempt) + 1,
                            machine.id(),
                            clock.instant().truncatedTo(ChronoUnit.MICROS),
                            ending.charge(),
                            after));
            return true;
        }));
    }

    /** Of several, such as where Slurm began a job anew, the last is what came to the end that was settled. */
    static Charge charge(Attempt attempt, Attempt.Ending ending, List<Booking> books, Partition partition) {
        long all = 0;
        long last = 0;
        for (Booking booking : books) {
            last = Math.multiplyExact(booking.seconds(), (long) partition.rate(booking.cores(), booking.gpus()));
            all = Math.addExact(all, last);
        }
        boolean isTheSites = ending.state() == RunState.MACHINE_FAILED
                || (ending.charge().charged() == 0 && ending.charge().site() > 0);
        long charged = isTheSites ? 0 : Math.min(last, attempt.held());
        return new Charge(all, charged, all - charged);
    }

    /** What an allocation has no more, or was ended before, the site bears. */
    private Charge affordable(Run run, Charge before, Charge wished) {
        long more = wished.charged() - before.charged();
        if (more <= 0) {
            return wished;
        }
        Allocation allocation = allocations.require(run.allocation());
        long free = allocation.state() == AllocationState.ACTIVE
                ? Math.max(0, allocations.balance(allocation.id()).free())
                : 0;
        long charged = before.charged() + Math.min(more, free);
        return new Charge(wished.used(), charged, wished.used() - charged);
    }

    private void book(Run run, Partition partition, Machine machine, Attempt attempt, UsageCorrection correction) {
        Message why = Message.of(
                "training.correction",
                run.name(),
                attempt.number(),
                machine.name(),
                correction.after().used(),
                correction.before().used());
        allocations.correct(attempt.hold(), new Amount(correction.after().charged(), partition.unit()));
        List<Moved> moved = new ArrayList<>();
        List<Posting> postings = new ArrayList<>();
        Allocation allocation = allocations.require(run.allocation());
        long charged = correction.after().charged() - correction.before().charged();
        move(allocation, partition, attempt, correction, Side.CHARGED, charged, why, moved, postings);
        move(
                allocation,
                partition,
                attempt,
                correction,
                Side.SITE,
                correction.after().site() - correction.before().site(),
                why,
                moved,
                postings);
        long cents = commercialUse.owesMore(allocation, charged);
        move(allocation, partition, attempt, correction, Side.EURO, payable(attempt, cents), why, moved, postings);
        if (charged < 0 || cents < 0) {
            allocations.reopenForReturn(allocation.id());
        }
        ledger.post(postings);
        moved.forEach(each -> words.keep(each.entry(), why));
        corrections.add(correction, moved);
        audit.record(
                null,
                run.organisation(),
                "run.corrected",
                run.subject(),
                Map.of(
                        "attempt", attempt.number(),
                        "charged", correction.after().charged(),
                        "chargedBefore", correction.before().charged(),
                        "borneBySite", correction.after().site(),
                        "borneBySiteBefore", correction.before().site(),
                        "unit", partition.unit()));
    }

    /** Of what this attempt has cost no more can go back than that; what is owed is always worked out from all seconds, by the next run. */
    private long payable(Attempt attempt, long cents) {
        long most = corrections.given(attempt, Side.EURO).stream()
                .mapToLong(Given::left)
                .sum();
        return Math.max(cents, -most);
    }

    /** @param more what one side is to have more; less where it is negative */
    private void move(
            Allocation allocation,
            Partition partition,
            Attempt attempt,
            UsageCorrection correction,
            Side side,
            long more,
            Message why,
            List<Moved> moved,
            List<Posting> postings) {
        if (more > 0) {
            EntryId entry = correction.entry(side, 0);
            postings.add(give(allocation, partition, entry, more, side, why.inEnglish()));
            moved.add(new Moved(entry, side, more, Optional.empty()));
            return;
        }
        Unit unit = side == Side.EURO ? Unit.EUR_CENT : partition.unit();
        long left = -more;
        for (Given given : corrections.given(attempt, side)) {
            if (left == 0) {
                break;
            }
            long back = Math.min(left, given.left());
            EntryId entry = correction.entry(side, moved.size());
            postings.add(new Reversal(entry, given.entry(), new Amount(back, unit), why.inEnglish()));
            moved.add(new Moved(entry, side, -back, Optional.of(given.entry())));
            left -= back;
        }
        if (left > 0) {
            throw new IllegalStateException(left + " of attempt " + attempt.number() + " of " + attempt.run()
                    + " cannot be taken back: nothing gave them");
        }
    }

    private Posting give(
            Allocation allocation, Partition partition, EntryId entry, long amount, Side side, String reason) {
        return switch (side) {
            case CHARGED ->
                new Transfer(
                        entry,
                        allocation.account(),
                        pools.usedAccount(partition.id()),
                        new Amount(amount, partition.unit()),
                        reason);
            case SITE -> pools.chargeToSite(partition.id(), entry, new Amount(amount, partition.unit()), reason);
            case EURO -> commercialUse.charge(allocation, entry, amount, reason);
        };
    }
}
