package org.aifactory.federation.slurm;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.aifactory.federation.slurm.Cluster.Free;
import org.aifactory.federation.slurm.Cluster.Load;

/** Queues of made-up sites, for whoever measures how fast runs are placed. */
public final class TrialQueues {
    private static final int CORES = 4096;
    private static final int EACH = 8;

    private final SlurmQueue queue;

    private TrialQueues(SlurmQueue queue) {
        this.queue = queue;
    }

    /** A site that is full and has so many jobs that wait. */
    public static TrialQueues of(int waiting, long seed, Instant now) {
        Random random = new Random(seed);
        List<Load> jobs = new ArrayList<>();
        for (int number = 0; number < CORES / EACH; number++) {
            Instant end = now.plusSeconds(60 + random.nextInt(86_400));
            jobs.add(new Load(
                    number, "r" + number, true, EACH, 0, Optional.empty(), Optional.of(end), Duration.ofDays(1), 1));
        }
        for (int number = 0; number < waiting; number++) {
            jobs.add(new Load(
                    CORES + number,
                    "w" + number,
                    false,
                    1 + random.nextInt(64),
                    0,
                    Optional.empty(),
                    Optional.empty(),
                    Duration.ofMinutes(5 + random.nextInt(1435)),
                    1 + random.nextInt(1_000_000)));
        }
        return new TrialQueues(SlurmQueue.of(new Free(CORES, 0, 0, 0, 0, 0), jobs, now));
    }

    public Optional<Instant> start(int cores) {
        return queue.start(cores, 0);
    }
}
