package org.aifactory.federation;

/**
 * What a machine has for the jobs of a partition, and what of it is free.
 *
 * @param queued how many jobs wait
 * @param confines whether it can keep programs from the network and from what is not theirs; where it cannot, only its operator's own
 *     organisation may use it
 */
public record Capacity(
        int cores,
        int freeCores,
        int gpus,
        int freeGpus,
        long memoryBytes,
        long freeMemoryBytes,
        int queued,
        boolean confines) {}
