package org.aifactory.federation.slurm;

import java.time.Instant;
import java.util.Optional;

/**
 * A job as Slurm tells of it.
 *
 * @param name what we called it; its number may have been another job's
 * @param why Slurm's word for why it waits, or how it came to an end
 * @param begins when Slurm expects it to begin, while it waits
 * @param restarts how often Slurm has taken it off its node and begun it anew
 * @param cores kept for it alone
 */
record SlurmJob(
        long number,
        String name,
        SlurmState state,
        String why,
        Optional<Instant> started,
        Optional<Instant> ended,
        Optional<Instant> begins,
        int restarts,
        int cores,
        int gpus) {}
