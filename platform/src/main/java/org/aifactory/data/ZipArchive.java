package org.aifactory.data;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipException;
import org.aifactory.data.BlobFiles.Staged;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * Takes the files out of a zip that somebody sent. Nothing is written under a name from inside it, and no more is unpacked than is bounded
 * beforehand, whatever the archive says of itself.
 */
final class ZipArchive {
    /** Deflate reaches 1032; text that people write stays far below this. */
    private static final long MOST_EXPANSION = 250;

    /** A small archive may expand as it likes up to here. */
    private static final long ALWAYS_ALLOWED = 100_000_000;

    private final String name;
    private final BlobStore blobs;
    private final int mostFiles;
    private final long mostBytes;
    private long unpacked;

    private ZipArchive(String name, long size, BlobStore blobs, int mostFiles, long room) {
        this.name = name;
        this.blobs = blobs;
        this.mostFiles = mostFiles;
        this.mostBytes = Math.min(room, Math.max(ALWAYS_ALLOWED, MOST_EXPANSION * size));
    }

    /**
     * Stores each file of the archive.
     *
     * @param room more bytes than this are not unpacked
     * @throws Problem that names the archive, the entry and what is wrong
     */
    static List<DatasetFile> unpack(String name, Blob archive, BlobStore blobs, int mostFiles, long room) {
        return new ZipArchive(name, archive.bytes(), blobs, mostFiles, room).unpack(blobs.path(archive.sha256()));
    }

    private List<DatasetFile> unpack(Path path) {
        List<Staged> staged = new ArrayList<>();
        try (ZipFile zip = ZipFile.builder()
                .setPath(path)
                .setCharset(StandardCharsets.UTF_8)
                .get()) {
            List<DatasetFile> files = new ArrayList<>();
            for (ZipArchiveEntry entry : Collections.list(zip.getEntriesInPhysicalOrder())) {
                if (entry.isDirectory() || FilePath.isHidden(entry.getName())) {
                    continue;
                }
                if (files.size() == mostFiles) {
                    throw refused("files", mostFiles);
                }
                String filePath = checkedPath(zip, entry);
                Staged file = stage(zip, entry);
                staged.add(file);
                files.add(new DatasetFile(filePath, file.blob()));
            }
            blobs.store(staged);
            return files;
        } catch (IOException | IllegalArgumentException broken) {
            blobs.discard(staged);
            throw refused("broken", FilePath.printable(String.valueOf(broken.getMessage())));
        } catch (RuntimeException refused) {
            blobs.discard(staged);
            throw refused;
        }
    }

    private String checkedPath(ZipFile zip, ZipArchiveEntry entry) {
        String shown = FilePath.printable(entry.getName());
        if (entry.getGeneralPurposeBit().usesEncryption()) {
            throw refused("encrypted", shown);
        }
        if (entry.isUnixSymlink()) {
            throw refused("link", shown);
        }
        if (!zip.canReadEntryData(entry)) {
            throw refused("method", shown);
        }
        try {
            return FilePath.checked(entry.getName());
        } catch (Problem odd) {
            throw Problem.of(odd.type(), "data.archive.path", name, odd.message());
        }
    }

    private Staged stage(ZipFile zip, ZipArchiveEntry entry) throws IOException {
        try (InputStream content = new Bounded(zip.getInputStream(entry))) {
            return blobs.stage(content);
        } catch (java.io.UncheckedIOException failure) {
            if (failure.getCause() instanceof ZipException broken) {
                throw broken;
            }
            throw failure;
        }
    }

    private Problem refused(String why, Object what) {
        return Problem.of(ProblemType.AGAINST_RULES, "data.archive." + why, name, what);
    }

    /** Counts what really comes out. */
    private final class Bounded extends FilterInputStream {
        Bounded(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            unpacked += Math.max(0, read);
            if (unpacked > mostBytes) {
                throw refused("bytes", Bytes.inWords(mostBytes));
            }
            return read;
        }
    }
}
