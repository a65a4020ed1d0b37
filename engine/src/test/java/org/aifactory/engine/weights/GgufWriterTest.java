package org.aifactory.engine.weights;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.ModelParameters;
import de.kherud.llama.Pair;
import de.kherud.llama.args.CacheType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.ReferenceDecoder;
import org.aifactory.engine.model.RopeScaling;
import org.aifactory.engine.model.WeightLayout;
import org.aifactory.engine.tokenizer.Tokenizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Aim: llama.cpp answers as we do. Method: load each file in llama.cpp and compare ids, prompts and greedy words. */
class GgufWriterTest {

    private static final String PROMPT = "the cat sat on three thin mats, and then";
    private static final int WORDS = 24;

    @TempDir
    Path folder;

    /** With 8-bit weights llama.cpp rounds its activations, too, so that tiny random models tie; those files are read back below. */
    @ParameterizedTest
    @EnumSource(names = {"F32", "F16"})
    void llamaCppContinuesATextAsTheReferenceDoes(GgufType type) {
        continuesAlike(TinyFolder.llama(false, new RopeScaling.None()), type);
    }

    @Test
    void llamaCppAgreesOnTiedEmbeddings() {
        continuesAlike(TinyFolder.llama(true, new RopeScaling.None()), GgufType.F32);
    }

    @Test
    void llamaCppAgreesOnStretchedPositions() {
        continuesAlike(TinyFolder.llama(false, new RopeScaling.Llama3(8, 1, 4, 32)), GgufType.F32);
        continuesAlike(TinyFolder.llama(false, new RopeScaling.Linear(3)), GgufType.F32);
    }

    /** The llama.cpp at hand is older than Qwen3, so these files are read back by a reader of the test's own. */
    @ParameterizedTest
    @CsvSource({"F32, 0", "F16, 4e-4", "Q8_0, 3e-3"})
    void qwen3KeepsNamesOrderAndPrecision(GgufType type, float tolerance) throws IOException {
        ModelConfig config = TinyFolder.qwen3();
        HuggingFaceFolder model = TinyFolder.write(folder, config);
        GgufFile file = write(model, type);

        assertThat(file.metadata())
                .containsEntry("general.architecture", "qwen3")
                .containsEntry("qwen3.block_count", 2)
                .containsEntry("qwen3.embedding_length", 64)
                .containsEntry("qwen3.feed_forward_length", 80)
                .containsEntry("qwen3.attention.head_count", 4)
                .containsEntry("qwen3.attention.head_count_kv", 2)
                .containsEntry("qwen3.attention.key_length", 32)
                .containsEntry("qwen3.attention.value_length", 32)
                .containsEntry("qwen3.attention.layer_norm_rms_epsilon", 1e-6f)
                .containsEntry("qwen3.rope.freq_base", 1e6f)
                .containsEntry("qwen3.context_length", 128);
        float[] weights = TinyFolder.weights(config, TinyFolder.tokenizer());
        for (String name : List.of(
                "token_embd = model.embed_tokens",
                "output_norm = model.norm",
                "output = lm_head",
                "blk.1.attn_norm = model.layers.1.input_layernorm",
                "blk.1.attn_q = model.layers.1.self_attn.q_proj",
                "blk.1.attn_k = model.layers.1.self_attn.k_proj",
                "blk.1.attn_v = model.layers.1.self_attn.v_proj",
                "blk.1.attn_q_norm = model.layers.1.self_attn.q_norm",
                "blk.1.attn_k_norm = model.layers.1.self_attn.k_norm",
                "blk.1.attn_output = model.layers.1.self_attn.o_proj",
                "blk.1.ffn_norm = model.layers.1.post_attention_layernorm",
                "blk.1.ffn_gate = model.layers.1.mlp.gate_proj",
                "blk.1.ffn_up = model.layers.1.mlp.up_proj",
                "blk.1.ffn_down = model.layers.1.mlp.down_proj")) {
            String[] names = name.split(" = ", -1);
            WeightLayout.Entry entry = WeightLayout.of(config).entry(names[1] + ".weight");
            GgufFile.Array tensor = requireNonNull(file.tensors().get(names[0] + ".weight"), name);
            assertThat(tensor.dimensions()).as(name).isEqualTo(entry.shape().reversed());
            float[] expected = Arrays.copyOfRange(weights, (int) entry.offset(), (int) (entry.offset() + entry.size()));
            assertThat(tensor.values()).as(name).containsExactly(expected, within(tolerance));
        }
        assertThat(file.tensors()).hasSize(3 + 2 * 11);
    }

