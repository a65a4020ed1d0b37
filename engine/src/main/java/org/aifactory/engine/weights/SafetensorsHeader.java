package org.aifactory.engine.weights;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON at the head of a safetensors file: for each tensor its type, shape and place in the payload. Reading trusts
 * nothing: the tensors must fill the payload exactly, without overlap and without holes.
 *
 * @param tensors in the order of the payload
 * @param metadata free text under free names
 */
record SafetensorsHeader(Map<String, Entry> tensors, Map<String, String> metadata) {

    /** Where a tensor stands; {@code begin} and {@code end} are bytes of the payload. */
    record Entry(String name, DataType type, List<Long> shape, long begin, long end) {}

    private static final String METADATA = "__metadata__";

    /** A header of hundreds of thousands of tensors is an attack on memory, not a model. */
    private static final long TOKENS_MAX = 5_000_000;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(8)
                            .maxTokenCount(TOKENS_MAX)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** The header for tensors that will follow each other without holes. */
    static SafetensorsHeader of(List<Tensor> tensors, Map<String, String> metadata) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        long begin = 0;
        for (Tensor tensor : tensors) {
            long end = Math.addExact(begin, tensor.byteSize());
            Entry entry = new Entry(tensor.name(), tensor.type(), tensor.shape(), begin, end);
            if (tensor.name().equals(METADATA) || entries.put(tensor.name(), entry) != null) {
                throw new IllegalArgumentException(
                        "a safetensors file cannot hold two tensors called " + tensor.name());
            }
            begin = end;
        }
        return new SafetensorsHeader(entries, metadata);
    }

    /** UTF-8, padded with spaces so that the payload starts at a multiple of eight bytes. */
    byte[] toBytes() {
        ObjectNode root = JSON.createObjectNode();
        ObjectNode metadataNode = root.putObject(METADATA);
        metadata.forEach(metadataNode::put);
        for (Entry entry : tensors.values()) {
            ObjectNode node = root.putObject(entry.name());
            node.put("dtype", entry.type().name());
            entry.shape().forEach(node.putArray("shape")::add);
            node.putArray("data_offsets").add(entry.begin()).add(entry.end());
        }
        byte[] json = root.toString().getBytes(StandardCharsets.UTF_8);
        byte[] padded = new byte[Math.ceilDiv(json.length, 8) * 8];
        Arrays.fill(padded, (byte) ' ');
        System.arraycopy(json, 0, padded, 0, json.length);
        return padded;
    }

    /** Reads a header whose tensors must fill exactly {@code payloadBytes}. */
    static SafetensorsHeader parse(byte[] bytes, long payloadBytes, Path file) {
        return new Reader(file, payloadBytes).read(bytes);
    }

    private record Reader(Path file, long payloadBytes) {

        SafetensorsHeader read(byte[] bytes) {
            JsonNode root = json(bytes);
            Map<String, String> metadata = new LinkedHashMap<>();
            List<Entry> entries = new ArrayList<>();
            for (Map.Entry<String, JsonNode> property : root.properties()) {
                if (property.getKey().equals(METADATA)) {
                    readMetadata(property.getValue(), metadata);
                } else {
                    entries.add(entry(property.getKey(), property.getValue()));
                }
            }
            entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
            requireNoHoles(entries);
            Map<String, Entry> tensors = new LinkedHashMap<>();
            entries.forEach(entry -> tensors.put(entry.name(), entry));
            return new SafetensorsHeader(tensors, metadata);
        }

        private JsonNode json(byte[] bytes) {
            try {
                String text = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
                JsonNode root = JSON.readTree(text);
                if (!text.startsWith("{") || !root.isObject()) {
                    throw damaged("its header is not a JSON object");
                }
                return root;
            } catch (CharacterCodingException | JacksonException failure) {
                throw new EngineException(
                        Kind.MODEL, sentence("its header is not valid JSON (" + firstLine(failure) + ")"), failure);
            }
        }

        private static String firstLine(Exception failure) {
            return String.valueOf(failure.getMessage()).lines().findFirst().orElse("not UTF-8");
        }

        private void readMetadata(JsonNode node, Map<String, String> metadata) {
            if (!node.isObject()) {
                throw damaged("its __metadata__ is not an object");
            }
            node.properties().forEach(property -> {
                if (!property.getValue().isString()) {
                    throw damaged("its __metadata__ has a value that is not text: " + property.getKey());
                }
                metadata.put(property.getKey(), property.getValue().stringValue());
            });
        }

        private Entry entry(String name, JsonNode node) {
            String typeName = node.path("dtype").asString("");
            DataType type = DataType.named(typeName)
                    .orElseThrow(
                            () -> damaged(name, "has the element type '" + typeName + "', which is not known here"));
            List<Long> shape = longs(name, "shape", node.path("shape"));
            List<Long> offsets = longs(name, "data_offsets", node.path("data_offsets"));
            if (offsets.size() != 2) {
                throw damaged(name, "has data_offsets that are not a begin and an end");
            }
            Entry entry = new Entry(name, type, shape, offsets.getFirst(), offsets.getLast());
            if (entry.begin() > entry.end() || entry.end() > payloadBytes) {
                throw damaged(
                        name,
                        "claims bytes " + entry.begin() + " to " + entry.end() + " of a payload of " + payloadBytes);
            }
            long expected = byteSize(name, type, shape);
            if (entry.end() - entry.begin() != expected) {
                throw damaged(
                        name,
                        "of shape " + shape + " and type " + type + " needs " + expected + " bytes but claims "
                                + (entry.end() - entry.begin()));
            }
            return entry;
        }

        private List<Long> longs(String name, String field, JsonNode node) {
            if (!node.isArray()) {
                throw damaged(name, "has no list called " + field);
            }
            List<Long> numbers = new ArrayList<>();
            for (JsonNode number : node) {
                if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() < 0) {
                    throw damaged(name, "has a " + field + " that holds something else than sizes: " + number);
                }
                numbers.add(number.longValue());
            }
            return List.copyOf(numbers);
        }

        private long byteSize(String name, DataType type, List<Long> shape) {
            try {
                return Math.multiplyExact(shape.stream().reduce(1L, Math::multiplyExact), type.bytes());
            } catch (ArithmeticException overflow) {
                throw damaged(name, "has a shape too large to exist: " + shape);
            }
        }

        private void requireNoHoles(List<Entry> entries) {
            long expected = 0;
            for (Entry entry : entries) {
                if (entry.begin() != expected) {
                    throw damaged(
                            entry.name(),
                            "begins at byte " + entry.begin() + " of the payload where byte " + expected
                                    + " was expected: tensors overlap or leave a hole");
                }
                expected = entry.end();
            }
            if (expected != payloadBytes) {
                throw damaged("its tensors fill " + expected + " bytes of a payload of " + payloadBytes);
            }
        }

        private EngineException damaged(String name, String what) {
            return damaged("tensor '" + name + "' " + what);
        }

        private EngineException damaged(String what) {
            return new EngineException(Kind.MODEL, sentence(what));
        }

        private String sentence(String what) {
            return SafetensorsHeader.damaged(file, what);
        }
    }

    /** The sentence for a file that is not what it says. */
    static String damaged(Path file, String what) {
        return file + " is not a sound safetensors file: " + what + ". Fetch or write it again.";
    }
}
