package org.aifactory.engine.training;

import java.util.Optional;
import org.aifactory.engine.corpus.TokenShards;
import org.aifactory.engine.evaluation.BitsPerByte;
import org.aifactory.engine.evaluation.DecoderScorer;
import org.aifactory.engine.evaluation.TextScore;
import org.aifactory.engine.model.Decoder;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.Parameters;
import org.aifactory.engine.model.Rope;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Bits per byte of held-out text, measured on the weights as they stand. */
final class Validation implements AutoCloseable {
    /** Tokens of a measurement on the way. */
    private static final long QUICK_TOKENS = 20_000;
    /** Tokens of the last measurement, so that it never takes longer than the training. */
    private static final long FULL_TOKENS = 400_000;

    private final TokenShards shards;
    private final int contextLength;
    private final int endOfText;
    private final DecoderScorer scorer;

    Validation(ModelConfig model, Learner learner, TokenShards shards, int contextLength, int endOfText) {
        this.shards = shards;
        this.contextLength = contextLength;
        this.endOfText = endOfText;
        Decoder decoder = new Decoder(
                model,
                Parameters.of(model, learner.weights()),
                Rope.of(model, contextLength, learner.device(), ScalarType.Float));
        this.scorer =
                new DecoderScorer(decoder, learner.device(), learner.team().size());
    }

    /** Empty where nothing is held out. */
    Optional<Double> quickBitsPerByte() {
        return score(QUICK_TOKENS).map(TextScore::bitsPerByte);
    }

    /** Empty where nothing is held out. */
    Optional<TextScore> score() {
        return score(FULL_TOKENS);
    }

    private Optional<TextScore> score(long tokens) {
        return shards.documents() == 0
                ? Optional.empty()
                : Optional.of(BitsPerByte.measure(shards, scorer, contextLength, endOfText, tokens));
    }

    @Override
    public void close() {
        scorer.close();
    }
}
