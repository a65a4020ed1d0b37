package org.aifactory.engine.training;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.aifactory.engine.AtomicFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** What a run tells while it goes: JSON objects, one a line, appended as they come, each with the {@code step} that it is of. */
final class StepLines {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path path;

    /** Opens the file and drops the lines after {@code step}, which a resumed run will write again. */
    StepLines(Path path, long step) {
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

    private static boolean isUpTo(String line, long step) {
        try {
            return JSON.readTree(line).path("step").asLong(Long.MAX_VALUE) <= step;
        } catch (JacksonException cutShort) {
            return false;
        }
    }

    void append(Object line) {
        try {
            Files.writeString(path, JSON.writeValueAsString(line) + "\n", StandardOpenOption.APPEND);
        } catch (IOException failure) {
            throw AtomicFile.cannotWrite(path, failure);
        }
    }
}
