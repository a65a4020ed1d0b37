package org.aifactory.models;

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
        return Sha256.of(text.toString());
    }
}
