package org.aifactory.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.RopeScaling;
import org.aifactory.engine.model.TinyModels;
import org.aifactory.engine.model.WeightLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class HuggingFaceFolderTest {

    private static final GenerationConfig GENERATION = new GenerationConfig(
            OptionalInt.of(1),
            List.of(2, 3),
            OptionalInt.of(0),
            OptionalDouble.of(0.6),
            OptionalDouble.of(0.9),
            OptionalInt.of(20));

    @TempDir
    Path folder;

    static Stream<ModelConfig> models() {
        return Stream.of(
                TinyModels.llama(),
                TinyModels.llama(false, new RopeScaling.Llama3(8, 1, 4, 16), 500_000),
                TinyModels.llama(true, new RopeScaling.Linear(2), 500),
                TinyModels.qwen3());
    }

    @ParameterizedTest
    @MethodSource("models")
    void aWrittenFolderReadsBackAsTheSameModel(ModelConfig config) {
        MemorySegment flat = MemorySegment.ofArray(TinyModels.weights(config));
        HuggingFaceFolder.write(folder, config, flat, DataType.F32, GENERATION);

        HuggingFaceFolder read = HuggingFaceFolder.open(folder);
        assertThat(read.config()).isEqualTo(config);
        assertThat(read.generation()).isEqualTo(GENERATION);
        assertThat(weights(read).mismatch(flat)).isEqualTo(-1);
    }

    @Test
    void weightsInShardsAndInBfloat16ReadBack() {
        ModelConfig config = TinyModels.llama();
        float[] exact = new float[(int) WeightLayout.of(config).size()];
        for (int i = 0; i < exact.length; i++) {
            exact[i] = (i % 255 - 127) / 64f;
        }
        MemorySegment flat = MemorySegment.ofArray(exact);
        HuggingFaceFolder.write(folder, config, flat, DataType.BF16, GENERATION, 500);

        assertThat(folder.resolve("model.safetensors.index.json")).exists();
        assertThat(weights(HuggingFaceFolder.open(folder)).mismatch(flat)).isEqualTo(-1);
    }

    @Test
    void readsTheFieldsOfVersionFourOfTransformers() throws IOException {
        config("""
                {"architectures":["LlamaForCausalLM"],"model_type":"llama","vocab_size":128256,"hidden_size":2048,
                 "intermediate_size":8192,"num_hidden_layers":16,"num_attention_heads":32,"num_key_value_heads":8,
                 "max_position_embeddings":131072,"rms_norm_eps":1e-05,"rope_theta":500000.0,"hidden_act":"silu",
                 "rope_scaling":{"factor":32.0,"high_freq_factor":4.0,"low_freq_factor":1.0,
                 "original_max_position_embeddings":8192,"rope_type":"llama3"},"tie_word_embeddings":true,
                 "attention_bias":false,"mlp_bias":false,"pretraining_tp":1,"torch_dtype":"bfloat16",
                 "bos_token_id":128000,"eos_token_id":[128001,128008,128009]}""");

        HuggingFaceFolder read = HuggingFaceFolder.open(folder);
        assertThat(read.config())
                .isEqualTo(new ModelConfig(
                        128_256,
                        2048,
                        16,
                        32,
                        8,
                        64,
                        8192,
                        131_072,
                        500_000,
                        new RopeScaling.Llama3(32, 1, 4, 8192),
                        1e-5,
                        true,
                        false));
        assertThat(read.generation())
                .isEqualTo(GenerationConfig.of(
                        OptionalInt.of(128_000), List.of(128_001, 128_008, 128_009), OptionalInt.empty()));
    }

    @Test
    void readsTheFieldsOfVersionFiveOfTransformers() throws IOException {
        config("""
                {"architectures":["Qwen3ForCausalLM"],"model_type":"qwen3","vocab_size":151936,"hidden_size":1024,
                 "intermediate_size":3072,"num_hidden_layers":28,"num_attention_heads":16,"num_key_value_heads":8,
                 "head_dim":128,"max_position_embeddings":40960,"rms_norm_eps":1e-06,"hidden_act":"silu",
                 "rope_parameters":{"rope_theta":1000000,"rope_type":"default"},"tie_word_embeddings":true,
                 "attention_bias":false,"sliding_window":null,"use_sliding_window":false,"max_window_layers":28,
                 "layer_types":["full_attention"],"dtype":"bfloat16","eos_token_id":151645}""");

        assertThat(HuggingFaceFolder.open(folder).config())
                .isEqualTo(new ModelConfig(
                        151_936,
                        1024,
                        28,
                        16,
                        8,
                        128,
                        3072,
                        40_960,
                        1_000_000,
                        new RopeScaling.None(),
                        1e-6,
                        true,
                        true));
    }

    @Test
    void takesMistralOnlyWhereItsWindowDoesNotLimitAttention() throws IOException {
        String mistral = """
                {"architectures":["MistralForCausalLM"],"vocab_size":32,"hidden_size":64,"intermediate_size":64,
                 "num_hidden_layers":1,"num_attention_heads":2,"num_key_value_heads":1,"rms_norm_eps":1e-5,
                 "max_position_embeddings":4096,"sliding_window":%s}""";
        config(mistral.formatted("null"));
        assertThat(HuggingFaceFolder.open(folder).config().contextLength()).isEqualTo(4096);
        config(mistral.formatted("4096"));
        assertThat(HuggingFaceFolder.open(folder).config().ropeTheta()).isEqualTo(10_000);
        config(mistral.formatted("1024"));
        refused("sliding window of 1024", "full attention");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'LlamaForCausalLM'|'Qwen2ForCausalLM'|Qwen2ForCausalLM|Qwen3ForCausalLM",
                "'LlamaForCausalLM'|'MixtralForCausalLM'|MixtralForCausalLM|LlamaForCausalLM",
                "'architectures'|'x'|not given|LlamaForCausalLM",
                "'attention_bias' : false|'attention_bias' : true|attention_bias|without bias",
                "'mlp_bias' : false|'mlp_bias' : true|mlp_bias|without bias",
                "'silu'|'gelu'|gelu|silu",
                "'rope_type' : 'default'|'rope_type' : 'yarn'|yarn|llama3",
                "'use_cache' : true|'quantization_config' : {}|quantization_config|dense",
                "'use_cache' : true|'num_local_experts' : 8|num_local_experts|dense",
                "'hidden_size' : 8|'hidden_size' : -8|hidden_size|positive",
                "'hidden_size' : 8|'hidden_size' : 1e99|hidden_size|positive",
                "'vocab_size' : 11|'vocab_size' : 2000000000|vocab_size|beyond any model",
                "'num_hidden_layers' : 2|'num_hidden_layers' : 2000000000|sizes|beyond any model",
                "'num_key_value_heads' : 2|'num_key_value_heads' : 3|3 key-value heads|4 query heads",
                "'head_dim' : 4|'head_dim' : 3|even head width|3",
                "'rms_norm_eps' : 1.0E-5|'rms_norm_eps' : 'x'|rms_norm_eps|positive number",
                "'tie_word_embeddings' : true|'tie_word_embeddings' : 1|tie_word_embeddings|true or false",
                "{|[|config.json|not valid JSON",
            })
    void refusesByNameWhatItCannotCompute(String from, String to, String first, String second) throws IOException {
        writeTiny();
        Path file = folder.resolve("config.json");
        String changed = Files.readString(file).replace(from.replace('\'', '"'), to.replace('\'', '"'));
        assertThat(changed).isNotEqualTo(Files.readString(file));
        Files.writeString(file, changed);

        refused("config.json", first, second);
    }

    /** Each size is one that a model may have; together they are more than a long can count in bytes. */
    @Test
    void refusesSizesThatAreLargeOnlyTogether() throws IOException {
        config("""
                {"architectures":["LlamaForCausalLM"],"vocab_size":16777216,"hidden_size":16777216,
                 "intermediate_size":16777216,"num_hidden_layers":4096,"num_attention_heads":65536,"head_dim":256,
                 "max_position_embeddings":4096,"rms_norm_eps":1e-5}""");

        refused("sizes", "beyond any model");
    }

    @Test
    void refusesAFolderThatIsNoModel() {
        refused("config.json", "cannot be read");
        assertThatThrownBy(() -> HuggingFaceFolder.open(folder.resolve("none")))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("There is no folder");
        writeTiny();
        assertThat(folder.resolve("model.safetensors").toFile().delete()).isTrue();
        refused("neither model.safetensors nor model.safetensors.index.json");
    }

    @Test
    void namesATensorThatIsMissingUnknownOrWronglyShaped() {
        rewriteWeights(tensors -> {
            tensors.removeIf(tensor -> tensor.name().endsWith("1.mlp.up_proj.weight"));
            return tensors;
        });
        refused("model.layers.1.mlp.up_proj.weight", "missing");
        rewriteWeights(tensors -> {
            tensors.add(tensor("model.layers.0.self_attn.q_proj.bias", 16));
            return tensors;
        });
        refused("model.layers.0.self_attn.q_proj.bias", "does not have");
        rewriteWeights(tensors -> {
            tensors.removeIf(tensor -> tensor.name().equals("model.norm.weight"));
            tensors.add(tensor("model.norm.weight", 9));
            return tensors;
        });
        refused("model.norm.weight", "[9]", "[8]");
        rewriteWeights(tensors -> {
            tensors.removeIf(tensor -> tensor.name().equals("model.norm.weight"));
            tensors.add(Tensor.of("model.norm.weight", DataType.I8, List.of(8L), MemorySegment.ofArray(new byte[8])));
            return tensors;
        });
        refused("model.norm.weight", "I8", "BF16");
    }

    @Test
    void ignoresRotaryBuffersAndAnOutputThatRepeatsTheTiedEmbedding() {
        rewriteWeights(tensors -> {
            Tensor embedding = tensors.getFirst();
            tensors.add(tensor("model.layers.0.self_attn.rotary_emb.inv_freq", 2));
            tensors.add(Tensor.of("lm_head.weight", DataType.F32, embedding.shape(), embeddingOfTiny()));
            return tensors;
        });
        assertThat(weights(HuggingFaceFolder.open(folder))
                        .mismatch(MemorySegment.ofArray(TinyModels.weights(TinyModels.llama()))))
                .isEqualTo(-1);
        rewriteWeights(tensors -> {
            tensors.add(
                    Tensor.of("lm_head.weight", DataType.F32, List.of(11L, 8L), MemorySegment.ofArray(new float[88])));
            return tensors;
        });
        refused("tie_word_embeddings", "differs from its embedding");
    }

    @Test
    void findsDamagedWeights() throws IOException {
        writeTiny();
        Path file = folder.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 5] ^= 4;
        Files.write(file, bytes);

        refused("model.safetensors", "checksum");
    }

    private void config(String json) throws IOException {
        Files.writeString(folder.resolve("config.json"), json);
    }

    private void refused(String... parts) {
        assertThatThrownBy(() -> weights(HuggingFaceFolder.open(folder)))
                .isInstanceOf(EngineException.class)
                .hasMessageContainingAll(parts);
    }

    private static MemorySegment weights(HuggingFaceFolder folder) {
        int size = Math.toIntExact(WeightLayout.of(folder.config()).size());
        MemorySegment flat = MemorySegment.ofArray(new float[size]);
        folder.readInto(flat);
        return flat;
    }

    private void writeTiny() {
        ModelConfig config = TinyModels.llama();
        HuggingFaceFolder.write(
                folder,
                config,
                MemorySegment.ofArray(TinyModels.weights(config)),
                DataType.F32,
                GenerationConfig.of(OptionalInt.empty(), List.of(2), OptionalInt.empty()));
    }

    private void rewriteWeights(UnaryOperator<List<Tensor>> change) {
        writeTiny();
        List<Tensor> tensors = new ArrayList<>();
        MemorySegment flat = MemorySegment.ofArray(TinyModels.weights(TinyModels.llama()));
        for (WeightLayout.Entry entry : WeightLayout.of(TinyModels.llama()).entries()) {
            MemorySegment data = flat.asSlice(entry.offset() * 4, entry.size() * 4);
            tensors.add(Tensor.of(entry.name(), DataType.F32, entry.shape(), data));
        }
        SafetensorsWriter.writeFolder(folder, change.apply(tensors), Map.of("format", "pt"), 1 << 20);
    }

    private static Tensor tensor(String name, int size) {
        return Tensor.of(name, DataType.F32, List.of((long) size), MemorySegment.ofArray(new float[size]));
    }

    private static MemorySegment embeddingOfTiny() {
        return MemorySegment.ofArray(TinyModels.weights(TinyModels.llama())).asSlice(0, 11 * 8 * 4);
    }
}
