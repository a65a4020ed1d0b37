package org.aifactory.engine.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.FreeMemory;
import org.aifactory.engine.model.ModelConfig;
import org.bytedeco.pytorch.Device;

/**
 * What a machine offers to a run. Nothing of LibTorch is loaded to describe one, so that a run can be planned without it.
 *
 * @param deviceName {@code cpu} or {@code cuda}
 * @param cores processor cores that work
 * @param precision the fastest number format that trains well here
 * @param memoryBytes free memory for the model and its training
 * @param processes how many train together, each with a machine or a GPU like this
 */
public record Hardware(String deviceName, int cores, Precision precision, long memoryBytes, int processes) {
    private static final Path CPU_INFORMATION = Path.of("/proc/cpuinfo");
    private static final int BFLOAT16_WIDTH_MIN = 256;

    /** For one process. */
    public Hardware(String deviceName, int cores, Precision precision, long memoryBytes) {
        this(deviceName, cores, precision, memoryBytes, 1);
    }

    /** So many of it, one for each process. */
    Hardware times(int number) {
        return new Hardware(deviceName, cores, precision, memoryBytes, number);
    }

    /** Cores, or GPUs, of all processes together. */
    int workers() {
        return cores * processes;
    }

    /**
     * Looks at the machine.
     *
     * @param deviceName {@code cpu} or {@code cuda}
     */
    public static Hardware detect(String deviceName) {
        return switch (deviceName) {
            case "cpu" ->
                new Hardware(
                        "cpu",
                        Runtime.getRuntime().availableProcessors(),
                        hasBfloat16() ? Precision.BFLOAT16 : Precision.FLOAT32,
                        FreeMemory.bytes());
            case "cuda" -> Backend.gpu();
            default -> throw new EngineException(Kind.INPUT, "--device is cpu or cuda, not " + deviceName + ".");
        };
    }

    /** Only with instructions of their own are 16-bit products faster than 32-bit ones; without, they are five times slower. */
    private static boolean hasBfloat16() {
        List<String> flags = lines(CPU_INFORMATION).stream()
                .filter(line -> line.startsWith("flags"))
                .limit(1)
                .toList();
        return flags.stream().anyMatch(line -> line.contains(" avx512_bf16") || line.contains(" amx_bf16"));
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException notLinux) {
            return List.of();
        }
    }

    /**
     * The number format for a model: below some width the conversions of 16-bit products cost a CPU more than they save (measured,
     * see docs/performance.md).
     */
    Precision precisionFor(ModelConfig model) {
        boolean narrow = !isGpu() && model.width() < BFLOAT16_WIDTH_MIN;
        return narrow ? Precision.FLOAT32 : precision;
    }

    boolean isGpu() {
        return deviceName.equals("cuda");
    }

    public Device device() {
        return new Device(deviceName);
    }

    /** Tokens of a micro-batch: a GPU is only busy with many, a core is faster with what stays in its cache. */
    int microBatchTokens() {
        return isGpu() ? 16_384 : 1024;
    }
}
