package org.aifactory.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that nobody here knows wrote the folder: whatever is in it, it is read within bounds and never beyond. */
class ModelFolderTest {
    @TempDir
    Path output;

    @Test
    void a_sound_folder_tells_what_the_model_is() throws IOException {
        TinyModelFolder.write(output);
        ModelFolder found = ModelFolder.find(output).orElseThrow();
        assertThat(found.shape().architecture()).isEqualTo("Qwen3ForCausalLM");
        assertThat(found.shape().parameters()).isEqualTo(10);
        assertThat(found.shape().dataType()).isEqualTo("BF16,F32");
        assertThat(found.shape().contextLength()).isEqualTo(128);
        assertThat(found.shape().converses()).isTrue();
        assertThat(found.files())
                .extracting(file -> file.getFileName().toString())
                .containsExactly("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json");
    }

    @Test
    void a_model_in_the_one_folder_of_the_output_is_found_and_two_are_one_too_many() throws IOException {
        assertThat(ModelFolder.find(output)).isEmpty();
        assertThat(ModelFolder.find(output.resolve("no-such-folder"))).isEmpty();
        TinyModelFolder.write(output.resolve("mine"));
        assertThat(ModelFolder.find(output)).isPresent();
        TinyModelFolder.write(output.resolve("another"));
        assertThatThrownBy(() -> ModelFolder.find(output)).hasMessageContaining("2 folders");
    }

    @Test
    void no_link_leads_out_of_the_output() throws IOException {
        Path secret = Files.writeString(output.resolve("secret"), "of another organisation");
        Path folder = TinyModelFolder.write(output.resolve("model"));
        Files.createSymbolicLink(folder.resolve("extra.json"), secret);
        assertThat(ModelFolder.find(output).orElseThrow().leftOut()).contains("extra.json");

        Path weights = folder.resolve("model.safetensors");
        Path moved = Files.move(weights, output.resolve("elsewhere"));
        Files.createSymbolicLink(weights, moved);
        assertThat(ModelFolder.find(output)).isEmpty();

        Path all = output.resolve("all");
        Path real = TinyModelFolder.write(output.resolveSibling(output.getFileName() + "-real"));
        Files.createDirectories(all);
        Files.createSymbolicLink(all.resolve("linked"), real);
        assertThat(ModelFolder.find(all)).isEmpty();

        Path instead = Files.createSymbolicLink(output.resolve("instead"), real);
        assertThat(ModelFolder.find(real)).isPresent();
        assertThat(ModelFolder.find(instead)).isEmpty();
    }

    @Test
    void what_could_run_where_it_is_loaded_is_left_out_and_named() throws IOException {
        TinyModelFolder.write(output);
        for (String name :
                new String[] {"modeling_mine.py", "pytorch_model.bin", "optimizer.pt", "README.md", "a b.json"}) {
            Files.writeString(output.resolve(name), "x");
        }
        ModelFolder found = ModelFolder.find(output).orElseThrow();
        assertThat(found.leftOut())
                .containsExactlyInAnyOrder(
                        "modeling_mine.py", "pytorch_model.bin", "optimizer.pt", "README.md", "a b.json");
        assertThat(found.files()).hasSize(4);
    }

    @Test
    void unsound_weights_are_refused_with_what_is_wrong() throws IOException {
        TinyModelFolder.write(output);
        Map<byte[], String> cases = Map.of(
                new byte[3],
                "cut off",
                TinyModelFolder.safetensors(Long.MAX_VALUE, "{}", 0),
                "its head has",
                TinyModelFolder.safetensors(-1, "{}", 0),
                "its head has",
                TinyModelFolder.safetensors("[]", 0),
                "no object",
                TinyModelFolder.safetensors("{\"a\"", 0),
                "not JSON",
                TinyModelFolder.safetensors(TinyModelFolder.SOUND, TinyModelFolder.SOUND_BYTES - 1),
                "bytes of weights",
                TinyModelFolder.safetensors(
                        "{\"a\": {\"dtype\": \"F32\", \"shape\": [9223372036854775807, 4], \"data_offsets\": [0, 4]}}",
                        4),
                "more numbers than can be counted",
                TinyModelFolder.safetensors(
                        "{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 4]},"
                                + "\"b\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 4]}}",
                        4),
                "overlap",
                TinyModelFolder.safetensors(
                        "{\"a\": {\"dtype\": \"F33\", \"shape\": [1], \"data_offsets\": [0, 4]}}", 4),
                "a type that is not known",
                TinyModelFolder.safetensors(
                        "{\"a\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 4]}}", 4),
                "another length");
        cases.forEach((bytes, reason) -> {
            try {
                Files.write(output.resolve("model.safetensors"), bytes);
            } catch (IOException failure) {
                throw new java.io.UncheckedIOException(failure);
            }
            assertThatThrownBy(() -> ModelFolder.find(output))
                    .isInstanceOf(UnusableModel.class)
                    .hasMessageContaining(reason);
        });
    }

    @Test
    void an_index_names_shards_that_are_there_and_hold_what_it_says() throws IOException {
        TinyModelFolder.write(output);
        Files.move(output.resolve("model.safetensors"), output.resolve("model-00001-of-00001.safetensors"));
        Path index = output.resolve("model.safetensors.index.json");
        Files.writeString(
                index,
                "{\"weight_map\": {\"a\": \"model-00001-of-00001.safetensors\", \"b\": \"model-00001-of-00001.safetensors\"}}");
        assertThat(ModelFolder.find(output).orElseThrow().shape().parameters()).isEqualTo(10);
        Files.writeString(index, "{\"weight_map\": {\"a\": \"model-00001-of-00001.safetensors\"}}");
        assertThatThrownBy(() -> ModelFolder.find(output)).hasMessageContaining("other tensors");
        Files.writeString(index, "{\"weight_map\": {\"a\": \"../../etc/passwd\"}}");
        assertThatThrownBy(() -> ModelFolder.find(output)).hasMessageContaining("has no file");
    }

    @Test
    void files_that_are_no_json_or_too_long_are_refused() throws IOException {
        TinyModelFolder.write(output);
        Files.writeString(output.resolve("config.json"), "{}{}".repeat(2 << 20));
        assertThatThrownBy(() -> ModelFolder.find(output)).hasMessageContaining("config.json");
        Files.writeString(output.resolve("config.json"), TinyModelFolder.CONFIG);
        Files.writeString(output.resolve("tokenizer.json"), "{\"a\": [1, 2");
        assertThatThrownBy(() -> ModelFolder.find(output)).hasMessageContaining("tokenizer.json");
        Files.delete(output.resolve("tokenizer.json"));
        assertThatThrownBy(() -> ModelFolder.find(output)).hasMessageContaining("no file tokenizer.json");
    }
}
