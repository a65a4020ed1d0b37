package org.aifactory.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;

/**
 * Real text in large amounts, as every Linux machine has it: documentation, manual pages, sources and dictionaries under {@code
 * /usr}. Each distinct file counts once; where that is not enough, all of it is repeated.
 */
final class MachineText extends SimpleFileVisitor<Path> {
    private static final List<Path> FOLDERS =
            List.of(Path.of("/usr/share"), Path.of("/usr/include"), Path.of("/usr/lib"), Path.of("/usr/src"));
    private static final long FILE_BYTES_MIN = 256;
    private static final int FILE_BYTES_MAX = 4 << 20;

    private final long wanted;
    private final OutputStream target;
    private final Set<Integer> seen = new HashSet<>();
    private long written;

    private MachineText(long wanted, OutputStream target) {
        this.wanted = wanted;
        this.target = target;
    }

    /**
     * Writes {@code wanted} bytes of text, or a little more.
     *
     * @return how many of them are distinct
     */
    static long gather(long wanted, Path file) {
        try {
            long distinct;
            try (OutputStream target = Files.newOutputStream(file)) {
                MachineText text = new MachineText(wanted, target);
                for (Path folder : FOLDERS) {
                    if (text.written < wanted && Files.isDirectory(folder)) {
                        Files.walkFileTree(folder, text);
                    }
                }
                distinct = text.written;
            }
            if (distinct == 0) {
                throw new EngineException(Kind.RESOURCE, "There is no text under " + FOLDERS + " to measure with.");
            }
            repeat(file, wanted);
            return distinct;
        } catch (IOException failure) {
            throw new EngineException(
                    Kind.RESOURCE, "Text cannot be gathered in " + file + ": " + failure.getMessage() + ".", failure);
        }
    }

    private static void repeat(Path file, long wanted) throws IOException {
        byte[] once = Files.readAllBytes(file);
        try (OutputStream target = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
            for (long size = once.length; size < wanted; size += once.length) {
                target.write(once);
            }
        }
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        if (attributes.isRegularFile() && attributes.size() >= FILE_BYTES_MIN && attributes.size() <= FILE_BYTES_MAX) {
            byte[] bytes = read(file);
            if (isText(bytes) && seen.add(Arrays.hashCode(bytes))) {
                target.write(bytes);
                written += bytes.length;
            }
        }
        return written < wanted ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException notReadable) {
        return FileVisitResult.CONTINUE;
    }

    private static byte[] read(Path file) {
        try (InputStream bytes = Files.newInputStream(file);
                InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes) {
            return plain.readNBytes(FILE_BYTES_MAX);
        } catch (IOException notReadable) {
            return new byte[0];
        }
    }

    private static boolean isText(byte[] bytes) {
        try {
            return bytes.length > 0
                    && UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).chars().noneMatch(c -> c == 0);
        } catch (CharacterCodingException binary) {
            return false;
        }
    }
}
