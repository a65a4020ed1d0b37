package org.aifactory.models;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.aifactory.models.Facts.Evaluation;
import org.aifactory.models.Facts.Training;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What our engine left beside the model of what it did: the plan in {@code training/run.json}, and a line for each measurement in
 * {@code training/metrics.jsonl}. Where they are not there or not readable, nothing is known.
 */
record EngineNotes(Optional<String> version, Optional<Training> training, Optional<Evaluation> evaluation) {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int MOST_RECORD_BYTES = 4 << 20;
    private static final int MOST_LINE = 1 << 16;
    private static final long MOST_LINES = 10_000_000;

    static EngineNotes read(Path output) {
        Path training = output.resolve("training");
        JsonNode plan = plan(training.resolve("run.json"));
        Measured measured = measured(training.resolve("metrics.jsonl"));
        JsonNode last = measured.last();
        if (plan.isMissingNode() && last.isMissingNode()) {
            return new EngineNotes(Optional.empty(), Optional.empty(), Optional.empty());
        }
        long tokens = Math.max(last.path("tokens").asLong(0), 0);
        Training done = new Training(
                last.path("step").asLong(0),
                tokens,
                flopPerToken(plan) * tokens,
                last.path("seconds").asDouble(0),
                last.path("loss").asDouble(0));
        return new EngineNotes(Optional.empty(), Optional.of(done), measured.bitsPerByte().map(Evaluation::new));
    }

    private static JsonNode plan(Path file) {
        try (InputStream in = ModelFolder.read(file)) {
            return JSON.readTree(in.readNBytes(MOST_RECORD_BYTES)).path("plan");
        } catch (IOException | JacksonException unknown) {
            return JSON.missingNode();
        }
    }

    /**
     * Six operations for each weight of a matrix, and {@code 12 * depth * queryWidth * length} for attention: the count of PaLM (Chowdhery
     * et al. 2022, arXiv:2204.02311, appendix B), as the engine plans by it.
     */
    private static double flopPerToken(JsonNode plan) {
        JsonNode model = plan.path("model");
        double width = model.path("width").asDouble(0);
        double depth = model.path("depth").asDouble(0);
        double queries = model.path("heads").asDouble(0) * model.path("headWidth").asDouble(0);
        double keys = model.path("keyValueHeads").asDouble(0) * model.path("headWidth").asDouble(0);
        double block = width * (queries + 2 * keys)
                + queries * width
                + 3 * width * model.path("feedForwardWidth").asDouble(0);
        double matrices = depth * block + model.path("vocabularySize").asDouble(0) * width;
        return 6 * matrices + 12 * depth * queries * plan.path("contextLength").asDouble(0);
    }

    /** @param bitsPerByte of the last line that has it */
    private record Measured(JsonNode last, Optional<Double> bitsPerByte) {}

    private static Measured measured(Path file) {
        JsonNode last = JSON.missingNode();
        Optional<Double> bits = Optional.empty();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(ModelFolder.read(file), StandardCharsets.UTF_8))) {
            long read = 0;
            for (String line = lines.readLine(); line != null && read < MOST_LINES; line = lines.readLine()) {
                read++;
                if (line.length() <= MOST_LINE && !line.isBlank()) {
                    last = JSON.readTree(line);
                    bits = last.path("bitsPerByte").isNumber()
                            ? Optional.of(last.path("bitsPerByte").asDouble())
                            : bits;
                }
            }
        } catch (IOException | JacksonException cutShort) {
            // What was read until then holds.
        }
        return new Measured(last, bits);
    }
}
