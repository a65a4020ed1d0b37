package org.aifactory.training;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.stereotype.Component;

/** How the engine is started: as the launcher does it, in a process of its own. */
@Component
public class EngineProgram {
    private static final String MAIN = "org.aifactory.engine.cli.Main";

    private final Path root;
    private final Path javaHome;
    private final String heap;

    EngineProgram(EngineSettings settings) {
        this.root = Path.of(settings.root()).toAbsolutePath().normalize();
        String home = settings.javaHome();
        this.javaHome = Path.of(home == null ? System.getProperty("java.home") : home)
                .toAbsolutePath()
                .normalize();
        this.heap = settings.heap();
    }

    /** Where its own classes are. */
    Path folder() {
        return root.resolve("engine/target");
    }

    /** Everything of it that a machine must have: its classes, and its Java. */
    List<Path> needs() {
        return List.of(folder(), javaHome);
    }

    /** @throws Problem when it was not built */
    public void requireBuilt() {
        if (!Files.isDirectory(root.resolve("engine/target/lib"))) {
            throw Problem.of(ProblemType.UNAVAILABLE, "training.refused.no-engine");
        }
    }

    /** The command line of the engine with these words after it. */
    public List<String> command(List<String> words) {
        List<String> command = new ArrayList<>(List.of(
                javaHome.resolve("bin/java").toString(),
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                // JavaCPP would end a run at four times Java's heap; what a job takes is watched by its machine.
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                "-Dorg.bytedeco.javacpp.maxBytes=0",
                "-Dorg.bytedeco.javacpp.logger=slf4j",
                "-Daifactory.root=" + root,
                "-Daifactory.terminal=false",
                "-cp",
                root.resolve("engine/target") + "/*:" + root.resolve("engine/target/lib") + "/*",
                MAIN,
                "engine"));
        command.addAll(words);
        return command;
    }

    /** Which engine it is, as its build wrote it down; empty where it was not built. */
    public Optional<String> version() {
        try (DirectoryStream<Path> archives = Files.newDirectoryStream(root.resolve("engine/target"), "engine-*.jar")) {
            for (Path archive : archives) {
                try (JarFile jar = new JarFile(archive.toFile())) {
                    Manifest manifest = jar.getManifest();
                    if (manifest != null) {
                        return Optional.ofNullable(
                                manifest.getMainAttributes().getValue(Attributes.Name.IMPLEMENTATION_VERSION));
                    }
                }
            }
        } catch (IOException unknown) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    /** OpenBLAS and LibTorch each keep a thread pool; left alone they fight over the cores. */
    public Map<String, String> environment() {
        return Map.of("OPENBLAS_NUM_THREADS", "1");
    }
}
