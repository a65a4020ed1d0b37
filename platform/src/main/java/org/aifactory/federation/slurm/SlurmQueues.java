package org.aifactory.federation.slurm;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.aifactory.federation.MachineId;
import org.aifactory.federation.PartitionId;
import org.springframework.stereotype.Component;

/** The queues of partitions, each asked for once in a while however many want to know. */
@Component
class SlurmQueues {
    private static final Duration FRESH = Duration.ofSeconds(5);

    private static final Duration FRESH_ENOUGH = Duration.ofSeconds(30);

    private final InstantSource clock;
    private final Map<MachineId, Known> known = new ConcurrentHashMap<>();
    private final Map<PartitionId, Seen> seen = new ConcurrentHashMap<>();

    SlurmQueues(InstantSource clock) {
        this.clock = clock;
    }

    private record Known(Instant at, Map<String, SlurmJob> jobs) {}

    /** All jobs that a controller knew a moment ago; of what was submitted since, others keep the record. */
    Map<String, SlurmJob> known(MachineId machine, Cluster cluster) {
        Instant now = clock.instant();
        Known last = known.get(machine);
        if (last == null || Duration.between(last.at(), now).abs().compareTo(FRESH_ENOUGH) >= 0) {
            last = new Known(now, cluster.jobs());
            known.put(machine, last);
        }
        return last.jobs();
    }

    private record Seen(Instant at, SlurmQueue queue) {
        boolean isFresh(Instant now) {
            return Duration.between(at, now).abs().compareTo(FRESH) < 0;
        }
    }

    /** @param name as Slurm calls the partition */
    SlurmQueue of(PartitionId partition, Cluster cluster, String name) {
        Instant now = clock.instant();
        Seen known = seen.get(partition);
        if (known == null || !known.isFresh(now)) {
            known = new Seen(
                    now, SlurmQueue.of(cluster.free(name), cluster.queue(name).orElse(List.of()), now));
            seen.put(partition, known);
        }
        return known.queue();
    }
}
