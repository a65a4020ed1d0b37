package org.aifactory;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The platform as the launcher starts it: from jars, and, once that pays, with Java's AOT cache, which halves a start. Tests start it some
 * forty times.
 */
final class ShippedPlatform {
    private static final Path CLASSES = Path.of("target", "classes");
    private static final Path FOLDER = Path.of("target", "shipped").toAbsolutePath();
    private static final Path JAR = FOLDER.resolve("platform.jar");
    private static final Path CACHE = FOLDER.resolve("platform.aot");
    /** A rehearsal takes as long as it saves in so many starts. */
    private static final int PAYS = 5;

    private static final int REHEARSAL_MINUTES = 5;

    private static int starts;

    private ShippedPlatform() {}

    /** The jars that it consists of. */
    static synchronized String path() {
        jar();
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(place -> !place.endsWith("test-classes"))
                .map(place -> Path.of(place).endsWith(CLASSES) ? JAR.toString() : place)
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** What Java is told so that it starts sooner, where there is a way. */
    static synchronized List<String> settings() {
        jar();
        starts++;
        if (!Files.exists(CACHE) && starts == PAYS) {
            rehearse();
        }
        return Files.exists(CACHE) ? List.of("-XX:AOTCache=" + CACHE, "-Xlog:aot=off", "-Xlog:cds=off") : List.of();
    }

    private static void jar() {
        try {
            if (Files.exists(JAR) && newest().compareTo(Files.getLastModifiedTime(JAR)) < 0) {
                return;
            }
            Files.deleteIfExists(CACHE);
            Files.createDirectories(FOLDER);
            Path made = FOLDER.resolve("platform.new");
            int status = ToolProvider.findFirst("jar")
                    .orElseThrow()
                    .run(System.out, System.err, "-c", "-0", "-f", made.toString(), "-C", CLASSES.toString(), ".");
            if (status != 0) {
                throw new IllegalStateException("The platform's classes cannot be put in a jar.");
            }
            Files.move(made, JAR, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static FileTime newest() throws IOException {
        try (Stream<Path> files = Files.walk(CLASSES)) {
            return files.map(ShippedPlatform::changed).max(FileTime::compareTo).orElseThrow();
        }
    }

    private static FileTime changed(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Where it does not come about, all start as slowly as before. */
    private static void rehearse() {
        Path made = FOLDER.resolve("platform.aot.new");
        try {
            Process rehearsal = JavaProgram.command(
                            List.of("-XX:AOTCacheOutput=" + made), path(), Rehearsal.class, List.of())
                    .redirectErrorStream(true)
                    .redirectOutput(FOLDER.resolve("rehearsal.log").toFile())
                    .start();
            if (rehearsal.waitFor(REHEARSAL_MINUTES, TimeUnit.MINUTES)
                    && rehearsal.exitValue() == 0
                    && Files.exists(made)) {
                Files.move(made, CACHE, StandardCopyOption.ATOMIC_MOVE);
            }
            rehearsal.destroyForcibly();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
