package org.aifactory.models;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.aifactory.training.EngineProgram;
import org.aifactory.upkeep.Folders;
import org.aifactory.upkeep.Passing.Freed;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/**
 * Models as one GGUF file each, made by the engine as a process of its own when they are first asked for, and kept under the name of the
 * model's content until newer ones need the room.
 */
@Component
class GgufExports {
    private static final Logger LOG = LoggerFactory.getLogger(GgufExports.class);
    private static final String MADE = "model.gguf";
    private static final String MAKING = ".making-";
    private static final int MOST_OF_WORDS = 1000;
    /** So many files of locks stay, however many models are exported. */
    private static final int LOCKS = 16;

    private final Path folder;
    private final Models models;
    private final EngineProgram engine;
    private final InstantSource clock;
    private final ModelSettings settings;
    private final Semaphore turns;
    /** Who makes a file holds the lock of its number, and of the file of that number: within this process, and beyond. */
    private final Object[] locks = Stream.generate(Object::new).limit(LOCKS).toArray();

    GgufExports(
            @Value("${aifactory.home}") Path home,
            Models models,
            EngineProgram engine,
            InstantSource clock,
            ModelSettings settings) {
        this.folder = home.toAbsolutePath().normalize().resolve("exports");
        this.models = models;
        this.engine = engine;
        this.clock = clock;
        this.settings = settings;
        this.turns = new Semaphore(settings.exports(), true);
    }

    /** In which numbers. */
    enum Type {
        F32,
        F16,
        Q8_0;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Type named(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * The file, made now where it is not there.
     *
     * @throws Problem when the engine cannot make it of this model, or too many are being made
     */
    Path make(Model model, Type type) {
        // The slug stands in the file as the model's name.
        Path file = folder.resolve(models.content(model.id()) + "-" + model.slug() + "-" + type.word() + ".gguf");
        int number = Math.floorMod(file.hashCode(), LOCKS);
        try {
            if (!isThere(file)) {
                synchronized (locks[number]) {
                    if (!isThere(file)) {
                        makeAlone(model, type, file, folder.resolve(".lock-" + number));
                    }
                }
            }
            return file;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private boolean isThere(Path file) throws IOException {
        try {
            Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
            return true;
        } catch (NoSuchFileException notYet) {
            return false;
        }
    }

    /** One at a time for all instances of the platform that share the folder. */
    private void makeAlone(Model model, Type type, Path file, Path lockFile) throws IOException {
        Files.createDirectories(folder);
        if (!turn()) {
            throw Problem.of(ProblemType.UNAVAILABLE, "models.refused.exports-busy");
        }
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (lock.isValid() && !isThere(file)) {
                export(model, type, file);
                removeOldest(file);
            }
        } finally {
            turns.release();
        }
    }

    private boolean turn() {
        try {
            return turns.tryAcquire(settings.exportLasts().toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void export(Model model, Type type, Path file) throws IOException {
        engine.requireBuilt();
        Path work = Files.createDirectories(folder.resolve(MAKING + UUID.randomUUID()));
        try {
            Path words = work.resolve("words");
            List<String> command = engine.command(List.of(
                    "export",
                    models.folder(model.id()).toString(),
                    "--to",
                    "gguf",
                    "--type",
                    type.word(),
                    "--out",
                    work.resolve("out").toString()));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(work.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(words.toFile());
            builder.environment().putAll(engine.environment());
            Process process = builder.start();
            try {
                if (!process.waitFor(settings.exportLasts().toSeconds(), TimeUnit.SECONDS)) {
                    throw Problem.of(ProblemType.UNAVAILABLE, "models.refused.export-slow");
                }
            } finally {
                process.destroyForcibly();
            }
            if (process.exitValue() != 0) {
                throw Problem.of(ProblemType.AGAINST_RULES, "models.refused.export", lastWords(words, model));
            }
            Files.move(work.resolve("out").resolve(MADE), file, StandardCopyOption.ATOMIC_MOVE);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw Problem.of(ProblemType.UNAVAILABLE, "models.refused.stopping");
        } finally {
            FileSystemUtils.deleteRecursively(work);
        }
    }

    /** What the engine said, without the names of folders here. */
    private String lastWords(Path words, Model model) throws IOException {
        String said = Files.readString(words).strip();
        String end = said.substring(Math.max(0, said.length() - MOST_OF_WORDS));
        return end.replace(models.folder(model.id()).toString(), model.slug())
                .replace(folder.toString(), "")
                .lines()
                .reduce("", (before, line) -> line);
    }

    /** Lets those go that were not asked for the longest, until the rest fits. */
    private void removeOldest(Path spared) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> exports = Files.newDirectoryStream(folder, "*.gguf")) {
            exports.forEach(files::add);
        }
        files.sort(Comparator.comparing(GgufExports::used).reversed());
        long room = settings.exportsKept().toBytes();
        for (Path file : files) {
            room -= size(file);
            if (room < 0 && !file.equals(spared)) {
                // Whoever is reading it keeps it until they are done.
                Files.deleteIfExists(file);
                LOG.info("Removed the export {} to make room", file.getFileName());
            }
        }
    }

    /** What a platform left that was killed in the middle, and the locks of earlier ones, one for each file. */
    Freed removeLeftovers(Instant before) throws IOException {
        return Folders.removeLeftovers(folder, before, child -> {
            String name = String.valueOf(child.getFileName());
            return name.startsWith(MAKING) || name.endsWith(".gguf.lock");
        });
    }

    private static Instant used(Path file) {
        try {
            return Files.getLastModifiedTime(file).toInstant();
        } catch (IOException gone) {
            return Instant.EPOCH;
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException gone) {
            return 0;
        }
    }
}
