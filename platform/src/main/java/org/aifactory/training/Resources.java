package org.aifactory.training;

import java.time.Duration;

/**
 * What a run has of a machine while it runs.
 *
 * @param gpus zero on a partition of CPUs
 * @param wallTime after this it is ended; it is charged for what it took
 */
public record Resources(int cores, int gpus, long memoryBytes, Duration wallTime) {

    public Resources {
        if (cores < 1 || gpus < 0 || memoryBytes < 1 || wallTime.toSeconds() < 1) {
            throw new IllegalArgumentException("A run takes a core, some memory and a second at least.");
        }
    }
}
