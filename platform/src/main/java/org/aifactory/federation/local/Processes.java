package org.aifactory.federation.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.aifactory.federation.JobKey;

/** What the kernel knows of processes, in {@code /proc}. */
final class Processes {
    private static final Path PROC = Path.of("/proc");
    /** The 22nd field of a process's stat, counted from the one after its name. */
    private static final int START_TICKS = 19;

    private static final long KIB = 1024;

    private Processes() {}

    /** The name of the present boot; another after each. */
    static String boot() {
        try {
            return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** When a process began, in ticks since the boot; empty where there is none. One that has ended and is not yet buried is none. */
    static Optional<Long> startTicks(long pid) {
        try {
            String stat = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return fields[0].equals("Z") ? Optional.empty() : Optional.of(Long.parseLong(fields[START_TICKS]));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** The memory that a process and all that it has begun have for themselves, in bytes; files that they have mapped are not counted. */
    static long memory(long pid) {
        return ProcessHandle.of(pid).stream()
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .mapToLong(process -> ownMemory(process.pid()))
                .sum();
    }

    private static long ownMemory(long pid) {
        try (Stream<String> lines = Files.lines(PROC.resolve(pid + "/status"), StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith("RssAnon:") || line.startsWith("RssShmem:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIB)
                    .sum();
        } catch (IOException | UncheckedIOException gone) {
            return 0;
        }
    }

    /** Ends everything that bears a job's name in its environment, whatever became of the process that watched it. */
    static void killAll(JobKey key) {
        Set<String> marks = Set.of(Launcher.KEY + "=" + key, Launcher.PREFIX + Launcher.KEY + "=" + key);
        for (long pid : all()) {
            if (environment(pid).stream().anyMatch(marks::contains)) {
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            }
        }
    }

    private static List<Long> all() {
        List<Long> pids = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            processes.forEach(
                    process -> pids.add(Long.parseLong(process.getFileName().toString())));
            return pids;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static List<String> environment(long pid) {
        try {
            String all = Files.readString(PROC.resolve(pid + "/environ"), StandardCharsets.ISO_8859_1);
            return List.of(all.split("\0", -1));
        } catch (IOException goneOrForeign) {
            return List.of();
        }
    }

    /**
     * Sends a signal.
     *
     * @param target a process, or where it is negative a process group
     */
    static void signal(String name, long target) throws IOException {
        new ProcessBuilder("bash", "-c", "kill -s \"$0\" -- \"$1\"", name, Long.toString(target))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
