package org.aifactory.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.aifactory.data.Datasets;
import org.aifactory.data.VersionId;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/**
 * The folders of runs. In {@code HOME/runs/ID} a run's programs write, and nobody else; in {@code HOME/inputs/ID} lies what they only
 * read, apart because stored files are second names of those in the data store and must not be writable to any program.
 */
@Component
class RunPlaces {
    private static final String OWNER_ONLY = "rwx------";

    private final Path runs;
    private final Path inputs;
    private final Datasets datasets;

    RunPlaces(@Value("${aifactory.home}") Path home, Datasets datasets) {
        Path root = home.toAbsolutePath().normalize();
        this.runs = root.resolve("runs");
        this.inputs = root.resolve("inputs");
        this.datasets = datasets;
    }

    /** Where a run's programs write. */
    Path folder(RunId run) {
        return runs.resolve(run.toString());
    }

    Path output(RunId run) {
        return folder(run).resolve("output");
    }

    Path checkpoint(RunId run) {
        return folder(run).resolve("checkpoint");
    }

    /** Whatever runs have written, to be read with care; paths begin with the run's id. */
    JobFiles files() {
        return new JobFiles(runs);
    }

    /** What a run's programs only read. */
    Path inputs(RunId run) {
        return inputs.resolve(run.toString());
    }

    Path data(RunId run) {
        return inputs(run).resolve("data");
    }

    Path base(RunId run) {
        return inputs(run).resolve("base");
    }

    Path program(RunId run) {
        return inputs(run).resolve("program");
    }

    /** Lays everything out that a run needs to begin; what is there already stays, so that it can be done again after a crash. */
    void prepare(Run run, Settings settings) throws IOException {
        makeOwn(folder(run.id()));
        // The engine makes its output folder itself, and refuses one that holds something else.
        Files.createDirectories(output(run.id()));
        Files.createDirectories(checkpoint(run.id()));
        makeOwn(inputs(run.id()));
        lay(run.dataset(), data(run.id()));
        lay(run.baseVersion(), base(run.id()));
        String command = settings.command();
        if (command != null) {
            write(program(run.id()), Scripts.unixLines(command));
        }
    }

    private static void makeOwn(Path folder) throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
    }

    /** The folder appears with all that belongs in it. */
    private void lay(Optional<VersionId> version, Path place) throws IOException {
        if (Files.exists(place)) {
            return;
        }
        Path parent = java.util.Objects.requireNonNull(place.getParent());
        Path made = Files.createTempDirectory(parent, place.getFileName() + ".");
        try {
            version.ifPresent(id -> datasets.materialise(id, made));
            Files.move(made, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | UncheckedIOException failure) {
            FileSystemUtils.deleteRecursively(made);
            if (!Files.exists(place)) {
                throw failure;
            }
        }
    }

    private static void write(Path place, String script) throws IOException {
        Path parent = java.util.Objects.requireNonNull(place.getParent());
        Path made = Files.createTempFile(
                parent,
                "program.",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
        Files.write(made, script.getBytes(StandardCharsets.UTF_8));
        Files.move(made, place, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Where what is about to be removed waits for it, out of everybody's sight. */
    Path going() {
        return runs.resolve(".going");
    }

    /** Removes what only a run that goes on needs. */
    void tidy(RunId run) throws IOException {
        FileSystemUtils.deleteRecursively(inputs(run));
    }
}
