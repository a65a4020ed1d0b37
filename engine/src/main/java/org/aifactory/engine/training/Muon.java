package org.aifactory.engine.training;

import org.aifactory.engine.model.Ops;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Muon (Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks"): momentum, made nearly orthogonal by a
 * Newton-Schulz iteration, so that every direction of a matrix moves by the same amount.
 *
 * @param momentum share of the past kept in the running mean of gradients
 * @param weightDecay decoupled decay per unit of learning rate
 * @param type number format of the iteration, which bears 16 bits
 */
record Muon(double momentum, double weightDecay, ScalarType type) {
    private static final int ITERATIONS = 5;
    // Coefficients of the quintic that brings singular values of 0..1 near 1 fastest (Jordan et al. 2024).
    private static final double A = 3.4445;
    private static final double B = -4.7750;
    private static final double C = 2.0315;
    // Root mean square of AdamW's steps, which the learning rate is meant for (Liu et al. 2025, arXiv:2502.16982,
    // section 2.2).
    private static final double ADAM_W_STEP = 0.2;

    /** Moves {@code weight} [rows, columns] by one step; {@code mean} is the running mean of its gradients. */
    void step(Tensor weight, Tensor gradient, Tensor mean, double learningRate) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            mean.lerp_(gradient, new Scalar(1 - momentum));
            Tensor lookahead = gradient.lerp(mean, new Scalar(momentum));
            double scale = ADAM_W_STEP * Math.sqrt((double) Math.max(weight.size(0), weight.size(1)));
            weight.mul_(new Scalar(1 - learningRate * weightDecay));
            weight.add_(orthogonal(lookahead).to(ScalarType.Float), new Scalar(-learningRate * scale));
        }
    }

    /** The nearest matrix with orthonormal rows or columns, roughly: singular values end between 0.7 and 1.2. */
    Tensor orthogonal(Tensor matrix) {
        boolean tall = matrix.size(0) > matrix.size(1);
        return Ops.scoped(() -> {
            Tensor wide = tall ? matrix.t() : matrix;
            Tensor x = wide.div(wide.norm().add(new Scalar(1e-7))).to(type);
            for (int i = 0; i < ITERATIONS; i++) {
                x = iterate(x);
            }
            return tall ? x.t() : x;
        });
    }

    private static Tensor iterate(Tensor x) {
        return Ops.scoped(() -> {
            Tensor gram = x.mm(x.t());
            Tensor polynomial = gram.mul(new Scalar(B)).addmm_(gram, gram, new Scalar(1), new Scalar(C));
            return x.mul(new Scalar(A)).addmm_(polynomial, x, new Scalar(1), new Scalar(1));
        });
    }
}
