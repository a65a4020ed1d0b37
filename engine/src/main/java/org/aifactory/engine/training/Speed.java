package org.aifactory.engine.training;

import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.aifactory.engine.model.ModelConfig;

/**
 * How fast a machine trains, all its cores together or its GPU.
 *
 * @param reached floating-point operations per second by the width of the model, of one width at least; between them it is
 *     interpolated, and beyond them the nearest holds
 */
public record Speed(NavigableMap<Integer, Double> reached) {
    /** A core with AVX-512, whole steps with Muon in 32 bits; see docs/performance.md. */
    private static final Map<Integer, Double> CORE = Map.of(64, 30e9, 128, 38e9, 192, 45e9, 384, 52e9);
    /** What instructions of their own for 16-bit products make of the last of them. */
    private static final double CORE_IN_SIXTEEN_BITS = 92e9;

    private static final int CORE_IN_SIXTEEN_BITS_WIDTH = 384;

    /** Share of a GPU's peak in 16 bits by width; an assumption, none has been measured. */
    private static final Map<Integer, Double> GPU_SHARE = Map.of(512, 0.15, 1024, 0.3, 2048, 0.4);

    public Speed {
        if (reached.isEmpty() || reached.values().stream().anyMatch(flops -> !(flops > 0))) {
            throw new IllegalArgumentException("a speed is above zero, and known for a width at least");
        }
        reached = Collections.unmodifiableNavigableMap(new TreeMap<>(reached));
    }

    /** What was reached with one width, such as a run's {@code flopsPerSecond} tells. */
    public static Speed measured(int width, double flopsPerSecond) {
        return new Speed(new TreeMap<>(Map.of(width, flopsPerSecond)));
    }

    /** What cores like those of docs/performance.md reach, where nothing was measured. */
    public static Speed ofCores(int cores, Precision precision) {
        TreeMap<Integer, Double> reached = new TreeMap<>(CORE);
        if (precision == Precision.BFLOAT16) {
            reached.put(CORE_IN_SIXTEEN_BITS_WIDTH, CORE_IN_SIXTEEN_BITS);
        }
        reached.replaceAll((_, flops) -> cores * flops);
        return new Speed(reached);
    }

    /**
     * What a GPU may be expected to reach.
     *
     * @param peakFlopsPerSecond of its products of dense 16-bit matrices, as its maker tells
     */
    public static Speed ofGpu(double peakFlopsPerSecond) {
        TreeMap<Integer, Double> reached = new TreeMap<>(GPU_SHARE);
        reached.replaceAll((_, share) -> share * peakFlopsPerSecond);
        return new Speed(reached);
    }

    /** Tokens per second of a model that is trained on rows of so many. */
    public double tokensPerSecond(ModelConfig model, int contextLength) {
        return flopsPerSecond(model.width()) / model.trainingFlopsPerToken(contextLength);
    }

    private double flopsPerSecond(int width) {
        Map.Entry<Integer, Double> below = reached.floorEntry(width);
        Map.Entry<Integer, Double> above = reached.ceilingEntry(width);
        if (below == null || above == null) {
            return (below == null ? reached.firstEntry() : reached.lastEntry()).getValue();
        }
        if (below.getKey().equals(above.getKey())) {
            return below.getValue();
        }
        double share = (double) (width - below.getKey()) / (above.getKey() - below.getKey());
        return below.getValue() * (1 - share) + above.getValue() * share;
    }
}
