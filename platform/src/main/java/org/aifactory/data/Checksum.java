package org.aifactory.data;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import org.aifactory.web.Problem;

/** What a part should be, as the header {@code Upload-Checksum} says it: {@code sha256 BASE64}. */
record Checksum(String algorithm, ByteBuffer expected) {
    /** The protocol asks for SHA-1, the people for SHA-256. By their names in the header. */
    private static final Map<String, String> ALGORITHMS = Map.of("sha1", "SHA-1", "sha256", "SHA-256");

    static final String KNOWN = "sha256,sha1";

    static Checksum parse(String header) {
        String[] words = header.strip().split(" ", -1);
        if (words.length != 2 || !ALGORITHMS.containsKey(words[0])) {
            throw Problem.invalid("Upload-Checksum", "data.fault.checksum");
        }
        try {
            return new Checksum(words[0], ByteBuffer.wrap(Base64.getDecoder().decode(words[1])));
        } catch (IllegalArgumentException other) {
            throw Problem.invalid("Upload-Checksum", "data.fault.checksum-base64");
        }
    }

    MessageDigest digest() {
        try {
            return MessageDigest.getInstance(String.valueOf(ALGORITHMS.get(algorithm)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    boolean isOf(MessageDigest digest) {
        return ByteBuffer.wrap(digest.digest()).equals(expected);
    }
}