    @Test
    void matricesThatBlocksDoNotFitStayInHalvesAndVectorsExact() throws IOException {
        GgufFile file = write(TinyFolder.write(folder, TinyFolder.qwen3()), GgufType.Q8_0);

        assertThat(requireNonNull(file.tensors().get("blk.0.ffn_up.weight")).type())
                .isEqualTo(8);
        assertThat(requireNonNull(file.tensors().get("blk.0.ffn_down.weight")).type())
                .isEqualTo(1);
        assertThat(requireNonNull(file.tensors().get("blk.0.attn_q_norm.weight"))
                        .type())
                .isEqualTo(0);
    }

    @Test
    void saysWhichTokensAreOfControlAndWhichRowsHaveNone() throws IOException {
        Tokenizer tokenizer = TinyFolder.tokenizer();
        GgufFile file = write(TinyFolder.write(folder, TinyFolder.qwen3()), GgufType.F16);

        List<?> tokens = (List<?>) requireNonNull(file.metadata().get("tokenizer.ggml.tokens"));
        List<?> types = (List<?>) requireNonNull(file.metadata().get("tokenizer.ggml.token_type"));
        int turnEnd = tokenizer.id("<|im_end|>").orElseThrow();
        assertThat(tokens).hasSize(320).element(turnEnd).isEqualTo("<|im_end|>");
        assertThat(types).hasSize(320).element(turnEnd).isEqualTo(3);
        assertThat(tokens).element(319).isEqualTo("[PAD319]");
        assertThat(types).element(319).isEqualTo(5);
        assertThat(types).element(0).isEqualTo(1);
        assertThat(file.metadata())
                .containsEntry("tokenizer.ggml.pre", "llama-bpe")
                .containsEntry("tokenizer.ggml.eos_token_id", tokenizer.endOfText())
                .containsEntry("tokenizer.ggml.eot_token_id", turnEnd)
                .containsEntry("tokenizer.ggml.add_bos_token", false)
                .containsEntry("tokenizer.chat_template", TinyFolder.TEMPLATE);
    }

    @Test
    void llamaCppSeesTheSameIdsAndTheSamePrompt() {
        HuggingFaceFolder model = TinyFolder.write(folder, TinyFolder.llama(true, new RopeScaling.None()));
        Tokenizer tokenizer = Tokenizer.load(folder);
        try (LlamaModel llama = load(model, GgufType.F16)) {
            for (String text : List.of(
                    "the hat",
                    "3.14 and 12345 \n\n  spaces",
                    "안녕 세계",
                    "<|im_start|>user\nhi<|im_end|>",
                    "naïve Ωμέγα 🙂")) {
                assertThat(llama.encode(text)).as(text).isEqualTo(tokenizer.encodeWithSpecialTokens(text));
            }
            InferenceParameters messages = new InferenceParameters("")
                    .setMessages("be brief", List.of(new Pair<>("user", "where is the cat?")))
                    .setUseChatTemplate(true);
            assertThat(llama.applyTemplate(messages)).isEqualTo("""
                    <|im_start|>system
                    be brief<|im_end|>
                    <|im_start|>user
                    where is the cat?<|im_end|>
                    <|im_start|>assistant
                    """);
        }
    }

    @Test
    void saysBeforehandHowLargeTheFileWillBe() throws IOException {
        GgufWriter writer = GgufWriter.of(TinyFolder.write(folder, TinyFolder.qwen3()), GgufType.Q8_0, "tiny");
        writer.write(folder.resolve("tiny.gguf"), bytes -> {});

        assertThat(Files.size(folder.resolve("tiny.gguf"))).isEqualTo(writer.byteSize());
    }

