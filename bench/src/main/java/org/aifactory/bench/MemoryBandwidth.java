package org.aifactory.bench;

import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** How fast this machine reads memory: what generation cannot be faster than, for it reads all weights for each token. */
final class MemoryBandwidth {
    /** 512 MiB in all: far more than the caches hold. */
    private static final int LONGS = 1 << 26;

    private MemoryBandwidth() {}

    /** Sums an array for each core, all at the same time; the median of some rounds. */
    static double bytesPerSecond() {
        int cores = Runtime.getRuntime().availableProcessors();
        long[][] arrays = IntStream.range(0, cores)
                .mapToObj(core -> LongStream.range(0, LONGS / cores).toArray())
                .toArray(long[][]::new);
        double seconds = Rounds.median(() -> Rounds.seconds(() -> {
            long sum = IntStream.range(0, cores)
                    .parallel()
                    .mapToLong(core -> sum(arrays[core]))
                    .sum();
            if (sum == 0) {
                throw new IllegalStateException("the numbers cannot sum to nothing");
            }
        }));
        return (double) LONGS * Long.BYTES / seconds;
    }

    /** The compiler makes vector instructions of this loop. */
    private static long sum(long[] numbers) {
        long sum = 0;
        for (long number : numbers) {
            sum += number;
        }
        return sum;
    }
}
