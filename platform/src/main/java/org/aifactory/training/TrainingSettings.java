package org.aifactory.training;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How runs are looked after.
 *
 * @param lookEvery how often the machines are asked what became of their jobs
 * @param waitAtMost how long a run may wait before it is given up, and its hold freed
 * @param retryEvery how long after a failed try a run is handed to its machine again
 * @param continueAtMost how often in a row a run goes on by itself whose machine has failed under it
 * @param reconcileEvery how often what was settled is compared with the books of the machines
 * @param reconcileWithin how long after its end an attempt is compared
 * @param wattPerCore what a core takes, with its share of the rest of the machine; for estimates alone
 * @param wattPerGpu likewise a GPU
 * @param mostStreams how many may be watching runs at a time
 * @param mostStreamsEach how many of these may be one person's
 * @param kept how long what ended runs have left stays
 */
@ConfigurationProperties("aifactory.training")
record TrainingSettings(
        Duration lookEvery,
        Duration waitAtMost,
        Duration retryEvery,
        int continueAtMost,
        Duration reconcileEvery,
        Duration reconcileWithin,
        double wattPerCore,
        double wattPerGpu,
        int mostStreams,
        int mostStreamsEach,
        Kept kept) {

    /**
     * How long after the end of a run its parts stay; what is null stays for good.
     *
     * @param scratch what it has written beside output and checkpoint
     * @param checkpoints from which another attempt could go on; those of a run that ended well go with the scratch
     * @param copies its output where that is registered as a model, whose files are stored by themselves
     * @param outputs its output where it is not
     * @param logs what it has printed
     * @param metrics every step; afterwards as many as its curve needs
     */
    record Kept(
            @Nullable Duration scratch,
            @Nullable Duration checkpoints,
            @Nullable Duration copies,
            @Nullable Duration outputs,
            @Nullable Duration logs,
            @Nullable Duration metrics) {}
}
