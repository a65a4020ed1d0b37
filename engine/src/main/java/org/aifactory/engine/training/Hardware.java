package org.aifactory.engine.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.DoubleStream;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.FreeMemory;
import org.aifactory.engine.model.ModelConfig;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What this machine offers to a run.
 *
 * @param deviceName {@code cpu} or {@code cuda}
 * @param cores processor cores that work
 * @param precision the fastest number format that trains well here
 * @param memoryBytes free memory for the model and its training
 */
public record Hardware(String deviceName, int cores, Precision precision, long memoryBytes) {
    private static final Path CPU_INFORMATION = Path.of("/proc/cpuinfo");
    private static final int PROBES = 5;
    private static final int BFLOAT16_WIDTH_MIN = 256;

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
            case "cuda" -> cuda();
            default -> throw new EngineException(Kind.INPUT, "--device is cpu or cuda, not " + deviceName + ".");
        };
    }

    private static Hardware cuda() {
        if (!torch.cuda_is_available()) {
            throw new EngineException(
                    Kind.RESOURCE,
                    "This build sees no NVIDIA GPU. --device cuda needs the build for GPUs (export AIFACTORY_MAVEN_ARGS=-Pgpu), a "
                            + "driver for CUDA 13, and CUDA 13, cuDNN 9 and NCCL 2 in LD_LIBRARY_PATH; or leave --device away to "
                            + "train on the CPU.");
        }
        try (PointerScope scope = new PointerScope()) {
            long free = torch.getMemoryInfo((byte) 0).first();
            return new Hardware("cuda", 1, Precision.BFLOAT16, free);
        }
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

    /** Loads LibTorch, which otherwise happens at its first use: a second, or some more where it has to be unpacked first. */
    static void loadLibrary() {
        Loader.load(torch.class);
    }

    public Device device() {
        return new Device(deviceName);
    }

    /** Tokens of a micro-batch: a GPU is only busy with many, a core is faster with what stays in its cache. */
    int microBatchTokens() {
        return isGpu() ? 16_384 : 1024;
    }

    /**
     * Floating-point operations per second of a matrix product, 1024 cubed on each core or 8192 cubed on a GPU, all together: the
     * best of a few tries.
     */
    public double measurePeak(Team team) {
        long size = isGpu() ? 8192 : 1024;
        int repeats = isGpu() ? 20 : 1;
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor matrix = torch.ones(size, size).to(device(), precision.type());
            double seconds = DoubleStream.generate(() -> secondsForProducts(team, matrix, repeats))
                    .limit(PROBES)
                    .min()
                    .orElseThrow();
            return team.size() * repeats * 2.0 * size * size * size / seconds;
        }
    }

    private static double secondsForProducts(Team team, Tensor matrix, int repeats) {
        long start = System.nanoTime();
        team.run(member -> {
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                for (int i = 0; i < repeats; i++) {
                    matrix.mm(matrix).close();
                }
                // Reading a number back waits for a GPU to finish.
                matrix.narrow(0, 0, 1).sum().to(ScalarType.Float).item_double();
            }
        });
        return (System.nanoTime() - start) / 1e9;
    }
}
