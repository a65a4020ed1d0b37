package org.aifactory.engine.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.aifactory.engine.corpus.TokenShards;
import org.aifactory.engine.model.Decoder;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.Parameters;
import org.aifactory.engine.model.Rope;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.SymInt;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

final class Validation {
    private final Learner learner;
    private final TokenShards shards;
    private final int window;
    private final ModelConfig model;
    private final Decoder decoder;

    Validation(ModelConfig model, Learner learner, TokenShards shards, int window) {
        this.model = model;
        this.learner = learner;
        this.shards = shards;
        this.window = window;
        this.decoder = new Decoder(
                model,
                Parameters.of(model, learner.weights()),
                Rope.of(model, window, learner.device(), ScalarType.Float));
    }

    double quickBitsPerByte() {
        return bits(20_000);
    }

    Optional<Double> bitsPerByte() {
        return shards.documents() == 0 ? Optional.empty() : Optional.of(bits(Long.MAX_VALUE));
    }

    private double bits(long tokensMax) {
        List<long[]> windows = new ArrayList<>();
        long tokens = 0;
        long bytes = 0;
        for (long d = 0; d < shards.documents() && tokens < tokensMax; d++) {
            long start = shards.documentStart(d);
            long end = shards.documentStart(d + 1);
            if (end - start > tokensMax) {
                bytes += Math.round((double) shards.documentBytes(d) * tokensMax / (end - start));
                end = start + tokensMax;
            } else {
                bytes += shards.documentBytes(d);
            }
            tokens += end - start;
            long scored = start;
            for (long at = start; scored < end; at += window / 2) {
                long to = Math.min(end, at + window);
                windows.add(new long[] {at, to, scored, start});
                scored = to;
            }
        }
        double[] nats = new double[windows.size()];
        learner.team().run(windows.size(), i -> nats[i] = nats(windows.get(i)));
        return Arrays.stream(nats).sum() / Math.log(2) / bytes;
    }

    private double nats(long[] w) {
        int n = (int) (w[1] - w[0]);
        long[] targets = new long[n];
        shards.copy(w[0], n, targets);
        long[] tokens = new long[n];
        System.arraycopy(targets, 0, tokens, 1, n - 1);
        long[] first = new long[1];
        if (w[0] == w[3]) {
            shards.copy(shards.tokens() - 1, 1, first);
        } else {
            shards.copy(w[0] - 1, 1, first);
        }
        tokens[0] = first[0];
        for (int i = 0; i < w[2] - w[0]; i++) {
            targets[i] = Batch.NOT_LEARNED;
        }
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor logits = decoder.logits(Tensor.create(tokens, 1, n).to(learner.device(), ScalarType.Long));
            return torch.cross_entropy_loss_symint(
                            logits.view(n, model.vocabularySize()),
                            Tensor.create(targets).to(learner.device(), ScalarType.Long),
                            new TensorOptional(),
                            2,
                            new SymInt(Batch.NOT_LEARNED),
                            0.0)
                    .item_double();
        }
    }
}
