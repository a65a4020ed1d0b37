package org.aifactory.engine.training;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.aifactory.engine.AtomicFile;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.Folders;
import org.aifactory.engine.Reason;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The folder of a run, held by one process at a time. The model's own files stand in it in Hugging Face's form; what belongs to the
 * making of it stands in {@code training/}: the record, the metrics, and, until the run is finished, checkpoints, tokens and
 * tokenizer.
 *
 * <p>A run is prepared in {@code training/preparation} and takes the place of an earlier one only when its plan is recorded.
 * Only files that a run writes are ever deleted, each by its name; a folder in which no run began is left as it was found.
 */
final class RunFolder implements AutoCloseable {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final String RECORD = "run.json";
    private static final String TOKENS = "tokens";
    private static final String TOKENIZER = "tokenizer";
    private static final String LOCK = "lock";
    private static final List<String> MODEL_FILES = List.of(
            "{config,generation_config,tokenizer,tokenizer_config}.json{.partial,}",
            "model{-*-of-*,}.safetensors{.index.json,}{.partial,}");

    private final Path path;
    private List<Path> made = List.of();
    private @Nullable FileChannel lock;

    private RunFolder(Path path) {
        this.path = path;
    }

    /**
     * Makes the folder where it is missing, and holds it until it is closed.
     *
     * @throws EngineException of the kind CONFLICT where it holds other things than a run, or another process holds it
     */
    static RunFolder open(Path path) {
        requireOurs(path);
        RunFolder folder = new RunFolder(path);
        folder.hold();
        // What was being prepared when a process was killed is of no use.
        folder.deleteTree(folder.preparation());
        return folder;
    }

    /** As another process of the same run sees it, which changes nothing in it. */
    static RunFolder ofAnother(Path path) {
        return new RunFolder(path);
    }

    private void hold() {
        Path training = training().toAbsolutePath();
        made = Stream.iterate(training, folder -> folder != null && !Files.exists(folder), Path::getParent)
                .toList();
        try {
            Folders.make(training);
            lock = FileChannel.open(training.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (isLocked(lock)) {
                return;
            }
            lock.close();
        } catch (IOException failure) {
            made.forEach(RunFolder::deleteQuietly);
            throw cannot("be made", failure);
        }
        throw new EngineException(
                Kind.CONFLICT,
                "Another process is training in " + path
                        + ". Nothing was changed; wait until it has ended, or give --out another folder.");
    }

    /** Refuses to write into a folder that holds other things than a run. */
    private static void requireOurs(Path path) {
        if (!Files.exists(path)) {
            return;
        }
        if (!Files.isDirectory(path)) {
            throw new EngineException(
                    Kind.CONFLICT, path + " is a file. Nothing was changed; give --out the name of a folder.");
        }
        Path training = path.resolve("training");
        if (Files.exists(training.resolve(RECORD)) || Files.exists(training.resolve(LOCK))) {
            return;
        }
        try (Stream<Path> files = Files.list(path)) {
            if (files.findAny().isPresent()) {
                throw new EngineException(
                        Kind.CONFLICT,
                        path
                                + " is not empty and holds no training run. Nothing was changed; give --out a new folder.");
            }
        } catch (IOException failure) {
            throw cannot(path, "be read", failure);
        }
    }

    private static boolean isLocked(FileChannel channel) {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException sameProcess) {
            return false;
        } catch (IOException noLocks) {
            // Some parallel file systems know no locks. There it is left to people that no two runs use one folder.
            return true;
        }
    }

    Path path() {
        return path;
    }

    Path training() {
        return path.resolve("training");
    }

    /** Where a run is prepared before it takes the place of an earlier one. */
    Path preparation() {
        return training().resolve("preparation");
    }

    Path metrics() {
        return training().resolve("metrics.jsonl");
    }

    Path samples() {
        return training().resolve("samples.jsonl");
    }

    /** The evaluation at the end, to be read by programs. */
    Path evaluation() {
        return training().resolve("evaluation.json");
    }

    /** The same, to be read by people. */
    Path evaluationTable() {
        return training().resolve("evaluation.md");
    }

    /** Where the tokens of one part of the corpus stand. */
    Path tokens(String part) {
        return tokens(training(), part);
    }

    /** Where they stand in a folder in which a run is prepared. */
    static Path tokens(Path folder, String part) {
        return folder.resolve(TOKENS).resolve(part);
    }

