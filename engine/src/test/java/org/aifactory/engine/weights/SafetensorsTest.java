package org.aifactory.engine.weights;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {

    @TempDir
    Path folder;

    @Test
    void readsBackEveryTypeWithShapeAndMetadata() {
        Path file = folder.resolve("state.safetensors");
        MemorySegment bytes = MemorySegment.ofArray(new byte[] {1, 2, 3, 4, 5, 6});
        MemorySegment steps = MemorySegment.ofArray(new long[] {42});
        SafetensorsWriter.write(
                file,
                List.of(
                        Tensor.of("random \"state\"", DataType.U8, List.of(6L), bytes),
                        Tensor.of("step", DataType.I64, List.of(), steps),
                        Tensor.of("empty", DataType.F32, List.of(0L, 3L), MemorySegment.ofArray(new float[0]))),
                Map.of("plan", "width=64"));

        try (Safetensors tensors = Safetensors.open(file)) {
            assertThat(tensors.names()).containsExactlyInAnyOrder("random \"state\"", "step", "empty");
            assertThat(tensors.bytes("random \"state\"", DataType.U8, List.of(6L))
                            .mismatch(bytes))
                    .isEqualTo(-1);
            assertThat(tensors.bytes("step", DataType.I64, List.of()).mismatch(steps))
                    .isEqualTo(-1);
            assertThat(tensors.shape("empty")).containsExactly(0L, 3L);
            assertThat(tensors.metadata()).containsEntry("plan", "width=64");
            tensors.verifyDigest();
        }
    }

    @Test
    void theSameTensorsGiveTheSameBytesAndLeaveNothingElse() throws IOException {
        List<Tensor> tensors = List.of(Tensor.of("a", DataType.F32, List.of(2L), floats(1, 2)));
        SafetensorsWriter.write(folder.resolve("one"), tensors, Map.of());
        SafetensorsWriter.write(folder.resolve("two"), tensors, Map.of());

        assertThat(folder.resolve("one")).hasSameBinaryContentAs(folder.resolve("two"));
        try (var files = Files.list(folder)) {
            assertThat(files.map(Path::getFileName).map(Path::toString)).containsExactlyInAnyOrder("one", "two");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "BF16, 1.0, 1.0",
        "BF16, 1.00390625, 1.0", // halfway, to even
        "BF16, 1.01171875, 1.015625", // halfway, to even
        "BF16, 3.4028235e38, Infinity",
        "BF16, NaN, NaN",
        "F16, 0.1, 0.099975586",
        "F16, 70000, Infinity",
        "F32, 0.1, 0.1",
    })
    void roundsFloatsToTheNearestOfTheStoredType(DataType type, float value, float expected) {
        Path file = folder.resolve("w.safetensors");
        SafetensorsWriter.write(file, List.of(Tensor.ofFloats("w", type, List.of(1L), floats(value))), Map.of());

        try (Safetensors tensors = Safetensors.open(file)) {
            MemorySegment read = MemorySegment.ofArray(new float[1]);
            tensors.readFloats("w", List.of(1L), read);
            assertThat(tensors.type("w")).isEqualTo(type);
            assertThat(read.get(JAVA_FLOAT, 0)).isEqualTo(Float.valueOf(expected));
        }
    }

    @Test
    void cutsLargeModelsIntoShardsAndReadsThemAsOne() {
        List<Tensor> tensors = List.of(
                Tensor.of("a", DataType.F32, List.of(3L), floats(1, 2, 3)),
                Tensor.of("b", DataType.F32, List.of(1L), floats(4)),
                Tensor.of("c", DataType.F32, List.of(2L), floats(5, 6)));
        SafetensorsWriter.writeFolder(folder, tensors, Map.of("format", "pt"), 12);

        assertThat(folder).isDirectoryContaining("glob:**model-00001-of-00002.safetensors");
        try (Safetensors read = Safetensors.openFolder(folder)) {
            assertThat(read.names()).containsExactlyInAnyOrder("a", "b", "c");
            assertThat(read.bytes("c").mismatch(floats(5, 6))).isEqualTo(-1);
            read.verifyDigest();
        }
        SafetensorsWriter.writeFolder(folder, tensors, Map.of("format", "pt"), 1000);
        assertThat(folder.toFile().list()).containsExactly("model.safetensors");
    }

    @Test
    void findsAMissingShardAndAnIndexThatLies() throws IOException {
        SafetensorsWriter.writeFolder(
                folder,
                List.of(
                        Tensor.of("a", DataType.F32, List.of(1L), floats(1)),
                        Tensor.of("b", DataType.F32, List.of(1L), floats(2))),
                Map.of(),
                4);
        Path index = folder.resolve("model.safetensors.index.json");
        String honest = Files.readString(index);

        Files.writeString(index, honest.replace("\"b\"", "\"c\""));
        refused(() -> Safetensors.openFolder(folder).close(), "tensor 'c'", "does not hold it");
        Files.writeString(index, honest.replace("model-00002", "../model-00002"));
        refused(() -> Safetensors.openFolder(folder).close(), "not a file beside it");
        Files.writeString(index, honest);
        Files.delete(folder.resolve("model-00002-of-00002.safetensors"));
        refused(() -> Safetensors.openFolder(folder).close(), "model-00002-of-00002.safetensors", "cannot be read");
    }

    @Test
    void findsFlippedAndMissingBytesByTheChecksum() throws IOException {
        Path file = folder.resolve("checkpoint.safetensors");
        SafetensorsWriter.write(
                file, List.of(Tensor.of("w", DataType.F32, List.of(2L), floats(1, 2))), Map.of("step", "7"));
        byte[] bytes = Files.readAllBytes(file);

        byte[] flipped = bytes.clone();
        flipped[bytes.length - 1] ^= 1;
        Files.write(file, flipped);
        refused(() -> verify(file), "checkpoint.safetensors", "do not match its checksum");
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        refused(() -> verify(file), "checkpoint.safetensors");
    }

    @Test
    void refusesAHeaderThatLiesAboutItsLength() throws IOException {
        refusedFile(new byte[] {1, 2, 3}, "only 3 bytes long");
        refusedFile(file(1000, "{}", 0), "header of 1000 bytes but is itself 10 long");
        refusedFile(file(200_000_000, "{}", 0), "200000000");
        refusedFile(file(-1, "{}", 0), "18446744073709551615");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "not json|not valid JSON",
                "[]|not a JSON object",
                "{} {}|not valid JSON",
                "{'w':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'w':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|Duplicate",
                "{'w':{'dtype':'F32','shape':[2],'data_offsets':[0,9]}}|bytes 0 to 9 of a payload of 8",
                "{'w':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}|bytes 8 to 0",
                "{'w':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}}|needs 12 bytes but claims 8",
                "{'w':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}}|tensor 'w' has a shape",
                "{'w':{'dtype':'F32','shape':[2.5],'data_offsets':[0,8]}}|tensor 'w' has a shape",
                "{'w':{'dtype':'F32','shape':[4294967296,4294967296,2],'data_offsets':[0,8]}}|too large to exist",
                "{'w':{'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,8]}}|tensor 'w' has a shape",
                "{'w':{'dtype':'F33','shape':[2],'data_offsets':[0,8]}}|element type 'F33'",
                "{'w':{'dtype':'F32','shape':2,'data_offsets':[0,8]}}|no list called shape",
                "{'w':{'dtype':'F32','shape':[2]}}|no list called data_offsets",
                "{'w':3}|element type",
                "{'v':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}|fill 4 bytes of a payload of 8",
                "{'v':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}|overlap or leave a hole",
                "{'v':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'w':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}|overlap",
                "{'__metadata__':{'a':1},'w':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|not text: a",
                "{'__metadata__':[],'w':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|__metadata__",
                "{'w':[[[[[[[[[[[[]]]]]]]]]]]]}|not valid JSON",
            })
    void refusesAHeaderThatContradictsItselfOrThePayload(String header, String reason) throws IOException {
        String json = header.replace('\'', '"');
        refusedFile(file(json.length(), json, 8), reason);
    }

    private void refusedFile(byte[] bytes, String reason) throws IOException {
        Path file = folder.resolve("hostile.safetensors");
        Files.write(file, bytes);
        refused(() -> Safetensors.open(file).close(), "hostile.safetensors", reason);
    }

    private static void refused(ThrowingCallable reading, String... parts) {
        assertThatThrownBy(reading)
                .isInstanceOf(EngineException.class)
                .hasMessageContainingAll(parts)
                .extracting(failure -> ((EngineException) failure).kind())
                .isEqualTo(Kind.MODEL);
    }

    private static void verify(Path file) {
        try (Safetensors tensors = Safetensors.open(file)) {
            tensors.verifyDigest();
        }
    }

    private static byte[] file(long length, String header, int payload) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length + payload)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(json)
                .array();
    }

    private static MemorySegment floats(float... values) {
        return MemorySegment.ofArray(values);
    }
}
