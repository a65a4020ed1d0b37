package org.aifactory.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Java program of the tests in a process of its own, which can be measured, stopped and killed. */
public final class ChildProcess implements AutoCloseable {
    private static final long MINUTES_MAX = 3;

    private final Process process;
    private final Path output;
    private final Path errors;

    /** What a process left behind. */
    public record Ended(int status, String output, String errors) {}

    private ChildProcess(Process process, Path output, Path errors) {
        this.process = process;
        this.output = output;
        this.errors = errors;
    }

    /** Starts the {@code main} of a class. */
    public static ChildProcess of(Class<?> program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("child", ".out");
        Path errors = Files.createTempFile("child", ".err");
        Process process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        return new ChildProcess(process, output, errors);
    }

    /** What it has said on standard error so far. */
    public String errors() throws IOException {
        return Files.readString(errors, StandardCharsets.UTF_8);
    }

    public Process process() {
        return process;
    }

    /** Waits for its end. */
    public Ended run() throws IOException, InterruptedException {
        try (this) {
            if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)) {
                throw new AssertionError("still running after " + MINUTES_MAX + " minutes: " + errors());
            }
            return new Ended(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8), errors());
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.deleteIfExists(output);
        Files.deleteIfExists(errors);
    }
}
