package org.aifactory.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.RopeScaling;
import org.aifactory.engine.model.WeightLayout;
import org.aifactory.engine.tokenizer.Tokenizer;
import org.aifactory.engine.weights.HuggingFaceFolder;
import org.aifactory.engine.weights.TinyFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Aim: what is exported is the model itself, whole. What a GGUF file says is compared with llama.cpp beside its writer. */
class ExportCommandTest {

    @TempDir
    private Path folder;

    private final StringWriter err = new StringWriter();

    static Stream<ModelConfig> models() {
        return Stream.of(
                TinyFolder.llama(true, new RopeScaling.None()),
                TinyFolder.llama(false, new RopeScaling.Llama3(8, 1, 4, 32)),
                TinyFolder.qwen3());
    }

    @ParameterizedTest
    @MethodSource("models")
    void anExportedFolderReloadsAsTheSameModel(ModelConfig config) {
        HuggingFaceFolder model = TinyFolder.write(folder.resolve("model"), config);

        assertThat(run("huggingface", "copy")).isZero();

        HuggingFaceFolder copy = HuggingFaceFolder.open(folder.resolve("copy"));
        assertThat(copy.config()).isEqualTo(config);
        assertThat(copy.generation()).isEqualTo(model.generation());
        assertThat(weights(copy).mismatch(weights(model))).isEqualTo(-1);
        Tokenizer tokenizer = Tokenizer.load(copy.path());
        assertThat(tokenizer.encodeWithSpecialTokens("the cat<|im_end|> 안녕"))
                .isEqualTo(TinyFolder.tokenizer().encodeWithSpecialTokens("the cat<|im_end|> 안녕"));
        assertThat(tokenizer.chatTemplate()).contains(TinyFolder.TEMPLATE);
    }

    @Test
    void aChatTemplateInAFileOfItsOwnComesAlong() throws IOException {
        TinyFolder.write(folder.resolve("model"), TinyFolder.qwen3());
        Files.writeString(folder.resolve("model/chat_template.jinja"), "{{ messages[0]['content'] }}");

        assertThat(run("huggingface", "copy")).isZero();

        assertThat(Tokenizer.load(folder.resolve("copy")).chatTemplate()).contains("{{ messages[0]['content'] }}");
    }

    @Test
    void aFolderThatHoldsSomethingIsLeftAlone() throws IOException {
        TinyFolder.write(folder.resolve("model"), TinyFolder.qwen3());
        Files.createDirectory(folder.resolve("copy"));
        Files.writeString(folder.resolve("copy/mine.txt"), "mine");

        assertThat(run("gguf", "copy")).isEqualTo(7);

        assertThat(err.toString()).contains("not empty", "Nothing was changed");
        assertThat(folder.resolve("copy")).isDirectoryContaining("glob:**/mine.txt");
        assertThat(folder.resolve("copy/model.gguf")).doesNotExist();
    }

    @Test
    void whatCannotBeWrittenWholeLeavesNothingBehind() throws IOException {
        TinyFolder.write(folder.resolve("model"), TinyFolder.qwen3());
        Path weights = folder.resolve("model/model.safetensors");
        byte[] damaged = Files.readAllBytes(weights);
        damaged[damaged.length - 3] ^= 8;
        Files.write(weights, damaged);

        assertThat(run("gguf", "copy")).isEqualTo(4);

        assertThat(err.toString()).contains("damaged after it was written");
        assertThat(folder.resolve("copy")).doesNotExist();
    }

    private int run(String form, String out) {
        CommandLine commands = Main.commandLine().setErr(new PrintWriter(err, true));
        return commands.execute(
                "engine",
                "export",
                folder.resolve("model").toString(),
                "--to",
                form,
                "--out",
                folder.resolve(out).toString());
    }

    private static MemorySegment weights(HuggingFaceFolder folder) {
        int size = Math.toIntExact(WeightLayout.of(folder.config()).size());
        MemorySegment flat = MemorySegment.ofArray(new float[size]);
        folder.readInto(flat);
        return flat;
    }
}
