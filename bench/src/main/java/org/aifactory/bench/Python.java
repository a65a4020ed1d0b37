package org.aifactory.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A Python interpreter, and the scripts in {@code bench/python} that measure what others would use. A script prints one JSON object
 * a line; what it says on standard error is passed on.
 */
record Python(Path interpreter) {
    private static final Path SCRIPTS = Path.of(System.getProperty("aifactory.root", "."), "bench", "python");

    /** The interpreter that {@code AIFACTORY_PYTHON} names, else {@code python3} on the PATH. */
    static Optional<Python> find() {
        String named = System.getenv("AIFACTORY_PYTHON");
        if (named != null && !named.isEmpty()) {
            if (!Files.isExecutable(Path.of(named))) {
                throw new EngineException(
                        Kind.INPUT, "AIFACTORY_PYTHON is " + named + ", which is no program that can be run.");
            }
            return Optional.of(new Python(Path.of(named)));
        }
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            Path candidate = Path.of(folder, "python3");
            if (Files.isExecutable(candidate)) {
                return Optional.of(new Python(candidate));
            }
        }
        return Optional.empty();
    }

    /** Whether a library can be imported. */
    boolean has(String library) {
        try {
            return new ProcessBuilder(interpreter.toString(), "-c", "import " + library)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException notRunnable) {
            return false;
        } catch (InterruptedException interruption) {
            throw interrupted(interruption);
        }
    }

    /**
     * Runs a script to its end.
     *
     * @param heard told each line as it comes
     * @return all lines
     * @throws EngineException of the kind RESOURCE when the script fails
     */
    List<JsonNode> run(String script, List<String> arguments, Consumer<JsonNode> heard) {
        List<String> command = new ArrayList<>(
                List.of(interpreter.toString(), SCRIPTS.resolve(script).toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        // The launcher sets it for LibTorch's sake; others are to run as they like best.
        builder.environment().remove("OPENBLAS_NUM_THREADS");
        List<JsonNode> objects = new ArrayList<>();
        try {
            Process process = builder.start();
            Thread killer = new Thread(process::destroy);
            Runtime.getRuntime().addShutdownHook(killer);
            try (BufferedReader lines = process.inputReader()) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    JsonNode object = JsonMapper.shared().readTree(line);
                    heard.accept(object);
                    objects.add(object);
                }
            }
            int status = process.waitFor();
            Runtime.getRuntime().removeShutdownHook(killer);
            if (status != 0) {
                throw new EngineException(
                        Kind.RESOURCE,
                        script + " ended with status " + status + " under " + interpreter
                                + "; the lines above say why. Set AIFACTORY_PYTHON to another Python, or to none that has torch.");
            }
            return objects;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interruption) {
            throw interrupted(interruption);
        }
    }

    private static EngineException interrupted(InterruptedException interruption) {
        Thread.currentThread().interrupt();
        return new EngineException(Kind.RESOURCE, "The benchmark was interrupted; start again.", interruption);
    }
}
