package org.aifactory.engine.weights;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.RopeScaling;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Between {@code config.json} and {@link ModelConfig}. Versions 4 and 5 of transformers name some fields differently
 * ({@code rope_theta} and {@code rope_scaling} against {@code rope_parameters}, {@code torch_dtype} against {@code dtype}): both are
 * read, and both are written.
 */
final class HuggingFaceConfig {

    private static final String LLAMA = "LlamaForCausalLM";
    private static final String MISTRAL = "MistralForCausalLM";
    private static final String QWEN3 = "Qwen3ForCausalLM";

    /** Far above any real model, and low enough that no product of two sizes leaves the range of an int or fills the memory. */
    private static final int SIZE_MAX = 1 << 24;

    private static final int DEPTH_MAX = 4096;

    /** A hundred times the largest model there is, and few enough that their bytes can be counted. */
    private static final long PARAMETERS_MAX = 1L << 47;

    /** Fields that change the arithmetic in ways that are not built here, whatever their value. */
    private static final Set<String> FOREIGN_FIELDS = Set.of(
            "quantization_config", "num_experts", "num_local_experts", "num_experts_per_tok", "moe_intermediate_size");

    private final JsonFile json;

    private HuggingFaceConfig(JsonFile json) {
        this.json = json;
    }

    static ModelConfig read(JsonFile json) {
        return new HuggingFaceConfig(json).read();
    }

    private ModelConfig read() {
        String architecture = architecture();
        refuseForeignArithmetic();
        int width = limited("hidden_size");
        int heads = limited("num_attention_heads");
        int headWidth = json.size("head_dim", Math.max(1, width / heads));
        refuseSlidingWindow();
        if (json.size("num_hidden_layers") > DEPTH_MAX || (long) heads * headWidth > SIZE_MAX) {
            throw tooLarge();
        }
        ModelConfig config = config(architecture, width, heads, headWidth);
        if (config.parameters() > PARAMETERS_MAX) {
            throw tooLarge();
        }
        return config;
    }

    private EngineException tooLarge() {
        return json.unusable("its sizes are beyond any model this program can hold");
    }

    private ModelConfig config(String architecture, int width, int heads, int headWidth) {
        try {
            return new ModelConfig(
                    limited("vocab_size"),
                    width,
                    json.size("num_hidden_layers"),
                    heads,
                    json.size("num_key_value_heads", heads),
                    headWidth,
                    limited("intermediate_size"),
                    json.size("max_position_embeddings"),
                    rope().number("rope_theta", json.number("rope_theta", 10_000)),
                    ropeScaling(),
                    json.number("rms_norm_eps"),
                    json.flag("tie_word_embeddings", false),
                    architecture.equals(QWEN3));
        } catch (IllegalArgumentException contradiction) {
            throw json.unusable(String.valueOf(contradiction.getMessage()));
        }
    }

    private String architecture() {
        JsonNode architectures = json.root().path("architectures");
        String architecture = architectures.path(0).asString("");
        if (architectures.size() != 1 || !List.of(LLAMA, MISTRAL, QWEN3).contains(architecture)) {
            throw json.unusable("its architectures are " + (architectures.isMissingNode() ? "not given" : architectures)
                    + ", and this program can use one of " + LLAMA + ", " + MISTRAL + " without a sliding window, and "
                    + QWEN3);
        }
        return architecture;
    }

    private void refuseForeignArithmetic() {
        FOREIGN_FIELDS.stream().sorted().filter(json::has).findFirst().ifPresent(field -> {
            throw json.unusable(
                    "it has " + field
                            + ", and only dense models whose weights are F32, F16 or BF16 are supported, no mixtures of experts and no quantized ones");
        });
        for (String bias : List.of("attention_bias", "mlp_bias")) {
            if (json.flag(bias, false)) {
                throw json.unusable("its " + bias + " is true, and only projections without bias are supported");
            }
        }
        String activation = json.text("hidden_act", "silu");
        if (!activation.equals("silu")) {
            throw json.unusable("its hidden_act is '" + activation + "', and only 'silu' is supported");
        }
    }

    private void refuseSlidingWindow() {
        // Qwen3 states a window and then says that it is not used.
        if (json.has("sliding_window")
                && json.flag("use_sliding_window", true)
                && json.size("sliding_window") < json.size("max_position_embeddings")) {
            throw json.unusable("its attention looks only at a sliding window of " + json.size("sliding_window")
                    + " tokens, and only full attention is supported");
        }
        for (JsonNode layer : json.root().path("layer_types")) {
            if (!layer.asString("").equals("full_attention")) {
                throw json.unusable("its layer_types hold " + layer + ", and only 'full_attention' is supported");
            }
        }
    }

