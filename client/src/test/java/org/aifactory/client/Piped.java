package org.aifactory.client;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import org.aifactory.client.Program.Run;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The client as a process of its own, as a script runs it: its input and output are files, and there is no terminal. */
final class Piped {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int PATIENCE_SECONDS = 300;

    private final Path home;
    private final Map<String, String> environment = new HashMap<>();
    private String language = "en";

    Piped(Path home, String server) {
        this.home = home;
        environment.put("HOME", home.toString());
        environment.put("AIFACTORY_SERVER", server);
        environment.put("LC_ALL", "C.UTF-8");
    }

    Piped with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Of a person whose computer speaks another language. */
    Piped speaking(String other) {
        language = other;
        return this;
    }

    Run run(String... words) throws IOException, InterruptedException {
        return runWithInput("", words);
    }

    Run runWithInput(String input, String... words) throws IOException, InterruptedException {
        Started started = start(input, words);
        return started.end();
    }

    /** What it prints with {@code --json}. */
    JsonNode json(String... words) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(words));
        all.add("--json");
        Run run = run(all.toArray(String[]::new));
        if (run.status() != 0) {
            throw new AssertionError(String.join(" ", all) + " ended with " + run);
        }
        return JSON.readTree(run.out());
    }

    /** The client in jars, of which Java keeps what it has laid out for the next start, as it does for people. */
    private static final class Shipped {
        private static final Path FOLDER = Path.of("target/shipped").toAbsolutePath();
        static final Path ARCHIVE = FOLDER.resolve("client.jsa");
        static final String PATH = path();

        private Shipped() {}

        private static String path() {
            Path jar = FOLDER.resolve("client.jar");
            Path classes = Path.of("target/classes");
            FOLDER.toFile().mkdirs();
            if (ToolProvider.findFirst("jar")
                            .orElseThrow()
                            .run(System.out, System.err, "-c", "-f", jar.toString(), "-C", classes.toString(), ".")
                    != 0) {
                throw new AssertionError("The client's classes cannot be put in a jar.");
            }
            return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                    .filter(place -> !place.endsWith("test-classes"))
                    .map(place -> Path.of(place).endsWith(classes) ? jar.toString() : place)
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }

    /** One that goes on beside the test. */
    record Started(Process process, Path out, Path err) {

        Run end() throws IOException, InterruptedException {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("No end: " + Files.readString(out) + Files.readString(err));
            }
            return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
        }

        /** Presses Ctrl-C once this was printed. */
        Run interruptAfter(String word) throws IOException, InterruptedException {
            Instant end = Instant.now().plusSeconds(PATIENCE_SECONDS);
            while (!(Files.readString(out) + Files.readString(err)).contains(word)) {
                if (!process.isAlive() || Instant.now().isAfter(end)) {
                    throw new AssertionError(
                            "Nothing of " + word + ": " + Files.readString(out) + Files.readString(err));
                }
                Thread.sleep(50);
            }
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                    .start()
                    .waitFor();
            return end();
        }
    }

    Started start(String input, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                // Whoever runs these tests in the background has them ignore Ctrl-C, and what they start with them.
                "env",
                "--default-signal=INT",
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xlog:disable",
                "-Xlog:all=off",
                "-XX:+AutoCreateSharedArchive",
                "-XX:SharedArchiveFile=" + Shipped.ARCHIVE,
                "-Duser.language=" + language,
                "-cp",
                Shipped.PATH,
                Main.class.getName()));
        command.addAll(List.of(words));
        Path in = Files.writeString(Files.createTempFile(home, "in", ".txt"), input);
        Path out = Files.createTempFile(home, "out", ".txt");
        Path err = Files.createTempFile(home, "err", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("AIFACTORY_"));
        builder.environment().putAll(environment);
        return new Started(builder.start(), out, err);
    }
}
