package org.aifactory.engine.training;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.weights.AtomicFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The folder of a run. The model's own files stand in it in Hugging Face's form; what belongs to the making of it stands in
 * {@code training/}: the record, the metrics, and, until the run is finished, checkpoints and tokens.
 */
public final class RunFolder {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final Path path;

    public RunFolder(Path path) {
        this.path = path;
    }

    public Path path() {
        return path;
    }

    Path training() {
        return path.resolve("training");
    }

    Path metrics() {
        return training().resolve("metrics.jsonl");
    }

    /** Where the tokens of one part of the corpus stand. */
    Path tokens(String part) {
        return training().resolve("tokens").resolve(part);
    }

    private Path recordFile() {
        return training().resolve("run.json");
    }

    /** The record of the run that the folder holds, if it holds one. */
    Optional<RunRecord> record() {
        if (!Files.exists(recordFile())) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(recordFile().toFile(), RunRecord.class));
        } catch (JacksonException failure) {
            throw new EngineException(
                    Kind.MODEL,
                    recordFile() + " cannot be read, so the run in this folder cannot go on. Start anew with --fresh.",
                    failure);
        }
    }

    /** Makes the record durable. */
    void write(RunRecord record) {
        AtomicFile.write(recordFile(), JSON.writeValueAsString(record).getBytes(StandardCharsets.UTF_8));
    }

    void writePlan(Plan plan) {
        write(record().orElseThrow().withPlan(plan));
    }

    /** Makes the folder; refuses one that holds something which is not a run of ours. */
    void prepare() {
        try {
            Files.createDirectories(training());
        } catch (IOException failure) {
            throw cannot("be made", failure);
        }
    }

    /** Refuses to write into a folder that holds other things than a run. */
    void requireOurs() {
        if (!Files.exists(path)) {
            return;
        }
        if (!Files.isDirectory(path)) {
            throw new EngineException(Kind.CONFLICT, path + " is a file. Give --out a folder.");
        }
        try (Stream<Path> files = Files.list(path)) {
            if (!Files.isDirectory(training()) && files.findAny().isPresent()) {
                throw new EngineException(
                        Kind.CONFLICT,
                        path
                                + " is not empty and holds no training run. Nothing was changed; give --out a new folder.");
            }
        } catch (IOException failure) {
            throw cannot("be read", failure);
        }
    }

    /** Removes the run and the model that came of it. */
    void clear() {
        deleteTree(training());
        for (String name : List.of(
                "config.json",
                "generation_config.json",
                "tokenizer.json",
                "tokenizer_config.json",
                "model.safetensors",
                "evaluation.json",
                "evaluation.md")) {
            delete(path.resolve(name));
        }
    }

    /** Removes what only an unfinished run needs. */
    void removeScaffolding() {
        Checkpoint.deleteAll(training());
        deleteTree(training().resolve("tokens"));
    }

    private void deleteTree(Path tree) {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> files = Files.walk(tree)) {
            files.sorted(Comparator.reverseOrder()).forEach(this::delete);
        } catch (IOException failure) {
            throw cannot("be cleared", failure);
        }
    }

    private void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failure) {
            throw cannot("be cleared", failure);
        }
    }

    private EngineException cannot(String what, IOException failure) {
        return new EngineException(
                Kind.RESOURCE,
                "The folder " + path + " cannot " + what + " (" + failure.getMessage()
                        + "). Check that you may write there.",
                failure);
    }
}
