package org.aifactory.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.aifactory.engine.EngineException;

/** Aim: a file gives back what was written, and a damaged file never gives anything else. */
class SafetensorsPropertyTest {

    private static final List<Long> SHAPE = List.of(2L, 3L);
    private static final MemorySegment VALUES = MemorySegment.ofArray(new float[] {1, 2, 3, 4, 5, 6});

    private static Path file = Path.of("");
    private static byte[] sound = {};

    @BeforeContainer
    static void createFile() throws IOException {
        file = Files.createTempFile("property", ".safetensors");
        SafetensorsWriter.write(
                file, List.of(Tensor.of("weight", DataType.F32, SHAPE, VALUES)), Map.of("format", "pt"));
        sound = Files.readAllBytes(file);
    }

    @AfterContainer
    static void deleteFile() throws IOException {
        Files.delete(file);
    }

    @Property(tries = 100)
    void readsBackWhatWasWritten(
            @ForAll("names") List<String> names, @ForAll DataType type, @ForAll @Size(max = 40) byte[] payload) {
        Map<String, byte[]> expected = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            int elements = Math.max(0, payload.length / type.bytes() - i);
            expected.put(names.get(i), Arrays.copyOf(payload, elements * type.bytes()));
        }
        List<Tensor> tensors = expected.entrySet().stream()
                .map(entry -> Tensor.of(
                        entry.getKey(),
                        type,
                        List.of((long) entry.getValue().length / type.bytes()),
                        MemorySegment.ofArray(entry.getValue())))
                .toList();
        SafetensorsWriter.write(file, tensors, Map.of("names", String.join(",", names)));

        try (Safetensors read = Safetensors.open(file)) {
            read.verifyDigest();
            assertThat(read.names()).isEqualTo(expected.keySet());
            assertThat(read.metadata()).containsEntry("names", String.join(",", names));
            expected.forEach((name, bytes) -> assertThat(read.bytes(name).mismatch(MemorySegment.ofArray(bytes)))
                    .isEqualTo(-1));
        }
    }

    @Provide
    Arbitrary<List<String>> names() {
        return Arbitraries.strings()
                .excludeChars('\u0000')
                .ofMaxLength(12)
                .filter(name -> !name.equals("__metadata__") && !hasLoneSurrogate(name))
                .list()
                .uniqueElements()
                .ofMaxSize(5);
    }

    private static boolean hasLoneSurrogate(String name) {
        return name.codePoints().anyMatch(point -> point >= 0xD800 && point < 0xE000);
    }

    @Property(tries = 1500)
    void flippedBitsAreRefusedOrChangeNothing(
            @ForAll @Size(min = 1, max = 3) List<@IntRange(max = 8 * 200 - 1) Integer> flips) throws IOException {
        byte[] bytes = sound.clone();
        for (int flip : flips) {
            bytes[flip / 8 % bytes.length] ^= (byte) (1 << flip % 8);
        }
        Files.write(file, bytes);

        try (Safetensors read = Safetensors.open(file)) {
            read.verifyDigest();
            assertThat(read.bytes("weight", DataType.F32, SHAPE).mismatch(VALUES))
                    .isEqualTo(-1);
        } catch (EngineException refused) {
            assertThat(refused).hasMessageContaining(file.toString());
        } catch (RuntimeException crash) {
            fail("a damaged file must be refused with a sentence", crash);
        }
    }

    @Property(tries = 300)
    void bytesThatAreNoSafetensorsFileAreRefused(@ForAll @Size(max = 200) byte[] junk) throws IOException {
        Files.write(file, junk);

        try (Safetensors read = Safetensors.open(file)) {
            assertThat(read.names()).isEmpty();
        } catch (EngineException refused) {
            assertThat(refused).hasMessageContaining(file.toString());
        }
    }
}
