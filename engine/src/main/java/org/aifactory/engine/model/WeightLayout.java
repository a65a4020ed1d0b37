package org.aifactory.engine.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where every weight stands in one flat array. Neighbours that are used together (query, key, value; gate, up) follow each
 * other, so that one matrix product serves them all. Names and shapes are those of Hugging Face's Llama and Qwen3.
 */
public final class WeightLayout {

    /**
     * One weight.
     *
     * @param name Hugging Face's name
     * @param shape rows and columns, or one length for the scale of a norm
     * @param offset first element in the flat array
     */
    public record Entry(String name, List<Long> shape, long offset) {
        /** Number of elements. */
        public long size() {
            return shape.stream().reduce(1L, Math::multiplyExact);
        }

        /** Whether this is a matrix of a block, which Muon may train; embeddings and norms are not. */
        public boolean isBlockMatrix() {
            return shape.size() == 2 && name.startsWith("model.layers.");
        }
    }

    public static final String EMBEDDING = "model.embed_tokens.weight";
    public static final String FINAL_NORM = "model.norm.weight";
    public static final String OUTPUT = "lm_head.weight";

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private long size;

    private WeightLayout() {}

    public static WeightLayout of(ModelConfig config) {
        WeightLayout layout = new WeightLayout();
        layout.add(EMBEDDING, config.vocabularySize(), config.width());
        for (int block = 0; block < config.depth(); block++) {
            layout.addBlock(config, block);
        }
        layout.add(FINAL_NORM, config.width());
        if (!config.tiedEmbeddings()) {
            layout.add(OUTPUT, config.vocabularySize(), config.width());
        }
        return layout;
    }

    private void addBlock(ModelConfig config, int block) {
        add(name(block, "input_layernorm"), config.width());
        add(name(block, "self_attn.q_proj"), config.queryWidth(), config.width());
        add(name(block, "self_attn.k_proj"), config.keyValueWidth(), config.width());
        add(name(block, "self_attn.v_proj"), config.keyValueWidth(), config.width());
        if (config.queryKeyNorm()) {
            add(name(block, "self_attn.q_norm"), config.headWidth());
            add(name(block, "self_attn.k_norm"), config.headWidth());
        }
        add(name(block, "self_attn.o_proj"), config.width(), config.queryWidth());
        add(name(block, "post_attention_layernorm"), config.width());
        add(name(block, "mlp.gate_proj"), config.feedForwardWidth(), config.width());
        add(name(block, "mlp.up_proj"), config.feedForwardWidth(), config.width());
        add(name(block, "mlp.down_proj"), config.width(), config.feedForwardWidth());
    }

    /** Hugging Face's name of a weight of a block, such as {@code model.layers.0.mlp.up_proj.weight}. */
    public static String name(int block, String part) {
        return "model.layers." + block + "." + part + ".weight";
    }

    private void add(String name, long... shape) {
        List<Long> dimensions = new ArrayList<>();
        for (long dimension : shape) {
            dimensions.add(dimension);
        }
        Entry entry = new Entry(name, List.copyOf(dimensions), size);
        entries.put(name, entry);
        size = Math.addExact(size, entry.size());
    }

    /** All weights in the order of the flat array. */
    public List<Entry> entries() {
        return List.copyOf(entries.values());
    }

    public Entry entry(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new IllegalArgumentException("this model has no weight called " + name);
        }
        return entry;
    }

    /** Elements of the flat array. */
    public long size() {
        return size;
    }
}
