package org.aifactory.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;

/** Another program that runs to its end; what it says on standard error is passed on. It does not outlive this one. */
final class Child {
    private static final Path ROOT = Path.of(System.getProperty("aifactory.root", "."));

    private Child() {}

    /** Runs {@code ./aifactory} with the words given and returns the lines it printed. */
    static List<String> aifactory(String... words) {
        List<String> command = new ArrayList<>(List.of(file("aifactory").toString()));
        command.addAll(List.of(words));
        return run(command, _ -> {});
    }

    /** Runs {@code ./aifactory} until it says a line that begins with {@code start}, on either stream, and then ends it. */
    static String aifactoryUntil(String start, String... words) {
        List<String> command = new ArrayList<>(List.of(file("aifactory").toString()));
        command.addAll(List.of(words));
        StringBuilder said = new StringBuilder();
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (BufferedReader lines = process.inputReader()) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith(start)) {
                        return line;
                    }
                    said.append(line).append('\n');
                }
            } finally {
                process.destroyForcibly().waitFor();
            }
        } catch (IOException failure) {
            throw new EngineException(
                    Kind.RESOURCE, command.getFirst() + " cannot be run: " + failure.getMessage() + ".", failure);
        } catch (InterruptedException interruption) {
            throw interrupted(interruption);
        }
        throw new EngineException(
                Kind.RESOURCE, String.join(" ", command) + " ended without getting to \"" + start + "\": " + said);
    }

    static EngineException interrupted(InterruptedException interruption) {
        Thread.currentThread().interrupt();
        return new EngineException(Kind.RESOURCE, "The benchmark was interrupted; start again.", interruption);
    }

    /** A program of this name on the PATH. */
    static Optional<Path> onPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** A file of the project. */
    static Path file(String... names) {
        return ROOT.resolve(String.join("/", names));
    }

    /**
     * Runs a command.
     *
     * @param heard told each line of standard output as it comes
     * @return all of them
     * @throws EngineException of the kind RESOURCE when the command cannot be run or fails
     */
    static List<String> run(List<String> command, Consumer<String> heard) {
        return run(command, Map.of(), heard);
    }

    /** @param environment variables beside those of this program */
    static List<String> run(List<String> command, Map<String, String> environment, Consumer<String> heard) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        // The launcher sets it for LibTorch's sake; others are to run as they like best.
        builder.environment().remove("OPENBLAS_NUM_THREADS");
        builder.environment().putAll(environment);
        List<String> said = new ArrayList<>();
        try {
            Process process = builder.start();
            Thread killer = new Thread(process::destroy);
            Runtime.getRuntime().addShutdownHook(killer);
            try (BufferedReader lines = process.inputReader()) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    heard.accept(line);
                    said.add(line);
                }
            }
            int status = process.waitFor();
            Runtime.getRuntime().removeShutdownHook(killer);
            if (status != 0) {
                throw new EngineException(
                        Kind.RESOURCE,
                        String.join(" ", command) + " ended with status " + status + "; what it said stands above.");
            }
            return said;
        } catch (IOException failure) {
            throw new EngineException(
                    Kind.RESOURCE, command.getFirst() + " cannot be run: " + failure.getMessage() + ".", failure);
        } catch (InterruptedException interruption) {
            throw interrupted(interruption);
        }
    }
}
