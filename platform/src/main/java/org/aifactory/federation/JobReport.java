package org.aifactory.federation;

import java.time.Instant;
import java.util.Optional;

/**
 * What a machine knows of a job.
 *
 * @param started when its process began; {@code started} to {@code ended} is what the process itself lived
 * @param exitStatus as the shell tells it: 128 and more is a signal
 * @param allocatedCores kept for it alone while it runs; zero while it waits
 */
public record JobReport(
        JobKey key,
        JobState state,
        Instant submitted,
        Optional<Instant> started,
        Optional<Instant> ended,
        Optional<Integer> exitStatus,
        int allocatedCores,
        int allocatedGpus,
        Reason reason) {}
