package org.aifactory.models;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.List;
import org.aifactory.data.Sha256;

/** Names a folder by what it holds: the SHA-256 of the list of its files as {@code sha256sum} writes it, sorted by name. */
final class Contents {
    private Contents() {}

    static Sha256 name(List<ModelFile> files) {
        StringBuilder text = new StringBuilder();
        files.stream()
                .sorted(Comparator.comparing(ModelFile::path))
                .forEach(file -> text.append(file.blob().sha256())
                        .append("  ")
                        .append(file.path())
                        .append('\n'));
        try {
            return Sha256.of(
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
