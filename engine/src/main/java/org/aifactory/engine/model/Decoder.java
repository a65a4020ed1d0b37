package org.aifactory.engine.model;

import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The forward pass over whole sequences, as training and scoring use it: RMSNorm before each sublayer, rotary positions,
 * grouped-query attention, SwiGLU, no biases. {@link ReferenceDecoder} is the same in plain Java, to be read and tested against.
 */
public final class Decoder {
    private final ModelConfig config;
    private final Parameters parameters;
    private final Rope rope;

    public Decoder(ModelConfig config, Parameters parameters, Rope rope) {
        this.config = config;
        this.parameters = parameters;
        this.rope = rope;
    }

    public Parameters parameters() {
        return parameters;
    }

    /** Final hidden states [batch, length, width], after the last norm, of {@code tokens} [batch, length] int64. */
    public Tensor hidden(Tensor tokens) {
        return Ops.scoped(() -> {
            Tensor stream = embed(tokens);
            for (Parameters.Block block : parameters.blocks()) {
                stream = block(block, stream);
            }
            return finalNorm(stream);
        });
    }

    /** Logits [batch, length, vocabulary] of {@code tokens} [batch, length] int64. */
    public Tensor logits(Tensor tokens) {
        return Ops.scoped(() -> torch.linear(hidden(tokens), parameters.output()));
    }

    /** The residual stream before the first block. */
    public Tensor embed(Tensor tokens) {
        return torch.embedding(parameters.embedding(), tokens);
    }

    /** The residual stream after one block. */
    public Tensor block(Parameters.Block block, Tensor stream) {
        return Ops.scoped(() -> {
            Tensor attended = stream.add(attention(block, stream));
            return attended.add(feedForward(block, attended));
        });
    }

    /** What the output projection reads. */
    public Tensor finalNorm(Tensor stream) {
        return Ops.rmsNorm(stream, parameters.finalNorm(), config.normEpsilon());
    }

    private Tensor attention(Parameters.Block block, Tensor stream) {
        return Ops.scoped(() -> {
            long batch = stream.size(0);
            long length = stream.size(1);
            long heads = config.heads();
            long keyValueHeads = config.keyValueHeads();
            Tensor projected = torch.linear(normed(stream, block.attentionNorm()), block.queryKeyValue())
                    .view(batch, length, heads + 2 * keyValueHeads, config.headWidth());
            Tensor value = projected.narrow(2, heads + keyValueHeads, keyValueHeads);
            Tensor query;
            Tensor key;
            if (block.queryNorm() == null || block.keyNorm() == null) {
                // Without norms of their own, queries and keys turn together.
                Tensor turned = rope.rotate(projected.narrow(2, 0, heads + keyValueHeads), 0);
                query = turned.narrow(2, 0, heads);
                key = turned.narrow(2, heads, keyValueHeads);
            } else {
                query = rope.rotate(normed(projected.narrow(2, 0, heads), block.queryNorm()), 0);
                key = rope.rotate(normed(projected.narrow(2, heads, keyValueHeads), block.keyNorm()), 0);
            }
            Tensor mixed = Ops.causalAttention(
                    query.transpose(1, 2),
                    grouped(key).transpose(1, 2),
                    grouped(value).transpose(1, 2));
            return torch.linear(
                    mixed.transpose(1, 2).reshape(batch, length, config.queryWidth()), block.attentionOutput());
        });
    }

    /** Repeats each key or value head [batch, length, keyValueHeads, headWidth] for the query heads that share it. */
    private Tensor grouped(Tensor keyOrValue) {
        int group = config.heads() / config.keyValueHeads();
        return group == 1
                ? keyOrValue
                : torch.repeat_interleave(keyOrValue, group, new LongOptional(2), new LongOptional());
    }

    private Tensor feedForward(Parameters.Block block, Tensor stream) {
        return Ops.scoped(() -> {
            Tensor gateUp = torch.linear(normed(stream, block.feedForwardNorm()), block.gateUp());
            TensorVector halves = torch.chunk(gateUp, 2, 2);
            return torch.linear(torch.silu(halves.get(0)).mul(halves.get(1)), block.down());
        });
    }

    private Tensor normed(Tensor input, @Nullable Tensor scale) {
        if (scale == null) {
            return input;
        }
        return Ops.rmsNorm(input, scale, config.normEpsilon());
    }
}
