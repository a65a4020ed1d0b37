package org.aifactory.federation.ssh;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.Optional;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.jspecify.annotations.Nullable;

/** By which a computer is known again: what key it must show, and which it has shown. */
public final class HostKey {
    private final String expected;
    private volatile @Nullable PublicKey shown;

    HostKey(String expected) {
        this.expected = expected;
    }

    /** The key in a line such as {@code ssh-ed25519 AAAA… comment}; empty where it is none. */
    public static Optional<PublicKey> parsed(String line) {
        try {
            return Optional.ofNullable(PublicKeyEntry.parsePublicKeyEntry(line.strip()))
                    .map(HostKey::resolved);
        } catch (RuntimeException none) {
            return Optional.empty();
        }
    }

    private static @Nullable PublicKey resolved(PublicKeyEntry entry) {
        try {
            return entry.resolvePublicKey(null, java.util.Map.of(), PublicKeyEntryResolver.FAILING);
        } catch (IOException | GeneralSecurityException none) {
            return null;
        }
    }

    /** As {@code ssh-keygen -l} tells it: {@code SHA256:…}. */
    public static String fingerprint(String line) {
        return parsed(line).map(KeyUtils::getFingerPrint).orElse("?");
    }

    boolean isOf(PublicKey key) {
        shown = key;
        return expected.isEmpty()
                || parsed(expected)
                        .filter(one -> KeyUtils.compareKeys(one, key))
                        .isPresent();
    }

    /** The kind of key that the computer is to show; empty for whichever it likes. */
    Optional<String> kind() {
        return parsed(expected).map(KeyUtils::getKeyType);
    }

    boolean wasAnother() {
        PublicKey key = shown;
        return key != null && !isOf(key);
    }

    String shown() {
        PublicKey key = shown;
        return key == null ? "" : PublicKeyEntry.toString(key);
    }

    String seen() {
        return KeyUtils.getFingerPrint(shown);
    }

    String expected() {
        return fingerprint(expected);
    }
}
