package org.aifactory.engine.model;

import java.util.function.Supplier;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.LongArrayRef;
import org.bytedeco.pytorch.LongList;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.SymInt;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorList;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * LibTorch operators that its Java methods lack or make clumsy, and the one rule of native memory: whatever a piece of work
 * makes lives in a {@link PointerScope} and is freed with it, for the garbage collector does not see tensors.
 */
public final class Ops {
    // Looked up once, on one thread: the dispatcher's handles outlive every scope.
    private static final OperatorHandle FUSED_RMS_NORM = find("aten::_fused_rms_norm");
    private static final OperatorHandle FUSED_ADAM_W = find("aten::_fused_adamw_");

    /** Marks a place whose target does not count. */
    public static final long NO_TARGET = -100;

    /** {@code at::Reduction::Sum}. */
    private static final long SUM = 2;

    private Ops() {}

    private static OperatorHandle find(String name) {
        try (PointerScope scope = new PointerScope()) {
            return keep(Dispatcher.singleton().findSchemaOrThrow(name, ""));
        }
    }

    /** Runs {@code body} in a scope of its own and hands its result to the scope around, so that temporaries die early. */
    public static Tensor scoped(Supplier<Tensor> body) {
        PointerScope outer = PointerScope.getInnerScope();
        try (PointerScope scope = new PointerScope()) {
            Tensor result = body.get();
            if (outer == null) {
                return keep(result);
            }
            outer.attach(result);
            return result;
        }
    }

    /** Lets {@code pointer} outlive the scope it was made in; it is freed when its Java object is. */
    public static <P extends Pointer> P keep(P pointer) {
        pointer.retainReference();
        return pointer;
    }

    /** Root-mean-square norm over the last dimension (Zhang and Sennrich 2019, arXiv:1910.07467). */
    public static Tensor rmsNorm(Tensor input, Tensor scale, double epsilon) {
        return scoped(() -> {
            IValueVector stack = new IValueVector();
            stack.push_back(new IValue(input));
            stack.push_back(new IValue(new GenericList(
                    (Pointer) new LongList(new LongArrayRef(new long[] {scale.size(0)}, 1)))));
            stack.push_back(new IValue(scale));
            stack.push_back(new IValue(epsilon));
            FUSED_RMS_NORM.callBoxed(stack);
            // toTensor() points into the stack, which dies with this scope.
            return new Tensor(stack.get(0).toTensor());
        });
    }

    /**
     * Causal attention: query [batch, heads, length, headWidth], key and value with the same number of heads. On a CPU it works
     * in 32 bits, since LibTorch's kernel for 16 is 25 times slower there.
     */
    public static Tensor causalAttention(Tensor query, Tensor key, Tensor value) {
        if (query.is_cuda() || query.scalar_type().intern() == ScalarType.Float) {
            return attention(query, key, value);
        }
        return scoped(() -> attention(query.to(ScalarType.Float), key.to(ScalarType.Float), value.to(ScalarType.Float))
                .to(query.scalar_type()));
    }

    private static Tensor attention(Tensor query, Tensor key, Tensor value) {
        return torch.scaled_dot_product_attention(
                query, key, value, new TensorOptional(), 0.0, true, new DoubleOptional(), false);
    }

    /** Sum over all targets [rows] of their cross entropy under logits [rows, vocabulary], in nats; worked out in 32 bits. */
    public static Tensor crossEntropy(Tensor logits, Tensor targets) {
        return scoped(() -> torch.cross_entropy_loss_symint(
                logits.to(ScalarType.Float), targets, new TensorOptional(), SUM, new SymInt(NO_TARGET), 0.0));
    }

    /**
     * One step of AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101) over several tensors, in place.
     *
     * @param steps one-element float tensors that count the steps of each weight, this one included
     */
    public static void adamW(
            TensorVector weights,
            TensorVector gradients,
            TensorVector means,
            TensorVector squares,
            TensorVector steps,
            AdamWOptions options) {
        try (PointerScope scope = new PointerScope()) {
            IValueVector stack = new IValueVector();
            stack.push_back(list(weights));
            stack.push_back(list(gradients));
            stack.push_back(list(means));
            stack.push_back(list(squares));
            stack.push_back(list(new TensorVector()));
            stack.push_back(list(steps));
            stack.push_back(new IValue(options.learningRate()));
            stack.push_back(new IValue(options.beta1()));
            stack.push_back(new IValue(options.beta2()));
            stack.push_back(new IValue(options.weightDecay()));
            stack.push_back(new IValue(options.epsilon()));
            stack.push_back(new IValue(false));
            stack.push_back(new IValue(false));
            stack.push_back(new IValue());
            stack.push_back(new IValue());
            FUSED_ADAM_W.callBoxed(stack);
        }
    }

    /** Options of one AdamW step. */
    public record AdamWOptions(double learningRate, double beta1, double beta2, double weightDecay, double epsilon) {}

    private static IValue list(TensorVector tensors) {
        return new IValue(new GenericList((Pointer) new TensorList(tensors)));
    }
}
