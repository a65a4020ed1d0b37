package org.aifactory.engine.model;

import java.lang.foreign.MemorySegment;
import org.aifactory.engine.FreeMemory;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Making, reading and writing flat weight tensors. */
public final class Weights {
    private static final double EMBEDDING_DEVIATION_MAX = 0.02;
    /** Logit that a fresh model gives to the token it has just read, where it reads and predicts with the same embeddings. */
    private static final double ECHO = 5.12;

    private Weights() {}

    /** A flat 32-bit tensor of zeros on the CPU that lives until its Java object does. */
    public static Tensor zeros(ModelConfig config) {
        long parameters = config.parameters();
        FreeMemory.require(parameters * Float.BYTES, "The weights of this model");
        return Ops.scoped(() -> torch.zeros(parameters));
    }

    /**
     * Fresh weights: scales of norms one, matrices normal with deviation 1/sqrt(columns), and those that write to the residual
     * stream zero, so that each block begins as the identity. Embeddings are normal with deviation 0.02, and less in a broad model:
     * with blocks that change nothing, a token predicts itself with a logit of deviation times width, and the loss would begin the
     * further above that of guessing by chance the broader the model is.
     */
    public static Tensor random(ModelConfig config, long seed) {
        Tensor flat = zeros(config);
        torch.manual_seed(seed);
        try (NoGradGuard guard = new NoGradGuard()) {
            for (WeightLayout.Entry entry : WeightLayout.of(config).entries()) {
                initialize(Ops.scoped(() -> flat.narrow(0, entry.offset(), entry.size())), entry, config.width());
            }
        }
        return flat;
    }

    private static void initialize(Tensor weight, WeightLayout.Entry entry, int width) {
        if (entry.shape().size() == 1) {
            weight.fill_(new Scalar(1.0));
        } else if (!entry.isBlockMatrix()) {
            weight.normal_(0, Math.min(EMBEDDING_DEVIATION_MAX, ECHO / width), new GeneratorOptional());
        } else if (!entry.name().endsWith("o_proj.weight") && !entry.name().endsWith("down_proj.weight")) {
            weight.normal_(0, 1 / Math.sqrt(entry.shape().get(1)), new GeneratorOptional());
        }
    }

    /** The memory of a 32-bit tensor on the CPU, for as long as the tensor lives. */
    @SuppressWarnings("restricted") // LibTorch owns the memory; its length is what the tensor says.
    public static MemorySegment segment(Tensor tensor) {
        if (tensor.is_cuda() || tensor.scalar_type().intern() != ScalarType.Float) {
            throw new IllegalArgumentException("only 32-bit tensors on the CPU can be read in place");
        }
        return MemorySegment.ofAddress(tensor.data_ptr().address()).reinterpret(tensor.nbytes());
    }

    /** {@code tensor} itself where it is on the CPU, else a copy there. */
    public static Tensor onCpu(Tensor tensor) {
        return tensor.is_cuda() ? Ops.scoped(() -> tensor.to(new Device("cpu"), ScalarType.Float)) : tensor;
    }
}
