package org.aifactory.engine.model;

import java.util.Arrays;

/**
 * The forward pass written to be read: one position at a time, plain loops, double precision. It is the golden value for the fast
 * decoder and the shortest description of the model. Letters in the comments: T positions, W width, V vocabulary, H query heads,
 * K key-value heads, D head width, F feed-forward width.
 */
public final class ReferenceDecoder {

    private final ModelConfig config;
    private final WeightLayout layout;
    private final float[] weights;
    private final double[] inverseFrequencies; // [D / 2]

    /**
     * @param weights all weights, in the order of {@link WeightLayout}
     */
    public ReferenceDecoder(ModelConfig config, float[] weights) {
        this.config = config;
        this.layout = WeightLayout.of(config);
        if (weights.length != layout.size()) {
            throw new IllegalArgumentException("this model has " + layout.size() + " weights, not " + weights.length);
        }
        this.weights = weights.clone();
        this.inverseFrequencies = inverseFrequencies(config);
    }

    /**
     * Scores of every next token after every position.
     *
     * @param ids token ids, [T]
     * @return logits, [T][V]
     */
    public double[][] logits(int[] ids) {
        double[][] stream = new double[ids.length][]; // [T][W]
        for (int t = 0; t < ids.length; t++) {
            stream[t] = embedding(ids[t]); // [W]
        }
        for (int block = 0; block < config.depth(); block++) {
            attend(stream, block);
            for (double[] residual : stream) {
                feedForward(residual, block);
            }
        }
        String output = config.tiedEmbeddings() ? WeightLayout.EMBEDDING : WeightLayout.OUTPUT;
        double[][] logits = new double[ids.length][]; // [T][V]
        for (int t = 0; t < ids.length; t++) {
            logits[t] = multiply(output, normalise(WeightLayout.FINAL_NORM, stream[t])); // [V][W] x [W] -> [V]
        }
        return logits;
    }

    private double[] embedding(int id) {
        int start = start(WeightLayout.EMBEDDING) + id * config.width();
        double[] row = new double[config.width()]; // [W]
        for (int i = 0; i < row.length; i++) {
            row[i] = weights[start + i];
        }
        return row;
    }

    /** Adds causal grouped-query attention to the residual stream (Ainslie et al. 2023, arXiv:2305.13245). */
    private void attend(double[][] stream, int block) {
        int length = stream.length;
        double[][][] queries = new double[length][][]; // [T][H][D]
        double[][][] keys = new double[length][][]; // [T][K][D]
        double[][][] values = new double[length][][]; // [T][K][D]
        for (int t = 0; t < length; t++) {
            double[] input = normalise(WeightLayout.name(block, "input_layernorm"), stream[t]); // [W]
            queries[t] = heads(multiply(WeightLayout.name(block, "self_attn.q_proj"), input)); // [H*D][W] x [W]
            keys[t] = heads(multiply(WeightLayout.name(block, "self_attn.k_proj"), input)); // [K*D][W] x [W]
            values[t] = heads(multiply(WeightLayout.name(block, "self_attn.v_proj"), input)); // [K*D][W] x [W]
            position(queries[t], WeightLayout.name(block, "self_attn.q_norm"), t);
            position(keys[t], WeightLayout.name(block, "self_attn.k_norm"), t);
        }
        for (int t = 0; t < length; t++) {
            double[] mixed = new double[config.queryWidth()]; // [H*D]
            for (int head = 0; head < config.heads(); head++) {
                int group = head / (config.heads() / config.keyValueHeads());
                double[] mix = mix(queries[t][head], keys, values, group, t); // [D]
                System.arraycopy(mix, 0, mixed, head * config.headWidth(), config.headWidth());
            }
            add(stream[t], multiply(WeightLayout.name(block, "self_attn.o_proj"), mixed)); // [W][H*D] x [H*D]
        }
    }

    private double[][] heads(double[] joined) {
        double[][] heads = new double[joined.length / config.headWidth()][]; // [heads][D]
        for (int head = 0; head < heads.length; head++) {
            heads[head] = Arrays.copyOfRange(joined, head * config.headWidth(), (head + 1) * config.headWidth());
        }
        return heads;
    }

    /** Normalises each head where the model does so, then turns it by its position. */
    private void position(double[][] heads, String norm, int position) {
        for (int head = 0; head < heads.length; head++) {
            if (config.queryKeyNorm()) {
                heads[head] = normalise(norm, heads[head]); // [D]
            }
            rotate(heads[head], position);
        }
    }

