package org.aifactory.models;

import java.time.Duration;
import java.util.Optional;
import org.aifactory.training.Run;

/** What a run took from the socket, as far as that can be told without a meter. */
final class Energy {
    /** A core of a server under load with its share of memory and power supply; a figure of the right size and no more. */
    private static final double WATTS_PER_CORE = 8;
    /** The thermal design power of an H100 or H200 (SXM), by its data sheet. */
    private static final double WATTS_PER_GPU = 700;

    private static final double JOULES_PER_KILOWATT_HOUR = 3.6e6;

    private Energy() {}

    static Optional<Double> kilowattHours(Run run) {
        if (run.started().isEmpty() || run.ended().isEmpty()) {
            return Optional.empty();
        }
        double seconds =
                Duration.between(run.started().get(), run.ended().get()).toMillis() / 1000.0;
        double watts =
                run.resources().allCores() * WATTS_PER_CORE + run.resources().allGpus() * WATTS_PER_GPU;
        return Optional.of(seconds * watts / JOULES_PER_KILOWATT_HOUR);
    }
}
