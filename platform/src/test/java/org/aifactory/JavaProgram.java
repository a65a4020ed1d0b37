package org.aifactory;

import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** How to start a Java program of the project, or of its tests, as a process of its own. */
public final class JavaProgram {

    private JavaProgram() {}

    /** With the classes of the tests. */
    public static ProcessBuilder ofTests(Class<?> program, String... arguments) {
        return command(System.getProperty("java.class.path"), program, List.of(arguments));
    }

    /** Without the classes of the tests, of which Spring would take some for parts of the platform. */
    public static ProcessBuilder asShipped(Class<?> program, String... arguments) {
        String path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(place -> !place.endsWith("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
        return command(path, program, List.of(arguments));
    }

    private static ProcessBuilder command(String path, Class<?> program, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-cp",
                path,
                program.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command);
    }
}
