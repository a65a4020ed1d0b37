package org.aifactory.identity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Seals what has to be told once more and may stand nowhere in clear, such as the secrets of a run that waits: by AES-GCM, under a key in
 * {@code HOME/keys}, which stands in no database and no backup. What was sealed opens only in the place that it was sealed for.
 */
@Component
public class Vault {
    private static final String SEALED = "sealed:1:";
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();

    public Vault(@Value("${aifactory.home}") Path home) {
        try {
            key = new SecretKeySpec(key(home.toAbsolutePath().normalize()), "AES");
        } catch (IOException failure) {
            throw new UncheckedIOException("The key in " + home + "/keys cannot be read or made", failure);
        }
    }

    private static byte[] key(Path home) throws IOException {
        Files.createDirectories(home);
        Path folder = home.resolve("keys");
        Files.createDirectories(folder, only("rwx------"));
        Path file = folder.resolve("secrets.key");
        if (Files.notExists(file)) {
            make(folder, file);
        }
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length != KEY_BYTES) {
            throw new IOException(file + " holds no key of " + KEY_BYTES + " bytes");
        }
        return bytes;
    }

    /** It appears whole, and of two instances that make one at once both use the first. */
    private static void make(Path folder, Path file) throws IOException {
        byte[] bytes = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(bytes);
        Path made = Files.createTempFile(folder, "secrets", ".new", only("rw-------"));
        try {
            Files.write(made, bytes);
            Files.createLink(file, made);
        } catch (FileAlreadyExistsException madeMeanwhile) {
            return;
        } finally {
            Files.delete(made);
        }
    }

    private static FileAttribute<Set<PosixFilePermission>> only(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    /**
     * What may be written down.
     *
     * @param place where it will stand: {@code job 01…}
     */
    public String seal(String place, String text) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, place, nonce).doFinal(text.getBytes(StandardCharsets.UTF_8));
            byte[] all = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
            System.arraycopy(sealed, 0, all, NONCE_BYTES, sealed.length);
            return SEALED + Base64.getUrlEncoder().withoutPadding().encodeToString(all);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * What was sealed, and as it is what an earlier platform has written, which sealed nothing.
     *
     * @return empty where it was sealed under another key, as after a restoration, or for another place
     */
    public Optional<String> open(String place, String sealed) {
        if (!sealed.startsWith(SEALED)) {
            return Optional.of(sealed);
        }
        try {
            byte[] all = Base64.getUrlDecoder().decode(sealed.substring(SEALED.length()));
            byte[] nonce = Arrays.copyOf(all, NONCE_BYTES);
            byte[] text = cipher(Cipher.DECRYPT_MODE, place, nonce)
                    .doFinal(all, NONCE_BYTES, Math.max(0, all.length - NONCE_BYTES));
            return Optional.of(new String(text, StandardCharsets.UTF_8));
        } catch (GeneralSecurityException | IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    private Cipher cipher(int mode, String place, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(place.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
