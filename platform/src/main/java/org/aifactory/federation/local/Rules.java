package org.aifactory.federation.local;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.aifactory.federation.JobRequest;
import org.aifactory.federation.PartitionId;
import org.aifactory.federation.PartitionKind;
import org.aifactory.federation.Reason;
import org.aifactory.federation.Reason.Kind;

/**
 * What operators have said about this computer.
 *
 * @param partitions all that it has
 * @param windows times of maintenance that are not over, soonest first
 */
record Rules(Map<PartitionId, Part> partitions, List<Window> windows) {

    /** @param open whether both the partition and the computer are */
    record Part(PartitionKind kind, boolean open, Optional<Long> maxWallSeconds) {}

    record Window(Instant from, Instant until) {}

    /** Why a job may not start now, whatever is free. */
    Optional<Reason> holdsBack(JobRequest job, Instant now) {
        Part part = partitions.get(job.partition());
        if (part == null || !part.open()) {
            return Optional.of(Reason.of(Kind.CLOSED));
        }
        return inTheWay(job, now).map(window -> Reason.of(Kind.MAINTENANCE, window.from(), window.until()));
    }

    /** The first maintenance that a job could reach into if it started at this time. */
    Optional<Window> inTheWay(JobRequest job, Instant start) {
        Instant end = start.plus(job.wallTime());
        return windows.stream()
                .filter(window -> start.isBefore(window.until()) && end.isAfter(window.from()))
                .findFirst();
    }
}
