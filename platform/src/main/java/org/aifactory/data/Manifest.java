package org.aifactory.data;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;

/**
 * The list of a version's files, sorted by the bytes of their paths, in the form that {@code sha256sum} writes and checks. Its own SHA-256
 * names the content of the version, so that {@code find . -type f | cut -c3- | LC_ALL=C sort | xargs -d '\n' sha256sum | sha256sum} in a
 * folder with these files gives that name.
 */
final class Manifest {
    private Manifest() {}

    /** One line a file: the SHA-256, two spaces, the path. */
    static String of(Collection<DatasetFile> files) {
        StringBuilder text = new StringBuilder();
        files.stream()
                .sorted(Comparator.comparing(
                        file -> file.path().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned))
                .forEach(file -> text.append(file.blob().sha256())
                        .append("  ")
                        .append(file.path())
                        .append('\n'));
        return text.toString();
    }

    static Sha256 name(Collection<DatasetFile> files) {
        MessageDigest digest = Sha256.digest();
        return Sha256.of(digest.digest(of(files).getBytes(StandardCharsets.UTF_8)));
    }
}