    Path tokenizer() {
        return tokenizer(training());
    }

    static Path tokenizer(Path folder) {
        return folder.resolve(TOKENIZER);
    }

    private Path recordFile() {
        return training().resolve(RECORD);
    }

    boolean holdsRun() {
        return Files.exists(recordFile());
    }

    /** The record of the run that the folder holds, if it holds one. */
    Optional<RunRecord> record() {
        if (!holdsRun()) {
            return Optional.empty();
        }
        try {
            RunRecord record = JSON.readValue(recordFile().toFile(), RunRecord.class);
            return Optional.of(Objects.requireNonNull(record, "the record is null"));
        } catch (JacksonException | NullPointerException failure) {
            throw new EngineException(
                    Kind.MODEL,
                    recordFile()
                            + " cannot be read, so the run in this folder cannot go on. Start anew with --fresh, or in another folder.",
                    failure);
        }
    }

    /** The record as it is written, which tells this run from every other; empty where there is none to be seen. */
    String writtenRecord() {
        try {
            return Files.readString(recordFile());
        } catch (IOException none) {
            return "";
        }
    }

    /** Makes the record durable. */
    void write(RunRecord record) {
        write(recordFile(), record);
    }

    private static void write(Path file, RunRecord record) {
        AtomicFile.write(file, JSON.writeValueAsString(record).getBytes(StandardCharsets.UTF_8));
    }

    void writePlan(Plan plan) {
        write(record().orElseThrow().withPlan(plan));
    }

    /**
     * Lets the run that was prepared take the place of what an earlier one left. Whoever is killed on the way finds a folder
     * without a run, and prepares it again.
     */
    void begin(RunRecord record) {
        clear();
        try {
            for (String name : List.of(TOKENS, TOKENIZER)) {
                Files.move(preparation().resolve(name), training().resolve(name), StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException failure) {
            throw cannot("be written", failure);
        }
        write(record);
        deleteTree(preparation());
    }

    /** Removes the run and the model that came of it; the record first, for without it the rest counts for nothing. */
    private void clear() {
        Stream.of(recordFile(), metrics(), samples(), evaluation(), evaluationTable())
                .forEach(this::delete);
        removeScaffolding();
        MODEL_FILES.forEach(names -> deleteAll(path, names));
    }

    /** Removes what only an unfinished run needs. */
    void removeScaffolding() {
        deleteAll(training(), Checkpoint.FILES);
        deleteAll(training(), BestWeights.FILES);
        deleteTree(training().resolve(TOKENS));
        deleteTree(tokenizer());
    }

    /** Gives what the folder holds another name beside it, and returns that. What is being prepared stays, and the folder held. */
    Path setAside() {
        Path whole = path.toAbsolutePath().normalize();
        Path aside = Stream.iterate(1, number -> number + 1)
                .map(number -> whole.resolveSibling(whole.getFileName() + "-" + number))
                .filter(candidate -> !Files.exists(candidate))
                .findFirst()
                .orElseThrow();
        try (FileChannel before = lock) {
            Files.move(whole, aside, StandardCopyOption.ATOMIC_MOVE);
            Folders.flush(aside.resolveSibling("."));
            hold();
            Files.move(aside.resolve(path.relativize(preparation())), preparation(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            throw cannot("be renamed", failure);
        }
        return aside;
    }

    private void deleteAll(Path folder, String names) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, names)) {
            files.forEach(this::delete);
        } catch (IOException failure) {
            throw cannot("be cleared", failure);
        }
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

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException notEmpty) {
            // Then it holds what somebody else put there.
        }
    }

    private EngineException cannot(String what, IOException failure) {
        return cannot(path, what, failure);
    }

    private static EngineException cannot(Path path, String what, IOException failure) {
        return new EngineException(
                Kind.RESOURCE,
                "The folder " + path + " cannot " + what + " (" + Reason.of(failure)
                        + "). Check that you may write there.",
                failure);
    }

    /** Lets the folder go. Where no run began nothing stays behind. */
    @Override
    public void close() {
        try (FileChannel held = lock) {
            deleteTree(preparation());
            if (!holdsRun() && !made.isEmpty()) {
                deleteQuietly(training().resolve(LOCK));
                made.forEach(RunFolder::deleteQuietly);
            }
        } catch (IOException failure) {
            throw cannot("be let go", failure);
        }
    }
}
