package org.aifactory.models;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.aifactory.web.Message;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The head of a safetensors file: what tensors it holds and where. Everything it says is checked against the file's length, so that
 * nobody who loads it reads beyond its end or the same bytes twice.
 *
 * @param tensors their names
 * @param elements numbers in all of them together
 * @param types in safetensors' words
 */
record SafetensorsHeader(Set<String> tensors, long elements, Set<String> types) {
    private static final JsonMapper JSON = JsonMapper.shared();
    /** Room for a hundred thousand tensors; loaders take more, and the memory here serves others, too. */
    private static final int MOST_BYTES = 8 << 20;

    private static final String METADATA = "__metadata__";
    /** Constants that some old folders store; they are no weights. */
    private static final String ROTARY_BUFFER = ".rotary_emb.inv_freq";

    private static final Map<String, Integer> BITS = Map.ofEntries(
            Map.entry("F64", 64),
            Map.entry("F32", 32),
            Map.entry("F16", 16),
            Map.entry("BF16", 16),
            Map.entry("F8_E4M3", 8),
            Map.entry("F8_E5M2", 8),
            Map.entry("I64", 64),
            Map.entry("I32", 32),
            Map.entry("I16", 16),
            Map.entry("I8", 8),
            Map.entry("U64", 64),
            Map.entry("U32", 32),
            Map.entry("U16", 16),
            Map.entry("U8", 8),
            Map.entry("BOOL", 8));

    private record Range(long begin, long end) {}

    /** @throws UnusableModel when the file is not sound */
    static SafetensorsHeader read(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        try (SeekableByteChannel channel = ModelFolder.open(file)) {
            long size = channel.size();
            if (size < Long.BYTES) {
                throw unsound(name, "cut-off");
            }
            long length = read(channel, Long.BYTES).getLong();
            if (length < 2 || length > Math.min(MOST_BYTES, size - Long.BYTES)) {
                throw unsound(name, "head", Long.toUnsignedString(length));
            }
            byte[] head = read(channel, (int) length).array();
            return parse(name, head, size - Long.BYTES - length);
        }
    }

    private static ByteBuffer read(SeekableByteChannel channel, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
        return buffer.flip();
    }

    private static SafetensorsHeader parse(String name, byte[] head, long dataBytes) {
        JsonNode root;
        try {
            root = JSON.readTree(head);
        } catch (JacksonException malformed) {
            throw unsound(name, "no-json");
        }
        if (!root.isObject()) {
            throw unsound(name, "no-object");
        }
        try {
            return parse(name, root, dataBytes);
        } catch (ArithmeticException tooMany) {
            throw unsound(name, "too-many");
        }
    }

    private static SafetensorsHeader parse(String name, JsonNode root, long dataBytes) {
        Set<String> tensors = new TreeSet<>();
        Set<String> types = new TreeSet<>();
        List<Range> ranges = new ArrayList<>();
        long elements = 0;
        for (Map.Entry<String, JsonNode> entry : root.properties()) {
            String tensor = entry.getKey();
            if (tensor.equals(METADATA)) {
                continue;
            }
            long count = elements(name, tensor, entry.getValue().path("shape"));
            ranges.add(range(name, tensor, entry.getValue(), count));
            tensors.add(tensor);
            if (!tensor.endsWith(ROTARY_BUFFER)) {
                elements = Math.addExact(elements, count);
                types.add(entry.getValue().path("dtype").asString(""));
            }
        }
        requireWhole(name, ranges, dataBytes);
        return new SafetensorsHeader(tensors, elements, types);
    }

    private static long elements(String name, String tensor, JsonNode shape) {
        if (!shape.isArray()) {
            throw unsound(name, "no-shape", ModelFolder.printable(tensor));
        }
        long elements = 1;
        for (JsonNode side : shape) {
            if (!side.isIntegralNumber() || !side.canConvertToLong() || side.longValue() < 0) {
                throw unsound(name, "odd-shape", ModelFolder.printable(tensor));
            }
            elements = Math.multiplyExact(elements, side.longValue());
        }
        return elements;
    }

    private static Range range(String name, String tensor, JsonNode entry, long elements) {
        Integer bits = BITS.get(entry.path("dtype").asString(""));
        JsonNode offsets = entry.path("data_offsets");
        if (bits == null) {
            throw unsound(name, "type", ModelFolder.printable(tensor));
        }
        if (!offsets.isArray()
                || offsets.size() != 2
                || !offsets.get(0).canConvertToLong()
                || !offsets.get(1).canConvertToLong()) {
            throw unsound(name, "no-place", ModelFolder.printable(tensor));
        }
        Range range = new Range(offsets.get(0).longValue(), offsets.get(1).longValue());
        if (range.begin() < 0
                || elements > Long.MAX_VALUE / bits
                || range.end() - range.begin() != elements * bits / Byte.SIZE) {
            throw unsound(name, "length", ModelFolder.printable(tensor));
        }
        return range;
    }

    /** The tensors lie one after another and fill the file. */
    private static void requireWhole(String name, List<Range> ranges, long dataBytes) {
        long next = 0;
        for (Range range : ranges.stream()
                .sorted(Comparator.comparingLong(Range::begin).thenComparingLong(Range::end))
                .toList()) {
            if (range.begin() != next) {
                throw unsound(name, "gaps");
            }
            next = range.end();
        }
        if (next != dataBytes) {
            throw unsound(name, "bytes", dataBytes, next);
        }
    }

    private static UnusableModel unsound(String file, String what, Object... arguments) {
        return new UnusableModel("unsound", file, Message.of("models.unsound." + what, arguments));
    }
}
