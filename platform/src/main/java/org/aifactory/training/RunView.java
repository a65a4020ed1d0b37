package org.aifactory.training;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.access.AllocationId;
import org.aifactory.data.VersionId;
import org.aifactory.federation.HourUnit;
import org.aifactory.federation.JobKey;
import org.aifactory.federation.Partition;
import org.aifactory.federation.PartitionId;
import org.aifactory.federation.Reason;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.PersonId;
import org.aifactory.ledger.Unit;

/**
 * A run as the world is told of it.
 *
 * @param words why it waits, or how it ended, in the reader's language
 * @param budget what it has taken so far; while it runs, up to now
 * @param forecastEnd when it will have ended at the present speed, and at the latest where no speed is known
 * @param continues whether it goes on by itself where its machine fails
 * @param mayResume whether another attempt can be asked for
 * @param remains what it has left and how long that stays; nothing while it goes on
 */
record RunView(
        RunId id,
        OrganisationId organisation,
        PersonId submitter,
        AllocationId allocation,
        Place partition,
        String project,
        Recipe recipe,
        String name,
        Optional<VersionId> dataset,
        Optional<UUID> base,
        Optional<VersionId> baseVersion,
        Share resources,
        RunState state,
        Instant submitted,
        Optional<Instant> started,
        Optional<Instant> ended,
        Reason reason,
        String words,
        Budget budget,
        long charged,
        Optional<Instant> forecastEnd,
        boolean continues,
        boolean mayResume,
        List<Try> attempts,
        List<Remains> remains) {

    record Place(PartitionId id, String slug, String name, Unit unit) {}

    /** All but the time is for each node. */
    record Share(int nodes, int cores, int gpus, long memoryBytes, long wallSeconds) {

        Share(Resources resources) {
            this(
                    resources.nodes(),
                    resources.cores(),
                    resources.gpus(),
                    resources.memoryBytes(),
                    resources.wallTime().toSeconds());
        }
    }

    /**
     * What was taken of an allocation.
     *
     * @param used so far, in the partition's unit
     * @param held how much is kept back for it, or was charged, by all attempts together
     * @param hours what was used, in every unit
     * @param cents what that costs; zero where its allocation costs nothing
     */
    record Budget(long used, long held, Unit unit, Map<HourUnit, BigDecimal> hours, long cents) {}

    /**
     * One attempt.
     *
     * @param job as its machine knows it; Slurm calls it {@code aif-} and this
     * @param byItself whether it followed by itself on one that the machine had ended
     * @param borneBySite what it took and its allocation was not charged, in the same unit
     */
    record Try(
            int number,
            JobKey job,
            boolean byItself,
            long held,
            Optional<Instant> started,
            Optional<Instant> ended,
            Optional<RunState> state,
            Optional<Integer> exitStatus,
            Optional<Long> seconds,
            int cores,
            int gpus,
            long charged,
            long borneBySite,
            Optional<String> words) {}

    /** What a run that has begun has taken until now, at most what is held for it. */
    static long burning(Attempt attempt, Run run, Partition partition, Instant now) {
        if (attempt.ending().isPresent()) {
            return attempt.ending().get().charge().charged();
        }
        return attempt.started()
                .map(started -> Math.max(0, Duration.between(started, now).toSeconds())
                        * run.resources().rate(partition))
                .map(amount -> Math.min(amount, attempt.held()))
                .orElse(0L);
    }
}
