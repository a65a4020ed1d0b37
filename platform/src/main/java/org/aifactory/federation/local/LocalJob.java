package org.aifactory.federation.local;

import java.time.Instant;
import java.util.Optional;
import org.aifactory.federation.JobKey;
import org.aifactory.federation.JobReport;
import org.aifactory.federation.JobRequest;
import org.aifactory.federation.JobState;
import org.aifactory.federation.Reason;
import org.aifactory.federation.local.Slots.Slot;

/**
 * A job as it stands in the table.
 *
 * @param number its place in the order of arrival
 * @param cancelled when somebody asked for its end
 * @param folder from when its process is about to be made
 * @param ending how it ended
 */
record LocalJob(
        JobRequest request,
        long number,
        JobState state,
        Instant submitted,
        Optional<Instant> cancelled,
        Optional<JobFolder> folder,
        Slot slot,
        Optional<Instant> started,
        Optional<Instant> ended,
        Optional<Integer> exitStatus,
        Optional<Reason> ending) {

    JobKey key() {
        return request.key();
    }

    boolean waits() {
        return state == JobState.QUEUED;
    }

    /** What the world is told. A job whose process is being made still waits. */
    JobReport report(Reason waiting) {
        boolean starting = state == JobState.RUNNING && started.isEmpty();
        Reason reason = ending.orElse(starting ? Reason.of(Reason.Kind.STARTING) : waits() ? waiting : RUNS);
        return new JobReport(
                key(),
                starting ? JobState.QUEUED : state,
                submitted,
                started,
                ended,
                exitStatus,
                slot.cores().size(),
                slot.gpus().size(),
                reason);
    }

    private static final Reason RUNS = Reason.of(Reason.Kind.RUNS);
}
