package org.aifactory.engine.corpus;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.corpus.ShardManifest.FileEntry;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The tokens of a set of documents, memory-mapped: document after document, each text followed by its end token. A position
 * counts tokens from the start, and is all that is needed to resume. Any thread may read.
 *
 * <p>Files: {@code tokens-NNNNN.bin} (16 bits for each token while the vocabulary allows, else 32, little endian),
 * {@code learned-NNNNN.bin} (a byte for each token, only with conversations), {@code documents.bin} (for each document, and once
 * more for the end, the position of its first token and the UTF-8 bytes before it, 64 bits each), {@code shards.json}. Of a
 * conversation only the bytes count that are learned, those of the assistant's turns.
 */
public final class TokenShards implements AutoCloseable {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int CHECKSUM_BYTES = 1 << 26;

    private final Arena arena = Arena.ofShared();
    private final Path folder;
    private final ShardManifest manifest;
    private final int bytesPerToken;
    private final List<MemorySegment> tokenFiles = new ArrayList<>();
    private final List<MemorySegment> flagFiles = new ArrayList<>();
    private final MemorySegment table;

    private TokenShards(Path folder, ShardManifest manifest) {
        this.folder = folder;
        this.manifest = manifest;
        this.bytesPerToken = ShardManifest.bytesPerToken(manifest.vocabularySize());
        try {
            long perFile = manifest.tokensPerFile();
            for (int i = 0; i * perFile < manifest.tokens(); i++) {
                long tokens = Math.min(perFile, manifest.tokens() - i * perFile);
                tokenFiles.add(map(ShardManifest.tokenFile(i), tokens * bytesPerToken));
                if (manifest.learnedFlags()) {
                    flagFiles.add(map(ShardManifest.flagFile(i), tokens));
                }
            }
            this.table = map(ShardManifest.DOCUMENTS, 2L * Long.BYTES * (manifest.documents() + 1));
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /**
     * Opens the shards in a folder and checks every file against its checksum.
     *
     * @throws EngineException of the kind INPUT when a file is missing, cut or changed; the message names it
     */
    public static TokenShards open(Path folder) {
        Path file = folder.resolve(ShardManifest.NAME);
        try {
            return new TokenShards(
                    folder, JsonMapper.shared().readValue(Files.readAllBytes(file), ShardManifest.class));
        } catch (IOException e) {
            throw FileTrouble.reading(file, e);
        } catch (JacksonException e) {
            throw damaged(file, "it is not the description of token shards", e);
        }
    }

    private MemorySegment map(String name, long bytes) {
        Path file = folder.resolve(name);
        FileEntry entry = manifest.files().stream()
                .filter(listed -> listed.name().equals(name))
                .findFirst()
                .orElseThrow(() -> damaged(file, "it is not listed in " + ShardManifest.NAME, null));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() != bytes) {
                throw damaged(file, "it has " + channel.size() + " bytes where " + bytes + " were written", null);
            }
            MemorySegment segment = channel.map(MapMode.READ_ONLY, 0, bytes, arena);
            if (checksum(segment) != entry.crc32c()) {
                throw damaged(file, "its checksum is not the one it was written with", null);
            }
            return segment;
        } catch (IOException e) {
            throw FileTrouble.reading(file, e);
        }
    }

    private static long checksum(MemorySegment segment) {
        CRC32C checksum = new CRC32C();
        for (long from = 0; from < segment.byteSize(); from += CHECKSUM_BYTES) {
            long bytes = Math.min(CHECKSUM_BYTES, segment.byteSize() - from);
            checksum.update(segment.asSlice(from, bytes).asByteBuffer());
        }
        return checksum.getValue();
    }

    private static EngineException damaged(Path file, String why, @Nullable Throwable cause) {
        return new EngineException(Kind.INPUT, file + " is damaged: " + why + "; make the tokens again.", cause);
    }

    public long tokens() {
        return manifest.tokens();
    }

    public long documents() {
        return manifest.documents();
    }

    /** UTF-8 bytes of the text that the tokens encode, as far as it is learned. */
    public long utf8Bytes() {
        return manifest.utf8Bytes();
    }

    /** Position of a document's first token; for {@code index == documents()} the end of the last. */
    public long documentStart(long index) {
        return table.get(LONG, 2 * Long.BYTES * Objects.checkIndex(index, documents() + 1));
    }

    /** UTF-8 bytes of one document's text, as far as it is learned. */
    public long documentBytes(long index) {
        return bytesBefore(Objects.checkIndex(index, documents()) + 1) - bytesBefore(index);
    }

    private long bytesBefore(long index) {
        return table.get(LONG, 2 * Long.BYTES * index + Long.BYTES);
    }

    /** Copies tokens as 64-bit integers. */
    public void copy(long position, int count, long[] target) {
        copy(position, count, MemorySegment.ofArray(target));
    }

    /** Copies tokens as 64-bit integers in the machine's byte order, from the start of the target. */
    public void copy(long position, int count, MemorySegment target) {
        Objects.checkFromIndexSize(position, count, tokens());
        int copied = 0;
        while (copied < count) {
            long from = position + copied;
            long inFile = from % manifest.tokensPerFile();
            MemorySegment file = tokenFiles.get((int) (from / manifest.tokensPerFile()));
            int run = (int) Math.min(count - copied, file.byteSize() / bytesPerToken - inFile);
            if (bytesPerToken == Short.BYTES) {
                widenShorts(file, inFile, run, target, copied);
            } else {
                widenInts(file, inFile, run, target, copied);
            }
            copied += run;
        }
    }

    private static void widenShorts(MemorySegment file, long from, int count, MemorySegment target, long at) {
        for (int i = 0; i < count; i++) {
            long token = Short.toUnsignedLong(file.get(SHORT, (from + i) * Short.BYTES));
            target.set(ValueLayout.JAVA_LONG_UNALIGNED, (at + i) * Long.BYTES, token);
        }
    }

    private static void widenInts(MemorySegment file, long from, int count, MemorySegment target, long at) {
        for (int i = 0; i < count; i++) {
            long token = file.get(INT, (from + i) * Integer.BYTES);
            target.set(ValueLayout.JAVA_LONG_UNALIGNED, (at + i) * Long.BYTES, token);
        }
    }

    /** Whether these are conversations, of which only a part is learned. */
    public boolean isFlagged() {
        return manifest.learnedFlags();
    }

    /** Whether the model is trained to produce the token at a position. */
    public boolean learned(long position) {
        Objects.checkIndex(position, tokens());
        if (flagFiles.isEmpty()) {
            return true;
        }
        MemorySegment file = flagFiles.get((int) (position / manifest.tokensPerFile()));
        return file.get(ValueLayout.JAVA_BYTE, position % manifest.tokensPerFile()) != 0;
    }

    @Override
    public void close() {
        arena.close();
    }
}
