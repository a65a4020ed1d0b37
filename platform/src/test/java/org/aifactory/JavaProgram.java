package org.aifactory;

import java.util.ArrayList;
import java.util.List;

/** How to start a Java program of the project, or of its tests, as a process of its own. */
public final class JavaProgram {

    private JavaProgram() {}

    /** With the classes of the tests. */
    public static ProcessBuilder ofTests(Class<?> program, String... arguments) {
        return command(List.of(), System.getProperty("java.class.path"), program, List.of(arguments));
    }

    /** Without the classes of the tests, of which Spring would take some for parts of the platform. */
    public static ProcessBuilder asShipped(Class<?> program, String... arguments) {
        return command(ShippedPlatform.settings(), ShippedPlatform.path(), program, List.of(arguments));
    }

    static ProcessBuilder command(List<String> settings, String path, Class<?> program, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx512m"));
        command.addAll(settings);
        command.addAll(List.of("-cp", path, program.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command);
    }
}
