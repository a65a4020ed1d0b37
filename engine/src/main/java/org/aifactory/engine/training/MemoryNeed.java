package org.aifactory.engine.training;

import java.util.stream.IntStream;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.model.ModelConfig;

/**
 * The memory that the training of a plan takes, counted from what the forward pass keeps for the backward pass. Checked against
 * the peak that Linux saw, see docs/performance.md.
 */
final class MemoryNeed {
    /** What an allocator cannot give back between pieces of many sizes, as a factor on short-lived memory; measured. */
    private static final double FRAGMENTATION = 1.4;
    /** Java's own heap, code, and the tables of LibTorch. */
    static final long BASE_BYTES = 300L << 20;

    /** Rows of logits made at a time, in bytes: a long vocabulary would else fill the memory with them. */
    private static final long LOGIT_BYTES = 32L << 20;

    private static final long LOGIT_BYTES_PER_ROW = 32L << 10;
    private static final int DEPTH_TRIED_MAX = 48;

    private MemoryNeed() {}

    /** The plan as each of the processes can train its part of it in the memory that it has. */
    static Plan fitted(Plan plan, Hardware hardware) {
        return fitted(plan.shared(hardware.processes()), hardware.memoryBytes()).recompute()
                ? plan.recomputing()
                : plan;
    }

    /** Whether the plan can be trained there. */
    static boolean fits(Plan plan, Hardware hardware) {
        return fits(plan.shared(hardware.processes()), hardware.memoryBytes());
    }

    /**
     * The plan as it can be trained in so much memory: with activations recomputed where they do not fit.
     *
     * @throws EngineException of the kind RESOURCE where the plan does not fit even so; the message names a model that does
     */
    static Plan fitted(Plan plan, long memoryBytes) {
        if (bytes(plan) <= memoryBytes) {
            return plan;
        }
        Plan recomputing = plan.recomputing();
        if (bytes(recomputing) <= memoryBytes) {
            return recomputing;
        }
        throw new EngineException(
                Kind.RESOURCE,
                "Training this model of " + Reports.number(plan.model().parameters()) + " weights takes about "
                        + Reports.bytes(least(plan)) + " of memory, and " + Reports.bytes(memoryBytes)
                        + " are free. " + whatWouldFit(plan, memoryBytes));
    }

    /** Whether the plan can be trained in so much memory, with activations recomputed if need be. */
    static boolean fits(Plan plan, long memoryBytes) {
        return least(plan) <= memoryBytes;
    }

    /** Bytes that do at a pinch. A very shallow model gains nothing from recomputing. */
    static long least(Plan plan) {
        return Math.min(bytes(plan), bytes(plan.recomputing()));
    }

    private static String whatWouldFit(Plan plan, long memoryBytes) {
        ModelConfig model = plan.model();
        return IntStream.iterate(Math.max(model.depth(), DEPTH_TRIED_MAX), depth -> depth > 0, depth -> depth - 1)
                .mapToObj(depth -> Planner.shape(
                        model.vocabularySize(),
                        depth,
                        Math.min(model.width(), Planner.widthMax(depth)),
                        model.contextLength()))
                .filter(smaller -> fits(plan.withModel(smaller), memoryBytes))
                .findFirst()
                .map(smaller -> "A model of " + Reports.number(smaller.parameters())
                        + " weights would fit, such as one of --depth " + smaller.depth() + " --width "
                        + smaller.width() + "; or use a machine with more memory.")
                .orElse(
                        "Not even the smallest model would fit with this vocabulary and context; choose a smaller --vocab or "
                                + "--context, or use a machine with more memory.");
    }

    /** Bytes in all. */
    static long bytes(Plan plan) {
        double shortLived = plan.replicas() * (activations(plan) + logits(plan));
        return BASE_BYTES + state(plan) + Math.round(FRAGMENTATION * shortLived);
    }

    /** Weights, their sum of gradients and the optimizer's two moments in 32 bits; a gradient for each replica. */
    private static long state(Plan plan) {
        long inThirtyTwoBits = 4 * Float.BYTES;
        long computed =
                plan.precision() == Precision.FLOAT32 ? 0 : plan.precision().bytes();
        return plan.model().parameters()
                * (inThirtyTwoBits
                        + computed
                        + (long) plan.replicas() * plan.precision().bytes());
    }

    /** What one replica keeps of one micro-batch until the backward pass, and of a block while it is computed again. */
    private static double activations(Plan plan) {
        ModelConfig model = plan.model();
        double tokens = (double) plan.rowsPerMicroBatch() * plan.contextLength();
        double stream = tokens * model.width() * plan.precision().bytes();
        double block = tokens * blockBytesPerToken(plan);
        return plan.recompute() ? model.depth() * stream + 2 * block : model.depth() * block;
    }

    /**
     * Of each block: its input and the stream between its two halves, both also normed; query, key and value, turned query and
     * key, the mixed value; gate and up, the gate's activation, their product. The norms keep one copy more in 32 bits; where
     * the computation is in 16, norms and attention work on copies in 32.
     */
    private static double blockBytesPerToken(Plan plan) {
        ModelConfig model = plan.model();
        double width = model.width();
        double query = model.queryWidth();
        double key = model.keyValueWidth();
        double normedHeads = model.queryKeyNorm() ? query + key : 0;
        double kept = 4 * width + 3 * query + 3 * key + 4.0 * model.feedForwardWidth();
        double norms = 2 * width + normedHeads;
        boolean grouped = model.keyValueHeads() < model.heads();
        return plan.precision() == Precision.FLOAT32
                ? Float.BYTES * (kept + norms + (grouped ? 2 * query : 0))
                : plan.precision().bytes() * kept + Float.BYTES * (2 * norms + 4 * query);
    }

    /** Logits of some rows: in the number format of the computation, in 32 bits, as logarithms of probabilities, and gradients. */
    private static double logits(Plan plan) {
        long tokens = (long) plan.rowsPerMicroBatch() * plan.contextLength();
        double rows = Math.min(tokens, logitRows(plan.model(), tokens));
        double elements = rows * plan.model().vocabularySize();
        double copies = plan.precision() == Precision.FLOAT32 ? 4 * Float.BYTES : 4 * Float.BYTES + 2 * Short.BYTES;
        return elements * copies;
    }

    /** Rows of logits that are made at a time, of so many in a micro-batch: the larger it is, the larger are the pieces. */
    static long logitRows(ModelConfig model, long rows) {
        long bytes = Math.max(LOGIT_BYTES, rows * LOGIT_BYTES_PER_ROW);
        return Math.max(1, bytes / ((long) Float.BYTES * model.vocabularySize()));
    }
}
