package org.aifactory.engine.training;

import java.nio.file.Path;
import java.util.Optional;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.corpus.TokenShards;
import org.aifactory.engine.model.Weights;
import org.aifactory.engine.tokenizer.Tokenizer;
import org.aifactory.engine.weights.HuggingFaceFolder;
import org.bytedeco.pytorch.Tensor;

/**
 * All that training needs, made and recorded on disk.
 *
 * @param plan as recorded
 * @param base folder of the model to continue from
 * @param text tokens of running text for training
 * @param conversations tokens of conversations for training
 * @param heldOutText tokens of text that is not learned
 * @param heldOutConversations tokens of conversations that are not learned
 */
record PreparedRun(
        Plan plan,
        Optional<Path> base,
        Tokenizer tokenizer,
        TokenShards text,
        TokenShards conversations,
        TokenShards heldOutText,
        TokenShards heldOutConversations)
        implements AutoCloseable {
    static final String TEXT = "text";
    static final String CONVERSATIONS = "conversations";
    static final String HELD_OUT_TEXT = "held-out-text";
    static final String HELD_OUT_CONVERSATIONS = "held-out-conversations";

    /** Opens what was prepared, now or in an earlier sitting. */
    static PreparedRun open(RunFolder folder, Plan plan, Optional<Path> base) {
        try {
            return new PreparedRun(
                    plan,
                    base,
                    Tokenizer.load(folder.tokenizer()),
                    TokenShards.open(folder.tokens(TEXT)),
                    TokenShards.open(folder.tokens(CONVERSATIONS)),
                    TokenShards.open(folder.tokens(HELD_OUT_TEXT)),
                    TokenShards.open(folder.tokens(HELD_OUT_CONVERSATIONS)));
        } catch (EngineException damage) {
            throw new EngineException(
                    Kind.MODEL,
                    "The run in " + folder.path() + " cannot go on. " + damage.getMessage()
                            + " Start anew with --fresh.",
                    damage);
        }
    }

    /** What is learned from in a stage. */
    TokenShards learned(Stage.Kind kind) {
        return switch (kind) {
            case TEXT -> text;
            case CONVERSATIONS -> conversations;
        };
    }

    /** What a stage is measured by. */
    TokenShards heldOut(Stage.Kind kind) {
        return switch (kind) {
            case TEXT -> heldOutText;
            case CONVERSATIONS -> heldOutConversations;
        };
    }

    /** The weights that training starts from. */
    Tensor initialWeights() {
        if (base.isEmpty()) {
            return Weights.random(plan.model(), plan.seed());
        }
        Tensor weights = Weights.zeros(plan.model());
        HuggingFaceFolder.open(base.get()).readInto(Weights.segment(weights));
        return weights;
    }

    @Override
    public void close() {
        text.close();
        conversations.close();
        heldOutText.close();
        heldOutConversations.close();
    }
}
