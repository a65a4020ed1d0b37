package org.aifactory.engine.training;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.aifactory.engine.weights.AtomicFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The metrics of a run, one JSON object a line, appended as they come. */
final class MetricsFile {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path path;

    /** Opens the file and drops the lines after {@code step}, which a resumed run will write again. */
    MetricsFile(Path path, long step) {
        this.path = path;
        List<String> kept = new ArrayList<>();
        if (Files.exists(path)) {
            try (BufferedReader lines = Files.newBufferedReader(path)) {
                lines.lines().takeWhile(line -> isUpTo(line, step)).forEach(line -> kept.add(line + "\n"));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
        AtomicFile.write(path, String.join("", kept).getBytes(StandardCharsets.UTF_8));
    }

    /** A line that a crash cut short counts as one that is to be written again. */
    private static boolean isUpTo(String line, long step) {
        try {
            return JSON.readValue(line, Metrics.class).step() <= step;
        } catch (JacksonException cutShort) {
            return false;
        }
    }

    void append(Metrics metrics) {
        try {
            Files.writeString(path, JSON.writeValueAsString(metrics) + "\n", StandardOpenOption.APPEND);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
