package org.aifactory.engine.weights;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The keys and values at the head of a GGUF file, in the order in which they are put. */
final class GgufMetadata {

    private static final int UINT32 = 4;
    private static final int INT32 = 5;
    private static final int FLOAT32 = 6;
    private static final int BOOL = 7;
    private static final int STRING = 8;
    private static final int ARRAY = 9;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int count;

    /** Number of keys. */
    int count() {
        return count;
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }

    void put(String key, int value) {
        key(key, UINT32);
        int32(value);
    }

    void put(String key, double value) {
        key(key, FLOAT32);
        int32(Float.floatToRawIntBits((float) value));
    }

    void put(String key, boolean value) {
        key(key, BOOL);
        bytes.write(value ? 1 : 0);
    }

    void put(String key, String value) {
        key(key, STRING);
        string(value);
    }

    void putStrings(String key, List<String> values) {
        key(key, ARRAY);
        int32(STRING);
        int64(values.size());
        values.forEach(this::string);
    }

    void putInts(String key, List<Integer> values) {
        key(key, ARRAY);
        int32(INT32);
        int64(values.size());
        values.forEach(this::int32);
    }

    /** A tensor's name, dimensions with the fastest first, type, and place after the head. */
    void describe(String name, List<Long> shape, GgufType type, long offset) {
        string(name);
        int32(shape.size());
        shape.reversed().forEach(this::int64);
        int32(type.code());
        int64(offset);
    }

    private void key(String key, int type) {
        count++;
        string(key);
        int32(type);
    }

    private void string(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        int64(utf8.length);
        bytes.writeBytes(utf8);
    }

    void raw(byte[] value) {
        bytes.writeBytes(value);
    }

    void int32(int value) {
        bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
    }

    void int64(long value) {
        bytes.writeBytes(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
    }
}
