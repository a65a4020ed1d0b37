package org.aifactory.engine.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A model's weights as the forward pass uses them: views of one flat tensor, neighbours fused. With a gradient they are leaves
 * whose gradients accumulate in views of one flat gradient tensor.
 *
 * @param embedding [vocabulary, width]
 * @param finalNorm [width]
 * @param output [vocabulary, width]; the embedding itself where they are tied
 */
public record Parameters(Tensor embedding, List<Block> blocks, Tensor finalNorm, Tensor output) {

    /**
     * One block.
     *
     * @param attentionNorm [width]
     * @param queryKeyValue [queryWidth + 2 * keyValueWidth, width]
     * @param queryNorm [headWidth], where the architecture has it
     * @param keyNorm [headWidth], where the architecture has it
     * @param attentionOutput [width, queryWidth]
     * @param feedForwardNorm [width]
     * @param gateUp [2 * feedForwardWidth, width]
     * @param down [width, feedForwardWidth]
     */
    public record Block(
            Tensor attentionNorm,
            Tensor queryKeyValue,
            @Nullable Tensor queryNorm,
            @Nullable Tensor keyNorm,
            Tensor attentionOutput,
            Tensor feedForwardNorm,
            Tensor gateUp,
            Tensor down) {}

    /** Views of {@code flat} without gradients. */
    public static Parameters of(ModelConfig config, Tensor flat) {
        return new Builder(config, flat, null).build();
    }

    /** Leaves over {@code flat} whose gradients accumulate in {@code gradient}, a tensor of the same size and type. */
    public static Parameters withGradient(ModelConfig config, Tensor flat, Tensor gradient) {
        return new Builder(config, flat, gradient).build();
    }

    private static final class Builder {
        private final ModelConfig config;
        private final WeightLayout layout;
        private final Tensor flat;
        private final @Nullable Tensor gradient;

        Builder(ModelConfig config, Tensor flat, @Nullable Tensor gradient) {
            this.config = config;
            this.layout = WeightLayout.of(config);
            this.flat = flat;
            this.gradient = gradient;
        }

        Parameters build() {
            Tensor embedding = view(WeightLayout.EMBEDDING, config.vocabularySize(), config.width());
            List<Block> blocks = new ArrayList<>();
            for (int block = 0; block < config.depth(); block++) {
                blocks.add(block(block));
            }
            Tensor finalNorm = view(WeightLayout.FINAL_NORM, config.width());
            Tensor output = config.tiedEmbeddings()
                    ? embedding
                    : view(WeightLayout.OUTPUT, config.vocabularySize(), config.width());
            return new Parameters(embedding, List.copyOf(blocks), finalNorm, output);
        }

        private Block block(int block) {
            boolean queryKeyNorm = config.queryKeyNorm();
            return new Block(
                    view(WeightLayout.name(block, "input_layernorm"), config.width()),
                    view(
                            WeightLayout.name(block, "self_attn.q_proj"),
                            config.queryWidth() + 2L * config.keyValueWidth(),
                            config.width()),
                    queryKeyNorm ? view(WeightLayout.name(block, "self_attn.q_norm"), config.headWidth()) : null,
                    queryKeyNorm ? view(WeightLayout.name(block, "self_attn.k_norm"), config.headWidth()) : null,
                    view(WeightLayout.name(block, "self_attn.o_proj"), config.width(), config.queryWidth()),
                    view(WeightLayout.name(block, "post_attention_layernorm"), config.width()),
                    view(WeightLayout.name(block, "mlp.gate_proj"), 2L * config.feedForwardWidth(), config.width()),
                    view(WeightLayout.name(block, "mlp.down_proj"), config.width(), config.feedForwardWidth()));
        }

        /** A view that begins at the weight called {@code name} and may run on into the neighbours fused with it. */
        private Tensor view(String name, long... shape) {
            long offset = layout.entry(name).offset();
            long elements = Arrays.stream(shape).reduce(1, Math::multiplyExact);
            return Ops.scoped(() -> {
                Tensor view = flat.narrow(0, offset, elements).view(shape).detach();
                if (gradient != null) {
                    view.set_requires_grad(true);
                    view.mutable_grad().put(gradient.narrow(0, offset, elements).view(shape));
                }
                return view;
            });
        }
    }
}
