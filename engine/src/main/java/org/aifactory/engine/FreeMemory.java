package org.aifactory.engine;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** Memory that this process may still take without the machine swapping or its container ending it. */
public final class FreeMemory {
    private static final Path MEMINFO = Path.of("/proc/meminfo");

    private FreeMemory() {}

    /** In bytes; the most a long holds where the system does not tell. */
    public static long bytes() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean machine) {
            // Inside a container the bean knows its limit; outside, Linux's own estimate counts what caches of files
            // could give.
            boolean contained = machine.getTotalMemorySize() < line("MemTotal:");
            return contained
                    ? machine.getFreeMemorySize()
                    : Math.max(machine.getFreeMemorySize(), line("MemAvailable:"));
        }
        return Long.MAX_VALUE;
    }

    /**
     * Refuses what cannot be held.
     *
     * @param what takes the memory, as the beginning of a sentence
     * @throws EngineException of the kind RESOURCE
     */
    public static void require(long bytes, String what) {
        long free = bytes();
        if (bytes > free) {
            throw new EngineException(
                    EngineException.Kind.RESOURCE,
                    String.format(
                            Locale.ROOT,
                            "%s take %.1f GB of memory, and %.1f GB are free; use a smaller model or a machine with more memory.",
                            what,
                            bytes / 1e9,
                            free / 1e9));
        }
    }

    /** A line of Linux's account of the memory, in bytes; 0 on other systems. */
    private static long line(String name) {
        try (Stream<String> lines = Files.lines(MEMINFO)) {
            return lines.filter(line -> line.startsWith(name))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst()
                    .orElse(0);
        } catch (IOException | NumberFormatException absent) {
            return 0;
        }
    }
}
