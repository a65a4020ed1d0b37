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

/** Bits per byte of held-out text and conversations, measured on the weights as they stand. */
final class Validation implements AutoCloseable {
    /** Tokens of a measurement on the way. */
    private static final long QUICK_TOKENS = 20_000;
    /** Tokens of the last measurement, at most. */
    static final long TOKENS_MAX = 400_000;
    /** Of the tokens that were learned, the share that the last measurement may take, so that a run keeps its time. */
    private static final double SHARE_MAX = 0.02;

    private final PreparedRun run;
    private final DecoderScorer scorer;

    Validation(PreparedRun run, Learner learner) {
        this.run = run;
        ModelConfig model = run.plan().model();
        Decoder decoder = new Decoder(
                model,
                Parameters.of(model, learner.weights()),
                Rope.of(model, run.plan().contextLength(), learner.device(), ScalarType.Float));
        this.scorer =
                new DecoderScorer(decoder, learner.device(), learner.team().size());
    }

    /** Of what a stage is measured by; empty where nothing of that is held out. */
    Optional<Double> quickBitsPerByte(Stage.Kind kind) {
        return score(kind, QUICK_TOKENS).map(TextScore::bitsPerByte);
    }

    /**
     * The last measurement; empty where nothing of that is held out.
     *
     * @param tokensLearned in the whole run
     */
    Optional<TextScore> finalScore(Stage.Kind kind, long tokensLearned) {
        return score(kind, Math.clamp(Math.round(SHARE_MAX * tokensLearned), QUICK_TOKENS, TOKENS_MAX));
    }

    private Optional<TextScore> score(Stage.Kind kind, long tokens) {
        TokenShards shards = run.heldOut(kind);
        return shards.utf8Bytes() == 0
                ? Optional.empty()
                : Optional.of(BitsPerByte.measure(
                        shards,
                        scorer,
                        run.plan().contextLength(),
                        run.tokenizer().endOfText(),
                        tokens));
    }

    @Override
    public void close() {
        scorer.close();
    }
}
