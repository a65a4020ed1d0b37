package org.aifactory.engine.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.Reason;
import org.jspecify.annotations.Nullable;

/** What a command works on: a file, or standard input where none is named. */
record CommandInput(@Nullable Path file) {
    private static final int BYTES_MAX = 256 << 20;

    String name() {
        return file == null ? "standard input" : file.toString();
    }

    byte[] bytes() {
        try (InputStream stream = file == null ? System.in : Files.newInputStream(file)) {
            byte[] bytes = stream.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                throw new EngineException(
                        Kind.INPUT, name() + " is larger than " + (BYTES_MAX >> 20) + " MiB; give it in parts.");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw new EngineException(Kind.INPUT, "There is no file " + name() + ".", e);
        } catch (IOException e) {
            throw new EngineException(Kind.INPUT, name() + " cannot be read: " + Reason.of(e) + ".", e);
        }
    }
}
