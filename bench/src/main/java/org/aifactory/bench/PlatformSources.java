package org.aifactory.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;

/** Programs that measure what the platform shows nothing of outside of its packages: they are compiled into these, and run as processes. */
final class PlatformSources {
    private final String classes;

    private PlatformSources(String classes) {
        this.classes = classes;
    }

    /**
     * Compiles all that lies in a folder of {@code bench}.
     *
     * @param classes the folder for what comes out
     */
    static PlatformSources compiled(String folder, Path classes) {
        try (Stream<Path> found = Files.walk(Child.file("bench", folder))) {
            List<String> words = new ArrayList<>(
                    List.of(program("javac"), "-proc:none", "-d", classes.toString(), "-cp", platform()));
            found.filter(file -> file.toString().endsWith(".java"))
                    .map(Path::toString)
                    .forEach(words::add);
            Child.run(words, _ -> {});
            return new PlatformSources(classes.toString());
        } catch (IOException failure) {
            throw new EngineException(
                    Kind.RESOURCE, "bench/" + folder + " cannot be read: " + failure.getMessage() + ".", failure);
        }
    }

    /** The lines that the program prints. */
    List<String> run(String main, List<String> words, Map<String, String> environment) {
        List<String> command = new ArrayList<>(List.of(
                program("java"),
                "-Xmx2g",
                "-XX:+UseSerialGC",
                // OR-Tools comes as native libraries.
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                classes + File.pathSeparator + platform(),
                main));
        command.addAll(words);
        return Child.run(command, environment, _ -> {});
    }

    private static String program(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    private static String platform() {
        return Child.file("platform", "target") + "/*:" + Child.file("platform", "target", "lib") + "/*";
    }
}
