package org.aifactory.training;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.federation.JobKey;
import org.aifactory.federation.Reason;
import org.aifactory.ledger.EntryId;
import org.aifactory.web.Message;

/**
 * One try at carrying out a run. All its names follow from the run's and its number, so that whatever is done again after a crash is the
 * same thing again.
 *
 * @param held how much of the allocation is kept back for it
 * @param expires when that is free again whatever happens
 * @param trouble why it could not be handed to the machine yet
 * @param cancelled when somebody asked for its end
 * @param ending once it has ended
 * @param continues whether another may follow by itself where the machine fails under it
 * @param continued how many before it, one after another, the machine has failed under
 */
record Attempt(
        RunId run,
        int number,
        long held,
        Instant expires,
        Stage stage,
        Optional<Message> trouble,
        Optional<Instant> submitted,
        Optional<Instant> cancelled,
        Optional<Instant> started,
        Optional<Ending> ending,
        boolean continues,
        int continued) {

    /** What is not settled so long after its latest end never will be. */
    static final Duration SETTLED_WITHIN = Duration.ofDays(1);

    /** Where an attempt stands among all, for those who read on from it. */
    record Place(UUID run, int number) {
        static final Place FIRST = new Place(new UUID(0, 0), 0);
    }

    Place place() {
        return new Place(run.value(), number);
    }

    /** How far it has come; {@code V61__training.sql} says what each means. */
    enum Stage {
        WAITING,
        SUBMITTING,
        SUBMITTED,
        ENDED
    }

    /**
     * How it ended, and what that comes to, as corrected after the books of its machine.
     *
     * @param cents what it costs; empty where its allocation costs nothing, and before that is worked out
     */
    record Ending(
            RunState state,
            Optional<Instant> at,
            Optional<Integer> exitStatus,
            Reason reason,
            int cores,
            int gpus,
            Charge charge,
            Optional<Long> cents) {

        /** The same where its allocation pays nothing. */
        Ending borneBySite() {
            return new Ending(state, at, exitStatus, reason, cores, gpus, charge.borneBySite(), Optional.empty());
        }

        /** The same with what it costs. */
        Ending costing(Optional<Long> cents) {
            return new Ending(state, at, exitStatus, reason, cores, gpus, charge, cents);
        }
    }

    /** The same with the beginning as its machine says it; empty where it never began. */
    Attempt begun(Optional<Instant> at) {
        return new Attempt(
                run, number, held, expires, stage, trouble, submitted, cancelled, at, ending, continues, continued);
    }

    /**
     * Whether it has waited for so long that its hold could be gone before what it took is settled, so that it may not begin any more: the
     * site would have to bear it.
     *
     * @param wallTime that it may take
     */
    boolean isTooLate(Duration wallTime, Instant now) {
        return now.isAfter(expires.minus(wallTime).minus(SETTLED_WITHIN));
    }

    JobKey job() {
        return job(run, number);
    }

    EntryId hold() {
        return hold(run, number);
    }

    /** Settles or voids the hold. */
    EntryId settlement() {
        return new EntryId(named("settlement", run, number));
    }

    /** Charges the site for what ran past the hold. */
    EntryId correction() {
        return new EntryId(named("correction", run, number));
    }

    /** Holds what it may cost at most, beside {@link #hold}. */
    EntryId euroHold() {
        return new EntryId(named("euro hold", run, number));
    }

    /** Frees that. */
    EntryId euroVoiding() {
        return new EntryId(named("euro voiding", run, number));
    }

    /** Gives what it costs. */
    EntryId euroCharge() {
        return new EntryId(named("euro charge", run, number));
    }

    static JobKey job(RunId run, int number) {
        return new JobKey(named("job", run, number));
    }

    static EntryId hold(RunId run, int number) {
        return new EntryId(named("hold", run, number));
    }

    private static UUID named(String what, RunId run, int number) {
        return UUID.nameUUIDFromBytes(
                (what + " of attempt " + number + " of run " + run).getBytes(StandardCharsets.UTF_8));
    }
}
