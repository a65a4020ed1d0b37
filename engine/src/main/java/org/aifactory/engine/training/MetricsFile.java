package org.aifactory.engine.training;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.aifactory.engine.AtomicFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The metrics of a run, one JSON object a line, appended as they come. */
final class MetricsFile {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path path;

    /** Opens the file and drops the lines after {@code step}, which a resumed run will write again. */
    MetricsFile(Path path, long step) {
        this.path = path;
        try {
            long kept = Files.exists(path) ? bytesUpTo(path, step) : 0;
            try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                file.truncate(kept);
            }
        } catch (IOException failure) {
            throw AtomicFile.cannotWrite(path, failure);
        }
    }

    private static long bytesUpTo(Path path, long step) throws IOException {
        long size = Files.size(path);
        long bytes = 0;
        try (BufferedReader lines = Files.newBufferedReader(path, StandardCharsets.ISO_8859_1)) {
            String line = lines.readLine();
            // A crash may have cut the last line short, were it only of its end.
            while (line != null && bytes + line.length() < size && isUpTo(line, step)) {
                bytes += line.length() + 1L;
                line = lines.readLine();
            }
        }
        return bytes;
    }

    /** The line on which held-out text was predicted best, where any measured it. */
    static Optional<Metrics> best(Path path) {
        try (Stream<String> lines = Files.lines(path, StandardCharsets.ISO_8859_1)) {
            return lines.map(line -> JSON.readValue(line, Metrics.class))
                    .filter(metrics -> metrics.bitsPerByte() != null)
                    .min(Comparator.comparingDouble(metrics -> Objects.requireNonNull(metrics.bitsPerByte())));
        } catch (IOException | UncheckedIOException | JacksonException lost) {
            return Optional.empty();
        }
    }

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
            throw AtomicFile.cannotWrite(path, failure);
        }
    }
}
