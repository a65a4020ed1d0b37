package org.aifactory.federation.local;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What this computer has for jobs.
 *
 * @param cores the numbers of the cores that this program may use
 * @param gpus the numbers of the NVIDIA GPUs that this program can see
 */
record Computer(List<Integer> cores, List<Integer> gpus, long memoryBytes) {
    private static final Path DEVICES = Path.of("/dev");
    private static final String GPU = "nvidia";

    Computer {
        cores = List.copyOf(cores);
        gpus = List.copyOf(gpus);
    }

    /** A container may have fewer cores and less memory than the machine below it, and this program sees the container's. */
    static Computer detect() {
        try {
            var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            List<Integer> allowed = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("Cpus_allowed_list:"))
                    .flatMap(line -> numbers(line.substring(line.indexOf(':') + 1)).stream())
                    .limit(Runtime.getRuntime().availableProcessors())
                    .toList();
            return new Computer(allowed, installedGpus(), system.getTotalMemorySize());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The numbers in a list as the kernel writes it: {@code 0-3,8}. */
    static List<Integer> numbers(String list) {
        List<Integer> numbers = new ArrayList<>();
        for (String range : list.strip().split(",", -1)) {
            String[] ends = range.split("-", -1);
            IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]))
                    .forEach(numbers::add);
        }
        return numbers;
    }

    private static List<Integer> installedGpus() throws IOException {
        List<Integer> gpus = new ArrayList<>();
        try (DirectoryStream<Path> devices = Files.newDirectoryStream(DEVICES, GPU + "[0-9]*")) {
            for (Path device : devices) {
                gpus.add(Integer.valueOf(device.getFileName().toString().substring(GPU.length())));
            }
        }
        return gpus.stream().sorted().toList();
    }
}
