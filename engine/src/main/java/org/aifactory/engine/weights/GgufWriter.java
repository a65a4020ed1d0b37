package org.aifactory.engine.weights;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;
import org.aifactory.engine.AtomicFile;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.RopeScaling;

/**
 * Writes a Hugging Face folder as one GGUF file (version 3), which llama.cpp and Ollama load. Weights go through row by row, so
 * models larger than the memory can be exported.
 */
public final class GgufWriter {

    private static final String MAGIC = "GGUF";
    private static final int VERSION = 3;
    private static final int ALIGNMENT = 32;

    /** Bytes gathered before they are written. */
    private static final long BUFFER = 4L << 20;

    private final HuggingFaceFolder folder;
    private final GgufType type;
    private final List<GgufTensor> tensors;
    private final byte[] head;

    private GgufWriter(HuggingFaceFolder folder, GgufType type, String name) {
        this.folder = folder;
        this.type = type;
        this.tensors = GgufTensor.of(folder.config(), type);
        this.head = head(name);
    }

    /**
     * Prepares the export of a folder: everything that can be refused is refused here.
     *
     * @param type of the matrices; vectors stay F32, and matrices whose rows Q8_0 does not fit become F16
     * @param name of the model, as programs will show it
     */
    public static GgufWriter of(HuggingFaceFolder folder, GgufType type, String name) {
        ModelConfig config = folder.config();
        if (config.queryKeyNorm() && config.ropeScaling() instanceof RopeScaling.Llama3) {
            throw new EngineException(
                    Kind.MODEL,
                    "The model in " + folder.path()
                            + " is a Qwen3 with Llama 3's stretching of positions (rope type llama3), which llama.cpp cannot"
                            + " compute. Export it with --to huggingface.");
        }
        return new GgufWriter(folder, type, name);
    }

    /** Bytes of the file to come. */
    public long byteSize() {
        return head.length
                + tensors.stream()
                        .mapToLong(tensor -> aligned(tensor.byteSize()))
                        .sum();
    }

    /**
     * Writes the file, atomically.
     *
     * @param progress receives the bytes written so far, from time to time
     */
    public void write(Path file, LongConsumer progress) {
        try (Safetensors weights = folder.openWeights();
                AtomicFile out = AtomicFile.create(file)) {
            if (weights.hasDigest()) {
                weights.verifyDigest();
            }
            out.write(MemorySegment.ofArray(head));
            long written = head.length;
            for (GgufTensor tensor : tensors) {
                write(tensor, weights, out);
                written += aligned(tensor.byteSize());
                progress.accept(written);
            }
            out.commit();
        }
    }

    private static void write(GgufTensor tensor, Safetensors weights, AtomicFile out) {
        float[] row = new float[Math.toIntExact(tensor.columns())];
        long rowBytes = tensor.type().byteSize(row.length);
        long rowsAtOnce = Math.clamp(BUFFER / rowBytes, 1, tensor.rowCount());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(rowsAtOnce * rowBytes);
            for (long start = 0; start < tensor.rowCount(); start += rowsAtOnce) {
                long count = Math.min(rowsAtOnce, tensor.rowCount() - start);
                for (long i = 0; i < count; i++) {
                    tensor.rows().read(weights, start + i, row);
                    tensor.type().encode(row, buffer, i * rowBytes);
                }
                out.write(buffer.asSlice(0, count * rowBytes));
            }
        }
        out.write(MemorySegment.ofArray(new byte[(int) (aligned(tensor.byteSize()) - tensor.byteSize())]));
    }

    private byte[] head(String name) {
        GgufMetadata metadata = new GgufMetadata();
        putModel(metadata, name);
        new GgufVocabulary(folder).putInto(metadata);
        GgufMetadata head = new GgufMetadata();
        head.raw(MAGIC.getBytes(StandardCharsets.US_ASCII));
        head.int32(VERSION);
        head.int64(tensors.size());
        head.int64(metadata.count());
        head.raw(metadata.toBytes());
        long offset = 0;
        for (GgufTensor tensor : tensors) {
            head.describe(tensor.name(), tensor.shape(), tensor.type(), offset);
            offset += aligned(tensor.byteSize());
        }
        int length = head.toBytes().length;
        head.raw(new byte[(int) aligned(length) - length]);
        return head.toBytes();
    }

    private void putModel(GgufMetadata metadata, String name) {
        ModelConfig config = folder.config();
        String architecture = config.queryKeyNorm() ? "qwen3" : "llama";
        metadata.put("general.architecture", architecture);
        metadata.put("general.type", "model");
        metadata.put("general.name", name);
        metadata.put("general.file_type", type.fileType());
        metadata.put("general.quantization_version", 2);
        metadata.put("general.alignment", ALIGNMENT);
        metadata.put(architecture + ".vocab_size", config.vocabularySize());
        metadata.put(architecture + ".context_length", config.contextLength());
        metadata.put(architecture + ".embedding_length", config.width());
        metadata.put(architecture + ".block_count", config.depth());
        metadata.put(architecture + ".feed_forward_length", config.feedForwardWidth());
        metadata.put(architecture + ".attention.head_count", config.heads());
        metadata.put(architecture + ".attention.head_count_kv", config.keyValueHeads());
        metadata.put(architecture + ".attention.key_length", config.headWidth());
        metadata.put(architecture + ".attention.value_length", config.headWidth());
        metadata.put(architecture + ".attention.layer_norm_rms_epsilon", config.normEpsilon());
        metadata.put(architecture + ".rope.dimension_count", config.headWidth());
        metadata.put(architecture + ".rope.freq_base", config.ropeTheta());
        if (config.ropeScaling() instanceof RopeScaling.Linear(double factor)) {
            metadata.put(architecture + ".rope.scaling.type", "linear");
            metadata.put(architecture + ".rope.scaling.factor", factor);
        }
    }

    private static long aligned(long size) {
        return Math.ceilDiv(size, ALIGNMENT) * ALIGNMENT;
    }
}
