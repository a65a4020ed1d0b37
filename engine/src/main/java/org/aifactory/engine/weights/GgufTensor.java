package org.aifactory.engine.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.Rope;
import org.aifactory.engine.model.RopeScaling;
import org.aifactory.engine.model.WeightLayout;

/**
 * A tensor of a GGUF file and where its rows come from.
 *
 * @param name GGUF's name
 * @param shape rows and columns, or one length
 * @param rows reads one row
 */
record GgufTensor(String name, List<Long> shape, GgufType type, RowReader rows) {

    /** Fills an array with one row of a tensor. */
    @FunctionalInterface
    interface RowReader {
        void read(Safetensors weights, long row, float[] target);
    }

    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry(WeightLayout.EMBEDDING, "token_embd"),
            Map.entry(WeightLayout.FINAL_NORM, "output_norm"),
            Map.entry(WeightLayout.OUTPUT, "output"),
            Map.entry("input_layernorm", "attn_norm"),
            Map.entry("self_attn.q_proj", "attn_q"),
            Map.entry("self_attn.k_proj", "attn_k"),
            Map.entry("self_attn.v_proj", "attn_v"),
            Map.entry("self_attn.q_norm", "attn_q_norm"),
            Map.entry("self_attn.k_norm", "attn_k_norm"),
            Map.entry("self_attn.o_proj", "attn_output"),
            Map.entry("post_attention_layernorm", "ffn_norm"),
            Map.entry("mlp.gate_proj", "ffn_gate"),
            Map.entry("mlp.up_proj", "ffn_up"),
            Map.entry("mlp.down_proj", "ffn_down"));

    long columns() {
        return shape.getLast();
    }

    long rowCount() {
        return shape.size() == 1 ? 1 : shape.getFirst();
    }

    long byteSize() {
        return type.byteSize(rowCount() * columns());
    }

    /** All tensors of a model whose matrices are to be of {@code type}. */
    static List<GgufTensor> of(ModelConfig config, GgufType type) {
        List<GgufTensor> tensors = new ArrayList<>();
        if (config.ropeScaling() instanceof RopeScaling.Llama3) {
            tensors.add(ropeFactors(config));
        }
        for (WeightLayout.Entry entry : WeightLayout.of(config).entries()) {
            tensors.add(new GgufTensor(name(entry.name()), entry.shape(), typeOf(entry, type), rows(config, entry)));
        }
        return tensors;
    }

    /** As llama.cpp's own converter decides: vectors stay exact, and matrices that blocks do not fit are kept in halves. */
    private static GgufType typeOf(WeightLayout.Entry entry, GgufType type) {
        if (entry.shape().size() == 1) {
            return GgufType.F32;
        }
        return type.holds(entry.shape().getLast()) ? type : GgufType.F16;
    }

    private static String name(String name) {
        String[] parts = name.split("\\.", 4);
        boolean inBlock = parts[1].equals("layers");
        String part = inBlock ? parts[3].substring(0, parts[3].lastIndexOf('.')) : name;
        String translated = NAMES.get(part);
        if (translated == null) {
            throw new IllegalArgumentException("GGUF has no name for " + name);
        }
        return (inBlock ? "blk." + parts[2] + "." : "") + translated + ".weight";
    }

    private static RowReader rows(ModelConfig config, WeightLayout.Entry entry) {
        int columns = Math.toIntExact(entry.shape().getLast());
        boolean rotated = entry.name().endsWith("q_proj.weight") || entry.name().endsWith("k_proj.weight");
        boolean interleaved = rotated && !config.queryKeyNorm();
        return (weights, row, target) -> {
            long source = interleaved ? halvesRow(row, config.headWidth()) : row;
            FloatConversion.decode(
                    weights.type(entry.name()), weights.bytes(entry.name()), source * columns, target, columns);
        };
    }

    /**
     * The architecture called llama turns neighbours, element 2i with 2i + 1, where Hugging Face turns element i with i + D/2; so
     * the rows of queries and keys change places. qwen3 pairs as Hugging Face does.
     */
    private static long halvesRow(long interleaved, int headWidth) {
        long head = interleaved / headWidth;
        long within = interleaved % headWidth;
        return head * headWidth + within % 2 * (headWidth / 2) + within / 2;
    }

    /** What each plain rotary frequency is divided by, [D / 2]; llama.cpp reads Llama 3's scheme in this form only. */
    private static GgufTensor ropeFactors(ModelConfig config) {
        double[] stretched = Rope.frequencies(config);
        float[] factors = new float[stretched.length];
        for (int i = 0; i < factors.length; i++) {
            factors[i] = (float) (Math.pow(config.ropeTheta(), -2.0 * i / config.headWidth()) / stretched[i]);
        }
        return new GgufTensor(
                "rope_freqs.weight",
                List.of((long) factors.length),
                GgufType.F32,
                (weights, row, target) -> System.arraycopy(factors, 0, target, 0, factors.length));
    }
}
