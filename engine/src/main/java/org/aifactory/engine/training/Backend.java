package org.aifactory.engine.training;

import java.util.stream.DoubleStream;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** What only LibTorch can tell of this machine. */
public final class Backend {
    private static final int PROBES = 5;

    private Backend() {}

    /** Loads LibTorch, which otherwise happens at its first use: a second, or some more where it has to be unpacked first. */
    static void loadLibrary() {
        Loader.load(torch.class);
    }

    /**
     * The first GPU, with the memory that is free on it.
     *
     * @throws EngineException of the kind RESOURCE where there is none
     */
    static Hardware gpu() {
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

    /**
     * Floating-point operations per second of a matrix product, 1024 cubed on each core or 8192 cubed on a GPU, all together: the
     * best of a few tries.
     */
    public static double measurePeak(Hardware hardware, Team team) {
        long size = hardware.isGpu() ? 8192 : 1024;
        int repeats = hardware.isGpu() ? 20 : 1;
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor matrix = torch.ones(size, size)
                    .to(hardware.device(), hardware.precision().type());
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
