package org.aifactory.engine.weights;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;

/** One memory-mapped safetensors file: eight bytes of length, a JSON header, the payload. */
final class SafetensorsFile {

    /** Name of the checksum in the metadata: CRC-32C of the whole file, in which the checksum itself counts as zeros. */
    static final String DIGEST = "crc32c";

    static final String DIGEST_PLACEHOLDER = "00000000";

    /** The format's own limit. */
    private static final long HEADER_BYTES_MAX = 100_000_000;

    private static final long DIGEST_SLICE = 64L << 20;
    private static final ValueLayout.OfLong LENGTH = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Path path;
    private final MemorySegment file;
    private final byte[] headerBytes;
    private final SafetensorsHeader header;

    private SafetensorsFile(Path path, MemorySegment file, byte[] headerBytes, SafetensorsHeader header) {
        this.path = path;
        this.file = file;
        this.headerBytes = headerBytes;
        this.header = header;
    }

    /** Maps a file into memory for as long as the arena lives. */
    static SafetensorsFile open(Path path, Arena arena) {
        MemorySegment file = map(path, arena);
        if (file.byteSize() < Long.BYTES) {
            throw damaged(path, "it is only " + file.byteSize() + " bytes long");
        }
        long length = file.get(LENGTH, 0);
        if (length < 0 || length > HEADER_BYTES_MAX) {
            throw damaged(
                    path,
                    "it announces a header of " + Long.toUnsignedString(length) + " bytes, and " + HEADER_BYTES_MAX
                            + " is the most the format allows");
        }
        if (length > file.byteSize() - Long.BYTES) {
            throw damaged(
                    path, "it announces a header of " + length + " bytes but is itself " + file.byteSize() + " long");
        }
        byte[] headerBytes = file.asSlice(Long.BYTES, length).toArray(ValueLayout.JAVA_BYTE);
        long payload = file.byteSize() - Long.BYTES - length;
        return new SafetensorsFile(path, file, headerBytes, SafetensorsHeader.parse(headerBytes, payload, path));
    }

    private static MemorySegment map(Path path, Arena arena) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        } catch (IOException failure) {
            throw new EngineException(
                    Kind.MODEL,
                    "The model file " + path + " cannot be read ("
                            + failure.getClass().getSimpleName() + "). Check that it exists and may be read.",
                    failure);
        }
    }

    Path path() {
        return path;
    }

    SafetensorsHeader header() {
        return header;
    }

    /** The payload of one tensor, read-only, straight from the mapped file. */
    MemorySegment bytes(SafetensorsHeader.Entry entry) {
        return file.asSlice(Long.BYTES + headerBytes.length + entry.begin(), entry.end() - entry.begin());
    }

    boolean hasDigest() {
        return header.metadata().containsKey(DIGEST);
    }

    /** Compares the checksum in the metadata with the bytes. */
    void verifyDigest() {
        String expected = header.metadata().get(DIGEST);
        if (expected == null) {
            throw damaged(path, "it carries no checksum");
        }
        CRC32C digest = startDigest(headerBytes, expected);
        update(digest, file.asSlice(Long.BYTES + headerBytes.length));
        if (!digestText(digest).equals(expected)) {
            throw damaged(path, "its bytes do not match its checksum, so the file was damaged after it was written");
        }
    }

    /** Begins a checksum with the head of the file, in which the checksum itself reads as zeros. */
    static CRC32C startDigest(byte[] headerBytes, String digest) {
        CRC32C sum = new CRC32C();
        String header = new String(headerBytes, StandardCharsets.UTF_8);
        sum.update(lengthBytes(headerBytes.length));
        sum.update(withDigest(header, digest, DIGEST_PLACEHOLDER).getBytes(StandardCharsets.UTF_8));
        return sum;
    }

    static byte[] lengthBytes(long length) {
        byte[] bytes = new byte[Long.BYTES];
        MemorySegment.ofArray(bytes).set(LENGTH, 0, length);
        return bytes;
    }

    static String withDigest(String header, String from, String to) {
        return header.replace(metadataEntry(from), metadataEntry(to));
    }

    private static String metadataEntry(String digest) {
        return "\"" + DIGEST + "\":\"" + digest + "\"";
    }

    static void update(CRC32C digest, MemorySegment bytes) {
        for (long start = 0; start < bytes.byteSize(); start += DIGEST_SLICE) {
            digest.update(bytes.asSlice(start, Math.min(DIGEST_SLICE, bytes.byteSize() - start))
                    .asByteBuffer());
        }
    }

    static String digestText(CRC32C digest) {
        return HexFormat.of().toHexDigits((int) digest.getValue());
    }

    private static EngineException damaged(Path path, String what) {
        return new EngineException(Kind.MODEL, SafetensorsHeader.damaged(path, what));
    }
}
