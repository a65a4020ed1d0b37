package org.aifactory.data;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Names bytes by their SHA-256.
 *
 * @param hex 64 hexadecimal digits in lower case
 */
public record Sha256(@JsonValue String hex) implements Comparable<Sha256> {
    static final String FORM = "[0-9a-f]{64}";
    private static final Pattern HEX = Pattern.compile(FORM);
    private static final int BRIEF = 12;

    /** @throws IllegalArgumentException when it has another form */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Sha256 {
        if (!HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException("A SHA-256 is 64 hexadecimal digits in lower case.");
        }
    }

    public static Sha256 of(byte[] digest) {
        return new Sha256(HexFormat.of().formatHex(digest));
    }

    /** Of a text in UTF-8. */
    public static Sha256 of(String text) {
        return of(digest().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** As it is shown where people only compare. */
    public String brief() {
        return hex.substring(0, BRIEF);
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public int compareTo(Sha256 other) {
        return hex.compareTo(other.hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
