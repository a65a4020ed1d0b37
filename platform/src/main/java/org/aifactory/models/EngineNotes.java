package org.aifactory.models;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.aifactory.models.Facts.Evaluation;
import org.aifactory.models.Facts.Score;
import org.aifactory.models.Facts.Training;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What our engine left beside the model of what it did: the plan in {@code training/run.json}, a line for each measurement in
 * {@code training/metrics.jsonl}, and {@code training/evaluation.json}. Where they are not there or not readable, nothing is known.
 */
record EngineNotes(Optional<String> version, Optional<Training> training, Optional<Evaluation> evaluation) {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int MOST_RECORD_BYTES = 4 << 20;

    /** @param version of the engine that wrote them */
    static EngineNotes read(Path output, Optional<String> version) {
        Path folder = output.resolve("training");
        return new EngineNotes(version, training(folder), evaluation(folder));
    }

    private static Optional<Training> training(Path folder) {
        JsonNode last = lastLine(folder.resolve("metrics.jsonl"));
        if (last.isMissingNode()) {
            return Optional.empty();
        }
        long tokens = Math.max(last.path("tokens").asLong(0), 0);
        JsonNode plan = object(folder.resolve("run.json")).path("plan");
        return Optional.of(new Training(
                last.path("step").asLong(0),
                tokens,
                flopPerToken(plan) * tokens,
                last.path("seconds").asDouble(0),
                last.path("loss").asDouble(0)));
    }

    private static Optional<Evaluation> evaluation(Path folder) {
        JsonNode report = object(folder.resolve("evaluation.json"));
        Evaluation evaluation = new Evaluation(
                report.path("step").asLong(0),
                report.path("steps").asLong(0),
                score(report.path("text")),
                score(report.path("conversations")));
        return Optional.of(evaluation)
                .filter(known ->
                        known.text().isPresent() || known.conversations().isPresent());
    }

    private static Optional<Score> score(JsonNode node) {
        return node.path("bitsPerByte").isNumber()
                ? Optional.of(new Score(
                        node.path("bitsPerByte").asDouble(),
                        node.path("perplexity").asDouble(0),
                        node.path("bytes").asLong(0),
                        node.path("tokens").asLong(0)))
                : Optional.empty();
    }

    private static JsonNode object(Path file) {
        try (InputStream in = ModelFolder.read(file)) {
            return JSON.readTree(in.readNBytes(MOST_RECORD_BYTES));
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
        double queries =
                model.path("heads").asDouble(0) * model.path("headWidth").asDouble(0);
        double keys = model.path("keyValueHeads").asDouble(0)
                * model.path("headWidth").asDouble(0);
        double block = width * (queries + 2 * keys)
                + queries * width
                + 3 * width * model.path("feedForwardWidth").asDouble(0);
        double matrices = depth * block + model.path("vocabularySize").asDouble(0) * width;
        return 6 * matrices + 12 * depth * queries * plan.path("contextLength").asDouble(0);
    }

    private static JsonNode lastLine(Path file) {
        JsonNode last = JSON.missingNode();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(ModelFolder.read(file), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                last = line.isBlank() ? last : JSON.readTree(line);
            }
        } catch (IOException | JacksonException cutShort) {
            // What was read until then holds.
        }
        return last;
    }
}
