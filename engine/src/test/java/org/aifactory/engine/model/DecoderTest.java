package org.aifactory.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.aifactory.engine.weights.DataType;
import org.aifactory.engine.weights.GenerationConfig;
import org.aifactory.engine.weights.HuggingFaceFolder;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Aim: the fast forward pass over a folder's weights gives the logits of the reference, after every token and in every row. */
class DecoderTest {
    private static final int ROWS = 3;
    private static final int LENGTH = 40;

    static Stream<ModelConfig> models() {
        return Stream.of(
                TinyModels.llama(),
                TinyModels.llama(false, new RopeScaling.Llama3(8, 1, 4, 16), 500_000),
                TinyModels.llama(true, new RopeScaling.Linear(2), 500),
                TinyModels.qwen3());
    }

    @ParameterizedTest
    @MethodSource("models")
    void theFastForwardPassOfAFolderAgreesWithTheReference(ModelConfig config, @TempDir Path folder) {
        float[] values = TinyModels.weights(config);
        HuggingFaceFolder.write(
                folder,
                config,
                MemorySegment.ofArray(values),
                DataType.F32,
                GenerationConfig.of(OptionalInt.empty(), List.of(2), OptionalInt.empty()));
        ReferenceDecoder reference = new ReferenceDecoder(config, values);
        HuggingFaceFolder read = HuggingFaceFolder.open(folder);
        try (PointerScope scope = new PointerScope()) {
            Tensor weights = Weights.zeros(read.config());
            read.readInto(Weights.segment(weights));
            Decoder decoder = new Decoder(
                    read.config(),
                    Parameters.of(read.config(), weights),
                    Rope.of(read.config(), LENGTH, new Device("cpu"), ScalarType.Float));
            int[] tokens = new int[ROWS * LENGTH];
            Arrays.setAll(tokens, i -> (i * i + 3 * i) % config.vocabularySize());
            long[] ids = Arrays.stream(tokens).asLongStream().toArray();
            float[] logits = new float[tokens.length * config.vocabularySize()];
            decoder.logits(Tensor.create(ids, ROWS, LENGTH))
                    .contiguous()
                    .data_ptr_float()
                    .get(logits);
            for (int row = 0; row < ROWS; row++) {
                double[][] expected = reference.logits(Arrays.copyOfRange(tokens, row * LENGTH, (row + 1) * LENGTH));
                for (int i = 0; i < LENGTH; i++) {
                    int from = (row * LENGTH + i) * config.vocabularySize();
                    double[] actual = new double[config.vocabularySize()];
                    Arrays.setAll(actual, id -> logits[from + id]);
                    assertThat(actual).as("row %d, token %d", row, i).containsExactly(expected[i], within(1e-4));
                }
            }
        }
    }
}
