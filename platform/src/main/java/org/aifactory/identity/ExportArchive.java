package org.aifactory.identity;

import java.io.BufferedWriter;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import tools.jackson.databind.json.JsonMapper;

/**
 * A zip that is written while it is read. Its last file, {@code SHA256SUMS}, has the sum of each of the others, so that one that broke off
 * is seen to have.
 */
public final class ExportArchive implements AutoCloseable {
    private static final int LONGEST_NAME = 60;
    private static final int LONGEST_NAME_BYTES = 120;
    private static final int SHORT_ID = 8;
    private static final int UNKNOWN = -1;
    /** What some system takes for something else, or a reader cannot see. */
    private static final Pattern UNSAFE =
            Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Cn}\\p{Zl}\\p{Zp}/\\\\:*?\"<>|\\uFFFD]");

    private static final Pattern EDGES = Pattern.compile("^[.\\s]+|[.\\s]+$");
    private static final Pattern PLAIN_PATH = Pattern.compile("[^/\\\\\\p{Cc}]+(/[^/\\\\\\p{Cc}]+)*");

    private final ZipArchiveOutputStream zip;
    private final JsonMapper json;
    private final Instant now;
    private final Path sumsFile;
    private final Writer sums;
    private final StringBuilder missing = new StringBuilder();

    ExportArchive(OutputStream out, JsonMapper json, Instant now) throws IOException {
        this.zip = new ZipArchiveOutputStream(out);
        this.zip.setLevel(Deflater.BEST_SPEED);
        this.json = json;
        this.now = now;
        this.sumsFile = Files.createTempFile("aifactory-export", ".sums");
        this.sums = Files.newBufferedWriter(sumsFile);
    }

    /** Something that writes a text. */
    @FunctionalInterface
    public interface Text {
        void writeTo(Writer out) throws IOException;
    }

    /** Something that writes bytes. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * A name that people recognise, that is safe on every system and that no other thing here has.
     *
     * @param wish what people call the thing, whatever they have typed
     * @param id of the thing
     */
    public static String name(String wish, Object id) {
        String word = safe(wish);
        String cut = word.codePoints()
                .limit(LONGEST_NAME)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        while (cut.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME_BYTES) {
            cut = cut.substring(0, cut.offsetByCodePoints(cut.length(), -1));
        }
        String shortId =
                id.toString().substring(0, Math.min(SHORT_ID, id.toString().length()));
        String plain = EDGES.matcher(cut).replaceAll("");
        return plain.isEmpty() ? shortId : plain + "-" + shortId;
    }

    /** One part of a path that a program has chosen, as it is where that is safe on every system. */
    public static String safe(String part) {
        String word =
                UNSAFE.matcher(Normalizer.normalize(part, Normalizer.Form.NFC)).replaceAll("_");
        return word.isBlank() || word.equals(".") || word.equals("..")
                ? "_" + word.strip().replace('.', '_')
                : word;
    }

    public void text(String path, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        OutputStream entry = begin(path, now, bytes.length);
        entry.write(bytes);
        entry.close();
    }

    /** As JSON for people to read. */
    public void json(String path, Object value) throws IOException {
        text(path, json.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n");
    }

    /** One line of JSON, for a text that has many. */
    public String jsonLine(Object value) {
        return json.writeValueAsString(value) + "\n";
    }

    /** A text of whatever length. */
    public void text(String path, Text text) throws IOException {
        stream(path, entry -> {
            Writer out = new BufferedWriter(new OutputStreamWriter(entry, StandardCharsets.UTF_8));
            text.writeTo(out);
            out.flush();
        });
    }

    /** Bytes of whatever number. */
    public void stream(String path, Content content) throws IOException {
        OutputStream entry = begin(path, now, UNKNOWN);
        content.writeTo(entry);
        entry.close();
    }

    /**
     * A file.
     *
     * @param bytes so many of the content at most
     */
    public void file(String path, Instant changed, long bytes, InputStream content) throws IOException {
        OutputStream entry = begin(path, changed, bytes);
        byte[] buffer = new byte[1 << 16];
        long left = bytes;
        while (left > 0) {
            int read = content.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                break;
            }
            entry.write(buffer, 0, read);
            left -= read;
        }
        if (left == 0 && content.read() >= 0) {
            // It grows while it is read; what it had is here.
            missing(path, "It was longer when it was read than when it was found; the beginning is here.");
        }
        entry.close();
    }

    /** Says at the end of the archive what could not be put into it. */
    public void missing(String path, String why) {
        missing.append(path).append(": ").append(why).append('\n');
    }

    /** A file whose length is not known needs the form for large ones from the beginning. */
    private void put(String path, Instant changed, long bytes) throws IOException {
        if (!PLAIN_PATH.matcher(path).matches() || List.of(path.split("/", -1)).contains("..")) {
            throw new IllegalArgumentException("No path for an archive: " + path);
        }
        ZipArchiveEntry entry = new ZipArchiveEntry(path);
        entry.setTime(changed.toEpochMilli());
        if (bytes == UNKNOWN) {
            zip.setUseZip64(Zip64Mode.Always);
        } else {
            zip.setUseZip64(Zip64Mode.AsNeeded);
            entry.setSize(bytes);
        }
        zip.putArchiveEntry(entry);
    }

    private OutputStream begin(String path, Instant changed, long bytes) throws IOException {
        put(path, changed, bytes);
        DigestOutputStream digest = new DigestOutputStream(zip, sha256());
        return new FilterOutputStream(digest) {
            private boolean closed;

            @Override
            public void write(byte[] buffer, int from, int length) throws IOException {
                digest.write(buffer, from, length);
            }

            @Override
            public void flush() {
                // A stream of small pieces would be a slow one.
            }

            @Override
            public void close() throws IOException {
                if (!closed) {
                    closed = true;
                    zip.closeArchiveEntry();
                    String sum =
                            HexFormat.of().formatHex(digest.getMessageDigest().digest());
                    sums.append(sum).append("  ").append(path).append('\n');
                }
            }
        };
    }

    /** Writes what is missing, and the sums. */
    void finish() throws IOException {
        if (!missing.isEmpty()) {
            text("MISSING.txt", missing.toString());
        }
        sums.close();
        try (InputStream all = Files.newInputStream(sumsFile)) {
            put("SHA256SUMS", now, Files.size(sumsFile));
            all.transferTo(zip);
            zip.closeArchiveEntry();
        }
        zip.finish();
    }

    /** What is below stays open, and an archive that was not finished stays a broken one. */
    @Override
    public void close() throws IOException {
        sums.close();
        Files.deleteIfExists(sumsFile);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
