package org.aifactory.engine.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A reader of GGUF written from the format's description alone, so that the writer does not check itself. */
record GgufFile(Map<String, Object> metadata, Map<String, Array> tensors) {

    /** A tensor as plain numbers; {@code dimensions} with the fastest first, as in the file. */
    @SuppressWarnings("ArrayRecordComponent")
    record Array(List<Long> dimensions, int type, float[] values) {}

    static GgufFile read(Path path) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
        if (in.getInt() != 0x46554747 || in.getInt() != 3) {
            throw new IOException("not GGUF version 3");
        }
        long tensorCount = in.getLong();
        long keyCount = in.getLong();
        Map<String, Object> metadata = new LinkedHashMap<>();
        for (long i = 0; i < keyCount; i++) {
            metadata.put(string(in), value(in, in.getInt()));
        }
        List<Description> descriptions = new ArrayList<>();
        for (long i = 0; i < tensorCount; i++) {
            descriptions.add(Description.read(in));
        }
        int alignment = (Integer) metadata.getOrDefault("general.alignment", 32);
        int start = Math.ceilDiv(in.position(), alignment) * alignment;
        Map<String, Array> tensors = new LinkedHashMap<>();
        for (Description description : descriptions) {
            if (description.offset() % alignment != 0) {
                throw new IOException(description.name() + " is not aligned");
            }
            in.position(Math.toIntExact(start + description.offset()));
            tensors.put(description.name(), description.values(in));
        }
        return new GgufFile(metadata, tensors);
    }

    private record Description(String name, List<Long> dimensions, int type, long offset) {
        static Description read(ByteBuffer in) {
            String name = string(in);
            List<Long> dimensions = new ArrayList<>();
            int count = in.getInt();
            for (int i = 0; i < count; i++) {
                dimensions.add(in.getLong());
            }
            return new Description(name, dimensions, in.getInt(), in.getLong());
        }

        Array values(ByteBuffer in) throws IOException {
            float[] values = new float[Math.toIntExact(dimensions.stream().reduce(1L, Math::multiplyExact))];
            float scale = 0;
            for (int i = 0; i < values.length; i++) {
                if (type == 8 && i % 32 == 0) {
                    scale = Float.float16ToFloat(in.getShort());
                }
                values[i] = switch (type) {
                    case 0 -> in.getFloat();
                    case 1 -> Float.float16ToFloat(in.getShort());
                    case 8 -> in.get() * scale;
                    default -> throw new IOException(name + " is of the unexpected type " + type);
                };
            }
            return new Array(dimensions, type, values);
        }
    }

    private static Object value(ByteBuffer in, int type) throws IOException {
        return switch (type) {
            case 4, 5 -> in.getInt();
            case 6 -> in.getFloat();
            case 7 -> in.get() == 1;
            case 8 -> string(in);
            case 9 -> {
                int element = in.getInt();
                Object[] values = new Object[Math.toIntExact(in.getLong())];
                for (int i = 0; i < values.length; i++) {
                    values[i] = value(in, element);
                }
                yield Arrays.asList(values);
            }
            default -> throw new IOException("unexpected type of value " + type);
        };
    }

    private static String string(ByteBuffer in) {
        byte[] bytes = new byte[Math.toIntExact(in.getLong())];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
