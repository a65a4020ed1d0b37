package org.aifactory.federation.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** SHA-256 of files, as {@code sha256sum} tells it. Those of files that have not changed since are remembered. */
final class Sums {
    private static final int PIECE = 1 << 16;
    private static final int MOST_REMEMBERED = 100_000;

    private record Known(Object file, long size, FileTime changed) {}

    private final Map<Known, String> remembered = new ConcurrentHashMap<>();

    String of(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        Object identity = attributes.fileKey() == null ? file : attributes.fileKey();
        Known known = new Known(identity, attributes.size(), attributes.lastModifiedTime());
        String sum = remembered.get(known);
        if (sum == null) {
            sum = ofFirst(file, Long.MAX_VALUE);
            if (remembered.size() >= MOST_REMEMBERED) {
                remembered.clear();
            }
            remembered.put(known, sum);
        }
        return sum;
    }

    /** Of no more than so many bytes. */
    static String ofFirst(Path file, long most) throws IOException {
        MessageDigest digest = sha256();
        byte[] piece = new byte[PIECE];
        long left = most;
        try (InputStream in = Files.newInputStream(file)) {
            int read = 0;
            while (left > 0 && read >= 0) {
                read = in.read(piece, 0, (int) Math.min(PIECE, left));
                if (read > 0) {
                    digest.update(piece, 0, read);
                    left -= read;
                }
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
