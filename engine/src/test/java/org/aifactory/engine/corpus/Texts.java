package org.aifactory.engine.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** What the tests of this package write and read. */
final class Texts {
    private Texts() {}

    static Path write(Path file, byte[] bytes) {
        try {
            Path parent = file.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            return Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Each text of the set, whole. */
    static List<String> of(DocumentSet documents) {
        return documents.texts().stream().map(Texts::whole).toList();
    }

    static String whole(Document document) {
        return switch (document) {
            case Document.Text text -> {
                try (var pieces = text.pieces()) {
                    yield pieces.collect(Collectors.joining());
                }
            }
            case Document.Conversation conversation -> conversation.toString();
        };
    }
}
