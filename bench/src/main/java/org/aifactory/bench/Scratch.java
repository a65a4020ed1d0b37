package org.aifactory.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;

/** A folder for what a part writes, removed when it is closed. */
record Scratch(Path folder) implements AutoCloseable {
    static Scratch make() {
        try {
            return new Scratch(Files.createTempDirectory("aifactory-bench"));
        } catch (IOException failure) {
            throw new EngineException(
                    Kind.RESOURCE,
                    "There is no folder for temporary files (" + failure.getMessage() + "); set TMPDIR.",
                    failure);
        }
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> deepestLast = files.toList();
            for (Path file : deepestLast.reversed()) {
                Files.delete(file);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
