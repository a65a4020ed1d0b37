package org.aifactory.models;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder that looks like a model in Hugging Face's form, and files of safetensors, sound and not. */
final class TinyModelFolder {
    static final String CONFIG = """
            {"architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "vocab_size": 320, "max_position_embeddings": 128}
            """;
    static final String SOUND = """
            {"__metadata__": {"format": "pt"}, "a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
             "b": {"dtype": "BF16", "shape": [4], "data_offsets": [24, 32]}}
            """;
    static final int SOUND_BYTES = 32;

    private TinyModelFolder() {}

    static Path write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("config.json"), CONFIG);
        Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": {\"type\": \"BPE\"}}");
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"chat_template\": \"{{ messages }}\"}");
        Files.write(folder.resolve("model.safetensors"), safetensors(SOUND, SOUND_BYTES));
        return folder;
    }

    static byte[] safetensors(String head, int dataBytes) {
        byte[] text = head.getBytes(StandardCharsets.UTF_8);
        return safetensors(text.length, head, dataBytes);
    }

    static byte[] safetensors(long saidLength, String head, int dataBytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(saidLength)
                .array());
        out.writeBytes(head.getBytes(StandardCharsets.UTF_8));
        out.writeBytes(new byte[dataBytes]);
        return out.toByteArray();
    }
}
