package org.aifactory.engine.generation;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.IntConsumer;
import org.aifactory.engine.model.ModelConfig;

/**
 * The forward pass token by token: what {@link org.aifactory.engine.model.Decoder} computes for whole sequences, with the keys
 * and values of earlier tokens taken from caches. Sequences share the matrix products of a pass; attention is each one's own.
 * All activations are rows of a few arrays that are made once. For one thread at a time.
 */
final class CachedDecoder implements AutoCloseable {
    private static final int ROWS_WORTH_SHARING = 8;

    /**
     * The next tokens of one sequence.
     *
     * @param tokens of which {@code from} to {@code to - 1} follow those in {@code cache}
     */
    @SuppressWarnings("ArrayRecordComponent") // A view of the sequence's own array, never compared.
    record Chunk(KeyValueCache cache, int[] tokens, int from, int to) {
        int size() {
            return to - from;
        }
    }

    private final ModelConfig config;
    private final DecoderWeights weights;
    private final Crew crew;
    private final RotaryAngles angles;
    private final CachedAttention attention;

    private float[] stream = new float[0]; // [rows, width]
    private float[] normed = new float[0]; // [rows, width]
    private float[] projected = new float[0]; // [rows, queryWidth + 2 * keyValueWidth]
    private float[] mixed = new float[0]; // [rows, queryWidth]
    private float[] gateUp = new float[0]; // [rows, 2 * feedForwardWidth]
    private float[] gated = new float[0]; // [rows, feedForwardWidth]
    private float[] logits = new float[0]; // [chunks, vocabulary]

    /**
     * A decoder over the model's weights.
     *
     * @param flat float32 in the order of {@link org.aifactory.engine.model.WeightLayout}
     */
    CachedDecoder(ModelConfig config, MemorySegment flat, int threads) {
        this.config = config;
        this.weights = DecoderWeights.of(config, flat);
        this.crew = new Crew(threads);
        this.angles = new RotaryAngles(config);
        this.attention = new CachedAttention(config, crew);
    }

    /**
     * Puts each chunk into its cache.
     *
     * @return logits [chunks, vocabulary] that follow the last token of each chunk; valid until the next call
     */
    float[] forward(List<Chunk> chunks) {
        int rows = chunks.stream().mapToInt(Chunk::size).sum();
        makeRoom(rows, chunks.size());
        embed(chunks);
        angles.turnTo(chunks, rows);
        for (int block = 0; block < config.depth(); block++) {
            attend(chunks, block, rows);
            feedForward(weights.blocks().get(block), rows);
        }
        chunks.forEach(chunk -> chunk.cache().advance(chunk.size()));
        project(chunks);
        return logits;
    }

    private void makeRoom(int rows, int chunks) {
        stream = atLeast(stream, rows, config.width());
        normed = atLeast(normed, rows, config.width());
        projected = atLeast(projected, rows, config.queryWidth() + 2 * config.keyValueWidth());
        mixed = atLeast(mixed, rows, config.queryWidth());
        gateUp = atLeast(gateUp, rows, 2 * config.feedForwardWidth());
        gated = atLeast(gated, rows, config.feedForwardWidth());
        logits = atLeast(logits, chunks, config.vocabularySize());
    }

    private static float[] atLeast(float[] array, int rows, int width) {
        int size = Math.multiplyExact(rows, width);
        return array.length >= size ? array : new float[size];
    }

    private void embed(List<Chunk> chunks) {
        int row = 0;
        for (Chunk chunk : chunks) {
            for (int i = chunk.from(); i < chunk.to(); i++) {
                weights.embedding().copyRow(chunk.tokens()[i], stream, row++ * config.width());
            }
        }
    }

    private void attend(List<Chunk> chunks, int block, int rows) {
        DecoderWeights.Block weight = weights.blocks().get(block);
        norm(stream, rows, weight.attentionNorm(), normed);
        weight.queryKeyValue().apply(crew, normed, rows, projected, false);
        forRows(rows, row -> turnHeads(weight, row));
        attention.mix(chunks, block, projected, mixed);
        weight.attentionOutput().apply(crew, mixed, rows, stream, true);
    }

    /** Norms, where the architecture does, and rotates the query and key heads of a row in place. */
    private void turnHeads(DecoderWeights.Block weight, int row) {
        int headWidth = config.headWidth();
        int start = row * (config.queryWidth() + 2 * config.keyValueWidth());
        for (int head = 0; head < config.heads() + config.keyValueHeads(); head++) {
            int offset = start + head * headWidth;
            if (config.queryKeyNorm()) {
                float[] scale = head < config.heads() ? weight.queryNorm() : weight.keyNorm();
                normRow(projected, offset, scale, projected, offset);
            }
            angles.rotate(row, projected, offset);
        }
    }

    private void feedForward(DecoderWeights.Block weight, int rows) {
        norm(stream, rows, weight.feedForwardNorm(), normed);
        weight.gateUp().apply(crew, normed, rows, gateUp, false);
        forRows(rows, this::gate);
        weight.down().apply(crew, gated, rows, stream, true);
    }

    /** SwiGLU (Shazeer 2020, arXiv:2002.05202) of one row. */
    private void gate(int row) {
        int width = config.feedForwardWidth();
        int from = row * 2 * width;
        for (int i = 0; i < width; i++) {
            float gate = gateUp[from + i];
            gated[row * width + i] = gate / (1 + (float) Math.exp(-gate)) * gateUp[from + width + i];
        }
    }

    /** Logits after the last row of each chunk. */
    private void project(List<Chunk> chunks) {
        int row = -1;
        for (int i = 0; i < chunks.size(); i++) {
            row += chunks.get(i).size();
            normRow(stream, row * config.width(), weights.finalNorm(), normed, i * config.width());
        }
        weights.output().apply(crew, normed, chunks.size(), logits, false);
    }

    private void norm(float[] input, int rows, float[] scale, float[] output) {
        for (int row = 0; row < rows; row++) {
            normRow(input, row * scale.length, scale, output, row * scale.length);
        }
    }

    private void normRow(float[] input, int from, float[] scale, float[] output, int to) {
        double squares = 0;
        for (int i = 0; i < scale.length; i++) {
            squares += input[from + i] * input[from + i];
        }
        float factor = (float) (1 / Math.sqrt(squares / scale.length + config.normEpsilon()));
        for (int i = 0; i < scale.length; i++) {
            output[to + i] = input[from + i] * factor * scale[i];
        }
    }

    private void forRows(int rows, IntConsumer work) {
        int pieces = rows < ROWS_WORTH_SHARING ? 1 : crew.size();
        crew.share(pieces, piece -> {
            for (int row = piece; row < rows; row += pieces) {
                work.accept(row);
            }
        });
    }

    @Override
    public void close() {
        crew.close();
    }
}
