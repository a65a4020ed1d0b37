package org.aifactory.engine.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.jspecify.annotations.Nullable;

/** What clients must show. Kept and compared as a digest, so that the time taken tells nothing of the key, its length included. */
final class ApiKey {
    private static final String SCHEME = "Bearer ";

    private final byte[] digest;

    /** A key of visible ASCII characters, which is what a header can carry. */
    ApiKey(String key) {
        if (key.isEmpty() || key.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new EngineException(
                    Kind.INPUT, "The API key must be made of letters, digits and signs of ASCII, without spaces.");
        }
        this.digest = digest(key);
    }

    /** Whether an {@code Authorization} header shows this key. */
    boolean opens(@Nullable String authorization) {
        return authorization != null
                && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(
                        digest, digest(authorization.substring(SCHEME.length()).strip()));
    }

    private static byte[] digest(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
