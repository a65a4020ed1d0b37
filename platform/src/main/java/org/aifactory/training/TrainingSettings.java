package org.aifactory.training;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How runs are looked after.
 *
 * @param lookEvery how often the machines are asked what became of their jobs
 * @param waitAtMost how long a run may wait before it is given up, and its hold freed
 * @param retryEvery how long after a failed try a run is handed to its machine again
 * @param wattPerCore what a core takes, with its share of the rest of the machine; for estimates alone
 * @param wattPerGpu likewise a GPU
 * @param mostStreams how many people may watch runs at a time
 */
@ConfigurationProperties("aifactory.training")
record TrainingSettings(
        Duration lookEvery,
        Duration waitAtMost,
        Duration retryEvery,
        double wattPerCore,
        double wattPerGpu,
        int mostStreams) {}