    @Test
    void roundsBlocksOfQ8AsGgmlDoes() {
        float[] values = new float[32];
        values[0] = -2.54f;
        values[1] = 0.05f; // 2.5 steps of 0.02, away from zero
        values[2] = -0.05f;
        values[31] = 1.27f;
        MemorySegment block = MemorySegment.ofArray(new byte[34]);
        GgufType.Q8_0.encode(values, block, 0);

        byte[] expected = new byte[34];
        expected[0] = 0x1f; // 0.02 in half precision: 0x251f
        expected[1] = 0x25;
        expected[2] = -127;
        expected[3] = 3;
        expected[4] = -3;
        expected[33] = 64;
        assertThat(block.toArray(JAVA_BYTE)).isEqualTo(expected);
    }

    @Test
    void refusesWhatLlamaCppCannotCompute() throws IOException {
        ModelConfig config = TinyFolder.qwen3();
        HuggingFaceFolder model = TinyFolder.write(folder, config);
        Path tokenizer = folder.resolve("tokenizer.json");
        Files.writeString(tokenizer, Files.readString(tokenizer).replace("{1,3}", "{1,2}"));
        refused(model, "cuts text into words", "{1,2}");

        Path json = folder.resolve("config.json");
        Files.writeString(json, Files.readString(json).replace("\"rope_type\" : \"default\"", """
                "rope_type" : "llama3", "factor" : 8, "low_freq_factor" : 1, "high_freq_factor" : 4,
                "original_max_position_embeddings" : 32"""));
        refused(HuggingFaceFolder.open(folder), "Qwen3", "llama3");
    }

    @Test
    void refusesATokenizerWithMoreTokensThanTheModel() {
        ModelConfig wide = TinyFolder.llama(true, new RopeScaling.None());
        GenerationConfig generation = TinyFolder.write(folder, wide).generation();
        int tooFew = Tokenizer.load(folder).size() - 1;
        ModelConfig narrow = new ModelConfig(
                tooFew, 64, 2, 4, 2, 16, 96, 128, wide.ropeTheta(), wide.ropeScaling(), 1e-5, true, false);
        HuggingFaceFolder.write(
                folder, narrow, MemorySegment.ofArray(new float[(int) narrow.parameters()]), DataType.F32, generation);
        refused(HuggingFaceFolder.open(folder), "tokens and the model only " + tooFew);
    }

    private static void refused(HuggingFaceFolder model, String... parts) {
        assertThatThrownBy(() -> GgufWriter.of(model, GgufType.F16, "tiny"))
                .isInstanceOf(EngineException.class)
                .hasMessageContainingAll(parts);
    }

    private void continuesAlike(ModelConfig config, GgufType type) {
        HuggingFaceFolder model = TinyFolder.write(folder, config);
        try (LlamaModel llama = load(model, type)) {
            String words = llama.complete(
                    new InferenceParameters(PROMPT).setTemperature(0).setNPredict(WORDS));
            assertThat(words).hasSize(WORDS).isEqualTo(greedy(config));
        }
    }

    private GgufFile write(HuggingFaceFolder model, GgufType type) throws IOException {
        Path file = folder.resolve("tiny.gguf");
        GgufWriter.of(model, type, "tiny").write(file, bytes -> {});
        return GgufFile.read(file);
    }

    private LlamaModel load(HuggingFaceFolder model, GgufType type) {
        Path file = folder.resolve("tiny.gguf");
        GgufWriter.of(model, type, "tiny").write(file, bytes -> {});
        return new LlamaModel(new ModelParameters()
                .setModel(file.toString())
                .setThreads(1)
                .setCtxSize(128)
                .setCacheTypeK(CacheType.F32)
                .setCacheTypeV(CacheType.F32)
                .skipWarmup()
                .disableLog());
    }

    private String greedy(ModelConfig config) {
        Tokenizer tokenizer = Tokenizer.load(folder);
        ReferenceDecoder decoder = new ReferenceDecoder(config, TinyFolder.weights(config, tokenizer));
        int[] ids = tokenizer.encode(PROMPT);
        int prompt = ids.length;
        for (int i = 0; i < WORDS; i++) {
            double[] logits = decoder.logits(ids)[ids.length - 1];
            ids = Arrays.copyOf(ids, ids.length + 1);
            ids[ids.length - 1] = highest(logits);
        }
        return tokenizer.decode(Arrays.copyOfRange(ids, prompt, ids.length));
    }

    private static int highest(double[] logits) {
        int best = 0;
        for (int id = 1; id < logits.length; id++) {
            best = logits[id] > logits[best] ? id : best;
        }
        return best;
    }
}
