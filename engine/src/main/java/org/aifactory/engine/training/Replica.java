package org.aifactory.engine.training;

import java.util.ArrayList;
import java.util.List;
import org.aifactory.engine.model.Decoder;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.Ops;
import org.aifactory.engine.model.Parameters;
import org.aifactory.engine.model.Rope;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * One worker's copy of the model: shared weights, a gradient of its own. Losses and gradients of batches add up until
 * {@link #clear}.
 */
final class Replica {

    private final ModelConfig config;
    private final Tensor gradient;
    private final Parameters parameters;
    private final Decoder decoder;
    private final boolean recompute;

    /**
     * @param weights flat weights in the number format of the computation
     * @param recompute keep only the input of each block and compute the rest again for the backward pass (Chen et al. 2016,
     *     arXiv:1604.06174)
     */
    Replica(ModelConfig config, Tensor weights, Rope rope, boolean recompute) {
        this.config = config;
        this.gradient = Ops.scoped(() -> torch.zeros_like(weights));
        this.parameters = Parameters.withGradient(config, weights, gradient);
        this.decoder = new Decoder(config, parameters, rope);
        this.recompute = recompute;
    }

    /** Flat gradient, laid out as the weights. */
    Tensor gradient() {
        return gradient;
    }

    void clear() {
        gradient.zero_();
    }

    /**
     * Adds the gradient of one batch, each target weighing {@code weight}.
     *
     * @return sum of the losses of all learned targets, in nats, not weighted
     */
    double accumulate(Batch batch, double weight, Device device) {
        try (PointerScope scope = new PointerScope()) {
            Tensor tokens =
                    Tensor.create(batch.tokens(), batch.rows(), batch.length()).to(device, ScalarType.Long);
            Tensor targets = Tensor.create(batch.targets()).to(device, ScalarType.Long);
            return recompute ? recomputing(tokens, targets, weight) : direct(tokens, targets, weight);
        }
    }

    private double direct(Tensor tokens, Tensor targets, double weight) {
        Tensor hidden = decoder.hidden(tokens);
        Tensor leaf = leaf(hidden);
        double nats = headBackward(leaf, targets, weight);
        backward(hidden, leaf.grad());
        return nats;
    }

    private double recomputing(Tensor tokens, Tensor targets, double weight) {
        Tensor embedded = decoder.embed(tokens);
        List<Tensor> inputs = new ArrayList<>();
        Tensor stream = embedded.detach();
        try (NoGradGuard guard = new NoGradGuard()) {
            for (Parameters.Block block : parameters.blocks()) {
                inputs.add(stream);
                stream = decoder.block(block, stream);
            }
        }
        Tensor last = leaf(stream);
        Tensor hidden = decoder.finalNorm(last);
        Tensor leaf = leaf(hidden);
        double nats = headBackward(leaf, targets, weight);
        backward(hidden, leaf.grad());
        Tensor passed = last.grad();
        for (int i = inputs.size() - 1; i >= 0; i--) {
            Tensor input = leaf(inputs.get(i));
            Tensor upstream = passed;
            Parameters.Block block = parameters.blocks().get(i);
            passed = Ops.scoped(() -> {
                backward(decoder.block(block, input), upstream);
                return input.grad();
            });
        }
        backward(embedded, passed);
        return nats;
    }

    /** Cross entropy and its gradient, for some rows at a time; the gradient of {@code hidden} gathers in {@code hidden.grad()}. */
    private double headBackward(Tensor hidden, Tensor targets, double weight) {
        long rows = targets.size(0);
        long step = MemoryNeed.logitRows(config, rows);
        double nats = 0;
        for (long from = 0; from < rows; from += step) {
            nats += headBackward(hidden, targets, from, Math.min(step, rows - from), weight);
        }
        return nats;
    }

    private double headBackward(Tensor hidden, Tensor targets, long from, long count, double weight) {
        try (PointerScope scope = new PointerScope()) {
            Tensor logits = torch.linear(hidden.view(-1, config.width()).narrow(0, from, count), parameters.output());
            Tensor loss = Ops.crossEntropy(logits, targets.narrow(0, from, count));
            loss.mul(new Scalar(weight)).backward();
            return loss.item_double();
        }
    }

    private static Tensor leaf(Tensor tensor) {
        Tensor leaf = tensor.detach();
        leaf.set_requires_grad(true);
        return leaf;
    }

    private static void backward(Tensor output, Tensor gradient) {
        output.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
    }
}
