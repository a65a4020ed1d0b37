package org.aifactory.engine.training;

import java.util.ArrayList;
import java.util.List;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.Ops;
import org.aifactory.engine.model.WeightLayout;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Muon for the matrices of the blocks, AdamW for embeddings and norms (or AdamW for all), over one flat array of weights. The
 * two share the learning rate: Muon's steps are scaled to the size of AdamW's (Liu et al. 2025, arXiv:2502.16982).
 */
public final class Optimizer {

    /** Which rule moves the matrices of the blocks. */
    public enum Kind {
        MUON,
        ADAM_W
    }

    private static final double MOMENTUM = 0.95;
    private static final double BETA_1 = 0.9;
    private static final double BETA_2 = 0.95;
    private static final double EPSILON = 1e-8;

    private final Tensor weights;
    private final Tensor gradient;
    private final Tensor first; // AdamW's mean of gradients, or Muon's momentum
    private final Tensor second; // AdamW's mean of squared gradients
    private final Tensor step; // one element, beside the weights: the fused kernel reads it on their device
    private final double weightDecay;
    private final List<WeightLayout.Entry> byMuon = new ArrayList<>();
    private final List<WeightLayout.Entry> byAdamW = new ArrayList<>();
    private final Muon muon;

    /**
     * @param weights flat weights, 32 bits
     * @param gradient flat gradient, 32 bits, read at every step
     */
    Optimizer(ModelConfig config, Tensor weights, Tensor gradient, Kind kind, double weightDecay, Precision precision) {
        this.weights = weights;
        this.gradient = gradient;
        this.first = Ops.scoped(() -> torch.zeros_like(weights));
        this.second = Ops.scoped(() -> torch.zeros_like(weights));
        this.step = Ops.scoped(() -> torch.zeros_like(weights.narrow(0, 0, 1)));
        this.weightDecay = weightDecay;
        this.muon = new Muon(MOMENTUM, weightDecay, precision.type());
        for (WeightLayout.Entry entry : WeightLayout.of(config).entries()) {
            (kind == Kind.MUON && entry.isBlockMatrix() ? byMuon : byAdamW).add(entry);
        }
    }

    /** Moves the weights once; {@code team} shares the work. */
    void step(Team team, double learningRate) {
        step.add_(new Scalar(1.0));
        team.run(byMuon.size() + byAdamW.size(), task -> {
            if (task < byMuon.size()) {
                WeightLayout.Entry entry = byMuon.get(task);
                muon.step(view(weights, entry), view(gradient, entry), view(first, entry), learningRate);
            } else {
                adamW(byAdamW.get(task - byMuon.size()), learningRate);
            }
        });
    }

    private void adamW(WeightLayout.Entry entry, double learningRate) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            boolean isMatrix = entry.shape().size() == 2;
            Ops.adamW(
                    new TensorVector(view(weights, entry)),
                    new TensorVector(view(gradient, entry)),
                    new TensorVector(view(first, entry)),
                    new TensorVector(view(second, entry)),
                    new TensorVector(step),
                    new Ops.AdamWOptions(learningRate, BETA_1, BETA_2, isMatrix ? weightDecay : 0, EPSILON));
        }
    }

    private static Tensor view(Tensor flat, WeightLayout.Entry entry) {
        long[] shape = entry.shape().stream().mapToLong(Long::longValue).toArray();
        return Ops.scoped(() -> flat.narrow(0, entry.offset(), entry.size()).view(shape));
    }

    /** What a checkpoint keeps beside the weights: both moments and the count of steps. */
    List<Tensor> state() {
        return List.of(first, second, step);
    }
}
