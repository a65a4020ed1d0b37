package org.aifactory.federation.ssh;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.Optional;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.keyprovider.KeyPairProvider;

/** Pairs of keys by which computers let the platform in. */
public final class SshKeys {
    private static final int BITS = 256;

    private SshKeys() {}

    /** The private key of a new pair, as {@code ssh-keygen -t ed25519} writes it, without a passphrase. */
    public static String made(String comment) {
        try {
            KeyPair pair = KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, BITS);
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, comment, null, text);
            return text.toString(StandardCharsets.UTF_8);
        } catch (IOException | GeneralSecurityException impossible) {
            throw new IllegalStateException("No pair of keys could be made.", impossible);
        }
    }

    /** The public key of the pair, as a line of {@code authorized_keys} has it; empty where the text is no private key. */
    public static Optional<String> publicHalf(String text) {
        return SshConnection.key(text).map(pair -> PublicKeyEntry.toString(pair.getPublic()));
    }
}
