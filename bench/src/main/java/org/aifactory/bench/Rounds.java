package org.aifactory.bench;

import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;

/** Medians, which one disturbance does not move. */
final class Rounds {
    static final int COUNT = 5;

    private Rounds() {}

    /** The median of {@value #COUNT} measurements, after one that warms up and does not count. */
    static double median(DoubleSupplier measurement) {
        return DoubleStream.generate(measurement)
                .limit(1L + COUNT)
                .skip(1)
                .sorted()
                .toArray()[COUNT / 2];
    }

    static double median(List<Double> measured) {
        return measured.stream().sorted().toList().get(measured.size() / 2);
    }

    /** Seconds that {@code work} takes. */
    static double seconds(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }
}
