package org.aifactory.training;

import java.time.Duration;
import org.aifactory.federation.Partition;

/**
 * What a run has of a machine while it runs. All but the time is for each of its nodes.
 *
 * @param nodes how many nodes work on it together
 * @param gpus zero on a partition of CPUs
 * @param wallTime after this it is ended; it is charged for what it took
 */
public record Resources(int nodes, int cores, int gpus, long memoryBytes, Duration wallTime) {

    public Resources {
        if (nodes < 1 || cores < 1 || gpus < 0 || memoryBytes < 1 || wallTime.toSeconds() < 1) {
            throw new IllegalArgumentException("A run takes a node, a core, some memory and a second at least.");
        }
    }

    /** Of one node. */
    public Resources(int cores, int gpus, long memoryBytes, Duration wallTime) {
        this(1, cores, gpus, memoryBytes, wallTime);
    }

    /** Cores of all nodes together. */
    public int allCores() {
        return Math.multiplyExact(nodes, cores);
    }

    /** GPUs of all nodes together. */
    public int allGpus() {
        return Math.multiplyExact(nodes, gpus);
    }

    /** How much of the ledger's unit it takes in each second. */
    public int rate(Partition partition) {
        return partition.rate(allCores(), allGpus());
    }
}