    private int limited(String field) {
        int size = json.size(field);
        if (size > SIZE_MAX) {
            throw json.unusable("its " + field + " of " + size + " is beyond any model this program can hold");
        }
        return size;
    }

    /** Where the rotary parameters stand: {@code rope_parameters} of version 5, else {@code rope_scaling} of version 4. */
    private JsonFile rope() {
        return json.object(json.has("rope_parameters") ? "rope_parameters" : "rope_scaling");
    }

    private RopeScaling ropeScaling() {
        JsonFile rope = rope();
        if (rope.root().path("partial_rotary_factor").asDouble(1) != 1) {
            throw json.unusable("it turns only a part of each head (partial_rotary_factor), which is not supported");
        }
        String type = rope.text("rope_type", rope.text("type", "default"));
        return switch (type) {
            case "default" -> new RopeScaling.None();
            case "linear" -> new RopeScaling.Linear(rope.number("factor"));
            case "llama3" -> llama3(rope);
            default ->
                throw json.unusable(
                        "its rope type is '" + type + "', and 'default', 'linear' and 'llama3' are supported");
        };
    }

    private RopeScaling llama3(JsonFile rope) {
        double low = rope.number("low_freq_factor");
        double high = rope.number("high_freq_factor");
        if (low >= high) {
            throw json.unusable("its low_freq_factor is not below its high_freq_factor");
        }
        return new RopeScaling.Llama3(rope.number("factor"), low, high, rope.size("original_max_position_embeddings"));
    }

    /** The file for a model of this shape. */
    static ObjectNode write(ModelConfig config, DataType type, GenerationConfig generation) {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.putArray("architectures").add(config.queryKeyNorm() ? QWEN3 : LLAMA);
        json.put("model_type", config.queryKeyNorm() ? "qwen3" : "llama");
        json.put("vocab_size", config.vocabularySize());
        json.put("hidden_size", config.width());
        json.put("intermediate_size", config.feedForwardWidth());
        json.put("num_hidden_layers", config.depth());
        json.put("num_attention_heads", config.heads());
        json.put("num_key_value_heads", config.keyValueHeads());
        json.put("head_dim", config.headWidth());
        json.put("max_position_embeddings", config.contextLength());
        json.put("hidden_act", "silu");
        json.put("rms_norm_eps", config.normEpsilon());
        json.put("tie_word_embeddings", config.tiedEmbeddings());
        json.put("attention_bias", false);
        json.put("attention_dropout", 0.0);
        json.put(config.queryKeyNorm() ? "use_sliding_window" : "mlp_bias", false);
        json.put("initializer_range", 0.02);
        json.put("use_cache", true);
        String typeName = switch (type) {
            case BF16 -> "bfloat16";
            case F16 -> "float16";
            default -> "float32";
        };
        json.put("torch_dtype", typeName);
        json.put("dtype", typeName);
        json.put("rope_theta", config.ropeTheta());
        Optional<ObjectNode> scaling = scaling(config.ropeScaling());
        scaling.ifPresentOrElse(node -> json.set("rope_scaling", node), () -> json.putNull("rope_scaling"));
        ObjectNode parameters = scaling.map(ObjectNode::deepCopy)
                .orElseGet(() -> JsonMapper.shared().createObjectNode().put("rope_type", "default"));
        json.set("rope_parameters", parameters.put("rope_theta", config.ropeTheta()));
        HuggingFaceGeneration.putTokens(json, generation);
        return json;
    }

    private static Optional<ObjectNode> scaling(RopeScaling scaling) {
        ObjectNode node = JsonMapper.shared().createObjectNode();
        return switch (scaling) {
            case RopeScaling.None() -> Optional.empty();
            case RopeScaling.Linear(double factor) ->
                Optional.of(node.put("rope_type", "linear").put("factor", factor));
            case RopeScaling.Llama3(double factor, double low, double high, int original) ->
                Optional.of(node.put("rope_type", "llama3")
                        .put("factor", factor)
                        .put("low_freq_factor", low)
                        .put("high_freq_factor", high)
                        .put("original_max_position_embeddings", original));
        };
    }
}
