package org.aifactory.federation.slurm;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import org.aifactory.federation.Outlook;
import org.aifactory.federation.slurm.Cluster.Free;
import org.aifactory.federation.slurm.Cluster.Load;

/**
 * A partition's queue as it was at a moment, and when one more job would begin: each that waits begins in its turn, as soon as what it
 * asks for is free, and all take the time that they asked for. Slurm lets small ones pass and few jobs take all their time, so this is late
 * rather than early; what such foretelling was worth is counted by whoever compares it with what came.
 */
final class SlurmQueue {
    private static final Comparator<Load> TURN =
            Comparator.comparingLong(Load::priority).reversed().thenComparingLong(Load::number);

    private final Free nodes;
    private final Map<String, Outlook> waiting = new HashMap<>();
    private final PriorityQueue<Ending> endings = new PriorityQueue<>(Comparator.comparing(Ending::at));
    /** From here on what is free is not promised to anybody who waits. */
    private Instant time;

    /** What ends after the last that waits has begun, in order. */
    private List<Ending> last = List.of();

    private int freeCores;
    private int freeGpus;

    private record Ending(Instant at, int cores, int gpus) {}

    private SlurmQueue(Free nodes, Instant now) {
        this.nodes = nodes;
        this.time = now;
        this.freeCores = nodes.freeCores();
        this.freeGpus = nodes.freeGpus();
    }

    /** Takes a time in proportion to the number of jobs, and its logarithm. */
    static SlurmQueue of(Free nodes, List<Load> jobs, Instant now) {
        SlurmQueue queue = new SlurmQueue(nodes, now);
        jobs.stream()
                .filter(Load::runs)
                .forEach(job -> queue.endings.add(
                        new Ending(job.ends().orElse(now.plus(job.limit())), job.cores(), job.gpus())));
        List<Load> waiting =
                new ArrayList<>(jobs.stream().filter(job -> !job.runs()).toList());
        waiting.sort(TURN);
        waiting.forEach(queue::add);
        queue.last =
                queue.endings.stream().sorted(Comparator.comparing(Ending::at)).toList();
        return queue;
    }

    private void add(Load job) {
        int before = waiting.size();
        Optional<Instant> begins = job.begins();
        // What never fits is in nobody's way.
        if (fits(job.cores(), job.gpus())) {
            Instant start = advance(job.cores(), job.gpus());
            freeCores -= job.cores();
            freeGpus -= job.gpus();
            endings.add(new Ending(start.plus(job.limit()), job.cores(), job.gpus()));
            begins = begins.or(() -> Optional.of(start));
        }
        waiting.put(job.name(), new Outlook(before, begins));
    }

    private boolean fits(int cores, int gpus) {
        return cores <= nodes.cores() && gpus <= nodes.gpus();
    }

    private Instant advance(int cores, int gpus) {
        while (freeCores < cores || freeGpus < gpus) {
            Ending next = endings.poll();
            if (next == null) {
                // Nodes that were counted free went down meanwhile; nobody knows for how long.
                return time;
            }
            time = next.at().isAfter(time) ? next.at() : time;
            freeCores += next.cores();
            freeGpus += next.gpus();
        }
        return time;
    }

    /** When a job would begin that came now, after all that wait; empty where it never would. */
    Optional<Instant> start(int cores, int gpus) {
        if (!fits(cores, gpus)) {
            return Optional.empty();
        }
        int cpus = freeCores;
        int accelerators = freeGpus;
        Instant at = time;
        for (Ending next : last) {
            if (cpus >= cores && accelerators >= gpus) {
                break;
            }
            at = next.at().isAfter(at) ? next.at() : at;
            cpus += next.cores();
            accelerators += next.gpus();
        }
        // It may never be enough, where nodes went down or the queue cannot be asked for.
        return cpus >= cores && accelerators >= gpus ? Optional.of(at) : Optional.empty();
    }

    /** Of one that waits, by its name. Where Slurm itself says when it begins, that. */
    Optional<Outlook> outlook(String name) {
        return Optional.ofNullable(waiting.get(name));
    }
}