    /**
     * Rotary embedding (Su et al. 2021, arXiv:2104.09864) in Hugging Face's pairing: element i turns with element i + D/2.
     */
    private void rotate(double[] head, int position) {
        int half = head.length / 2;
        for (int i = 0; i < half; i++) {
            double angle = position * inverseFrequencies[i];
            double first = head[i];
            double second = head[i + half];
            head[i] = first * Math.cos(angle) - second * Math.sin(angle);
            head[i + half] = second * Math.cos(angle) + first * Math.sin(angle);
        }
    }

    /** Softmax of the scores of positions 0 to {@code last}, then the sum of their values by that weight. */
    private double[] mix(double[] query, double[][][] keys, double[][][] values, int group, int last) {
        double[] scores = new double[last + 1]; // [t + 1]
        double highest = Double.NEGATIVE_INFINITY;
        for (int t = 0; t <= last; t++) {
            scores[t] = dot(query, keys[t][group]) / Math.sqrt(config.headWidth());
            highest = Math.max(highest, scores[t]);
        }
        double total = 0;
        for (int t = 0; t <= last; t++) {
            scores[t] = Math.exp(scores[t] - highest);
            total += scores[t];
        }
        double[] mix = new double[config.headWidth()]; // [D]
        for (int t = 0; t <= last; t++) {
            for (int i = 0; i < mix.length; i++) {
                mix[i] += scores[t] / total * values[t][group][i];
            }
        }
        return mix;
    }

    /** Adds SwiGLU (Shazeer 2020, arXiv:2002.05202) to the residual stream: down(silu(gate(x)) * up(x)). */
    private void feedForward(double[] residual, int block) {
        double[] input = normalise(WeightLayout.name(block, "post_attention_layernorm"), residual); // [W]
        double[] gate = multiply(WeightLayout.name(block, "mlp.gate_proj"), input); // [F][W] x [W] -> [F]
        double[] up = multiply(WeightLayout.name(block, "mlp.up_proj"), input); // [F][W] x [W] -> [F]
        double[] inner = new double[config.feedForwardWidth()]; // [F]
        for (int i = 0; i < inner.length; i++) {
            inner[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
        }
        add(residual, multiply(WeightLayout.name(block, "mlp.down_proj"), inner)); // [W][F] x [F] -> [W]
    }

    /** RMSNorm (Zhang and Sennrich 2019, arXiv:1910.07467): x / sqrt(mean(x²) + epsilon) * scale. */
    private double[] normalise(String scale, double[] input) {
        double meanSquare = dot(input, input) / input.length;
        double factor = 1 / Math.sqrt(meanSquare + config.normEpsilon());
        int start = start(scale);
        double[] output = new double[input.length];
        for (int i = 0; i < output.length; i++) {
            output[i] = input[i] * factor * weights[start + i];
        }
        return output;
    }

    /** Matrix times vector: [rows][columns] x [columns] -> [rows]. */
    private double[] multiply(String matrix, double[] vector) {
        int start = start(matrix);
        double[] product =
                new double[Math.toIntExact(layout.entry(matrix).shape().getFirst())];
        for (int row = 0; row < product.length; row++) {
            for (int column = 0; column < vector.length; column++) {
                product[row] += weights[start + row * vector.length + column] * vector[column];
            }
        }
        return product;
    }

    private int start(String name) {
        return Math.toIntExact(layout.entry(name).offset());
    }

    private static double dot(double[] left, double[] right) {
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum += left[i] * right[i];
        }
        return sum;
    }

    private static void add(double[] target, double[] change) {
        for (int i = 0; i < target.length; i++) {
            target[i] += change[i];
        }
    }

    /** Radians per position of each pair of elements: theta^(-2i/D), stretched as the configuration says. */
    private static double[] inverseFrequencies(ModelConfig config) {
        double[] frequencies = new double[config.headWidth() / 2]; // [D / 2]
        for (int i = 0; i < frequencies.length; i++) {
            double plain = Math.pow(config.ropeTheta(), -2.0 * i / config.headWidth());
            frequencies[i] = switch (config.ropeScaling()) {
                case RopeScaling.None() -> plain;
                case RopeScaling.Linear(double factor) -> plain / factor;
                case RopeScaling.Llama3 llama3 -> stretch(plain, llama3);
            };
        }
        return frequencies;
    }

    /** Llama 3.1: waves that fit often into the original context stay, waves longer than it are slowed down, between them a ramp. */
    private static double stretch(double frequency, RopeScaling.Llama3 scaling) {
        double turns = scaling.originalContext() * frequency / (2 * Math.PI);
        double kept =
                (turns - scaling.lowFrequencyFactor()) / (scaling.highFrequencyFactor() - scaling.lowFrequencyFactor());
        double share = Math.clamp(kept, 0.0, 1.0);
        return (1 - share) * frequency / scaling.factor() + share * frequency;
    }
}
