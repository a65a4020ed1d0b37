package org.aifactory.engine.generation;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.aifactory.engine.model.ModelConfig;

/** Causal grouped-query attention of new tokens over the cached ones of their own sequence. */
final class CachedAttention {
    private static final long WORTH_SHARING = 1 << 17;

    private final ModelConfig config;
    private final Crew crew;
    private final float[][] scores; // one array [chunk rows, positions] per member of the crew

    CachedAttention(ModelConfig config, Crew crew) {
        this.config = config;
        this.crew = crew;
        this.scores = new float[crew.size()][0];
    }

    /**
     * Stores the new keys and values and mixes the values.
     *
     * @param projected [rows, queryWidth + 2 * keyValueWidth], rotated
     * @param mixed [rows, queryWidth], the result
     */
    void mix(List<CachedDecoder.Chunk> chunks, int block, float[] projected, float[] mixed) {
        int[] firstRows = new int[chunks.size()];
        long work = 0;
        int row = 0;
        for (int i = 0; i < chunks.size(); i++) {
            CachedDecoder.Chunk chunk = chunks.get(i);
            firstRows[i] = row;
            row += chunk.size();
            work += 2L * chunk.size() * (chunk.cache().length() + chunk.size()) * config.queryWidth();
        }
        int pieces = work < WORTH_SHARING ? 1 : crew.size();
        int tasks = chunks.size() * config.keyValueHeads();
        crew.share(pieces, piece -> {
            for (int task = piece; task < tasks; task += pieces) {
                int chunk = task / config.keyValueHeads();
                int head = task % config.keyValueHeads();
                mixGroup(piece, chunks.get(chunk), firstRows[chunk], block, head, projected, mixed);
            }
        });
    }

    /** One key-value head of one chunk and the query heads that share it. */
    private void mixGroup(
            int piece, CachedDecoder.Chunk chunk, int firstRow, int block, int head, float[] projected, float[] mixed) {
        KeyValueCache cache = chunk.cache();
        MemorySegment keys = cache.keys(block, head);
        MemorySegment values = cache.values(block, head);
        int rowWidth = config.queryWidth() + 2 * config.keyValueWidth();
        for (int i = 0; i < chunk.size(); i++) {
            int key = (firstRow + i) * rowWidth + config.queryWidth() + head * config.headWidth();
            cache.put(keys, cache.length() + i, projected, key);
            cache.put(values, cache.length() + i, projected, key + config.keyValueWidth());
        }
        int positions = cache.length() + chunk.size();
        if (scores[piece].length < chunk.size() * positions) {
            scores[piece] = new float[Math.max(chunk.size() * positions, 2 * scores[piece].length)];
        }
        int group = config.heads() / config.keyValueHeads();
        for (int query = head * group; query < (head + 1) * group; query++) {
            int column = query * config.headWidth();
            MemorySegment queries = from(projected, firstRow * rowWidth + column);
            MemorySegment output = from(mixed, firstRow * config.queryWidth() + column);
            mixHead(scores[piece], chunk.size(), positions, queries, rowWidth, keys, values, output);
        }
    }

    private void mixHead(
            float[] weights,
            int rows,
            int positions,
            MemorySegment queries,
            int queryStride,
            MemorySegment keys,
            MemorySegment values,
            MemorySegment output) {
        int width = config.headWidth();
        MemorySegment table = MemorySegment.ofArray(weights);
        if (rows == 1) {
            Blas.matrixTimesVector(keys, positions, width, width, queries, table, 0);
            softmax(weights, 0, positions, positions);
            Blas.vectorTimesMatrix(table, values, positions, width, width, output);
            return;
        }
        Blas.timesTransposed(queries, rows, queryStride, keys, positions, width, width, table, positions, 0);
        for (int row = 0; row < rows; row++) {
            softmax(weights, row * positions, positions - rows + row + 1, positions);
        }
        Blas.times(table, rows, positions, values, width, width, positions, output, config.queryWidth());
    }

    /** Softmax of {@code visible} scores over the root of the head's width, and 0 for the rest of {@code size}. */
    private void softmax(float[] scores, int from, int visible, int size) {
        float scale = (float) (1 / Math.sqrt(config.headWidth()));
        float largest = Float.NEGATIVE_INFINITY;
        for (int i = from; i < from + visible; i++) {
            largest = Math.max(largest, scores[i]);
        }
        float sum = 0;
        for (int i = from; i < from + visible; i++) {
            float weight = (float) Math.exp((scores[i] - largest) * scale);
            scores[i] = weight;
            sum += weight;
        }
        for (int i = from; i < from + visible; i++) {
            scores[i] /= sum;
        }
        for (int i = from + visible; i < from + size; i++) {
            scores[i] = 0;
        }
    }

    private static MemorySegment from(float[] array, int offset) {
        return MemorySegment.ofArray(array).asSlice(Matrix.bytes(offset));
    }
}
