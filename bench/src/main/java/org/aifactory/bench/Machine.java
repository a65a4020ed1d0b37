package org.aifactory.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;

/**
 * What was measured on, in general words.
 *
 * @param instructions those for 16-bit matrix products, where the processor has them
 * @param load processes that ran on average in the minute before; more than a few tenths and the figures are not worth much
 */
record Machine(String processor, int cores, long memoryGibibytes, String instructions, String java, double load) {

    static Machine describe() {
        List<String> cpu = lines(Path.of("/proc/cpuinfo"));
        long kibibytes = lines(Path.of("/proc/meminfo")).stream()
                .filter(line -> line.startsWith("MemTotal:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
        return new Machine(
                value(cpu, "model name"),
                Runtime.getRuntime().availableProcessors(),
                Math.round(kibibytes / 1024.0 / 1024.0),
                instructions(value(cpu, "flags")),
                System.getProperty("java.version", ""),
                Math.max(0, ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
    }

    private static String instructions(String flags) {
        return flags.contains("amx_bf16") ? "amx_bf16" : flags.contains("avx512_bf16") ? "avx512_bf16" : "none";
    }

    private static String value(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException notLinux) {
            return List.of();
        }
    }

    String sentence() {
        return "Measured on %s: %d cores of %s (instructions for 16-bit products: %s), %d GiB, JDK %s; load before: %.1f.\n"
                .formatted(
                        LocalDate.now(ZoneId.systemDefault()),
                        cores,
                        processor,
                        instructions,
                        memoryGibibytes,
                        java,
                        load);
    }
}
