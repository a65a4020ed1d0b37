package org.aifactory.engine.weights;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.aifactory.engine.AtomicFile;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.WeightLayout;
import org.aifactory.engine.tokenizer.Tokenizer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A model folder in Hugging Face's form: {@code config.json}, {@code generation_config.json}, the weights as safetensors, and the
 * tokenizer's files beside them.
 */
public final class HuggingFaceFolder {

    static final String CONFIG = "config.json";
    static final String GENERATION = "generation_config.json";

    /** Constants that some old folders store; they follow from the configuration. */
    private static final String ROTARY_BUFFER = ".rotary_emb.inv_freq";

    private final Path path;
    private final ModelConfig config;
    private final GenerationConfig generation;

    private HuggingFaceFolder(Path path, ModelConfig config, GenerationConfig generation) {
        this.path = path;
        this.config = config;
        this.generation = generation;
    }

    /**
     * Reads the configuration of a Llama, Mistral or Qwen3 model; every other model is refused with what is supported.
     *
     * @throws EngineException of kind {@code MODEL}
     */
    public static HuggingFaceFolder open(Path path) {
        if (!Files.isDirectory(path)) {
            throw new EngineException(
                    Kind.MODEL,
                    "There is no folder " + path + ". Give the folder of a model, the one that holds " + CONFIG + ".");
        }
        JsonFile json = JsonFile.read(path.resolve(CONFIG));
        Path generationPath = path.resolve(GENERATION);
        JsonFile generation = Files.exists(generationPath)
                ? JsonFile.read(generationPath)
                : new JsonFile(generationPath, JsonMapper.shared().createObjectNode());
        return new HuggingFaceFolder(path, HuggingFaceConfig.read(json), HuggingFaceGeneration.read(json, generation));
    }

    public Path path() {
        return path;
    }

    public ModelConfig config() {
        return config;
    }

    public GenerationConfig generation() {
        return generation;
    }

    /**
     * The tokenizer beside the weights.
     *
     * @throws EngineException of kind {@code MODEL} where it is none that can be used, or knows tokens that the model does not
     */
    public Tokenizer loadTokenizer() {
        Tokenizer tokenizer = Tokenizer.load(path);
        if (tokenizer.size() > config.vocabularySize()) {
            throw new EngineException(
                    Kind.MODEL,
                    "The tokenizer in " + path + " knows " + tokenizer.size() + " tokens and the model only "
                            + config.vocabularySize()
                            + "; the two do not belong together. Put the tokenizer that the model was trained with beside it.");
        }
        return tokenizer;
    }

    /**
     * Opens the weights and checks that they are exactly those of the configuration.
     *
     * @throws EngineException of kind {@code MODEL} that names the tensor that is missing, unknown, or of another shape
     */
    public Safetensors openWeights() {
        Safetensors tensors = Safetensors.openFolder(path);
        try {
            require(tensors);
            return tensors;
        } catch (RuntimeException failure) {
            tensors.close();
            throw failure;
        }
    }

    private void require(Safetensors tensors) {
        Set<String> unknown = new TreeSet<>(tensors.names());
        for (WeightLayout.Entry entry : WeightLayout.of(config).entries()) {
            tensors.requireShape(entry.name(), entry.shape());
            tensors.requireFloats(entry.name());
            unknown.remove(entry.name());
        }
        if (config.tiedEmbeddings() && unknown.remove(WeightLayout.OUTPUT)) {
            requireTied(tensors);
        }
        unknown.removeIf(name -> name.endsWith(ROTARY_BUFFER));
        if (!unknown.isEmpty()) {
            throw new EngineException(
                    Kind.MODEL,
                    "The weights in " + path + " hold '" + unknown.iterator().next()
                            + "', which a model of this configuration does not have. Check that config.json belongs to them.");
        }
    }

    /** A folder may store the output projection although it is the embedding; it must then be the same. */
    private void requireTied(Safetensors tensors) {
        boolean equal = tensors.type(WeightLayout.OUTPUT) == tensors.type(WeightLayout.EMBEDDING)
                && tensors.bytes(WeightLayout.OUTPUT).mismatch(tensors.bytes(WeightLayout.EMBEDDING)) < 0;
        if (!equal) {
            throw new EngineException(
                    Kind.MODEL,
                    "The model in " + path + " says tie_word_embeddings, but its " + WeightLayout.OUTPUT
                            + " differs from its embedding. Set tie_word_embeddings to false in config.json to use both, or remove "
                            + WeightLayout.OUTPUT + ".");
        }
    }

    /**
     * Reads all weights as 32-bit floats, laid out by {@link WeightLayout}. Weights that carry a checksum are compared with it.
     *
     * @param flat {@code 4 * WeightLayout.of(config()).size()} bytes
     */
    public void readInto(MemorySegment flat) {
        WeightLayout layout = WeightLayout.of(config);
        requireFlat(layout, flat);
        try (Safetensors tensors = openWeights()) {
            if (tensors.hasDigest()) {
                tensors.verifyDigest();
            }
            for (WeightLayout.Entry entry : layout.entries()) {
                tensors.readFloats(entry.name(), entry.shape(), slice(flat, entry));
            }
        }
    }

    /**
     * Writes configuration and weights. Files of an earlier model in the folder are replaced one by one, each atomically, the
     * weights last.
     *
     * @param flat all weights as 32-bit floats, laid out by {@link WeightLayout}
     * @param type F32, BF16 or F16
     */
    public static void write(
            Path folder, ModelConfig config, MemorySegment flat, DataType type, GenerationConfig generation) {
        write(folder, config, flat, type, generation, SafetensorsWriter.SHARD_BYTES);
    }

    static void write(
            Path folder,
            ModelConfig config,
            MemorySegment flat,
            DataType type,
            GenerationConfig generation,
            long shardBytes) {
        WeightLayout layout = WeightLayout.of(config);
        requireFlat(layout, flat);
        writeJson(folder.resolve(CONFIG), HuggingFaceConfig.write(config, type, generation));
        writeJson(folder.resolve(GENERATION), HuggingFaceGeneration.write(generation));
        List<Tensor> tensors = new ArrayList<>();
        for (WeightLayout.Entry entry : layout.entries()) {
            tensors.add(Tensor.ofFloats(entry.name(), type, entry.shape(), slice(flat, entry)));
        }
        // transformers refuses files whose metadata do not say which framework's conventions they follow.
        SafetensorsWriter.writeFolder(folder, tensors, Map.of("format", "pt"), shardBytes);
    }

    private static void writeJson(Path file, ObjectNode json) {
        AtomicFile.write(file, (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static void requireFlat(WeightLayout layout, MemorySegment flat) {
        if (flat.byteSize() != layout.size() * Float.BYTES) {
            throw new IllegalArgumentException(
                    "this model has " + layout.size() + " weights, not " + flat.byteSize() + " bytes of floats");
        }
    }

    private static MemorySegment slice(MemorySegment flat, WeightLayout.Entry entry) {
        return flat.asSlice(entry.offset() * Float.BYTES, entry.size() * Float.BYTES);
    }
}
