package org.aifactory.engine.evaluation;

import java.util.Arrays;
import org.aifactory.engine.model.Ops;

/**
 * A stretch of a document as the model is shown it.
 *
 * @param inputs tokens, at most the context length
 * @param targets for each input the token that follows it, or {@link #NOT_SCORED} where an earlier window has scored that one
 */
@SuppressWarnings("ArrayRecordComponent") // A hot path, never compared.
public record Window(long[] inputs, long[] targets) {
    /** Marks a target that does not count. */
    public static final long NOT_SCORED = Ops.NO_TARGET;

    public Window {
        if (inputs.length == 0 || inputs.length != targets.length) {
            throw new IllegalArgumentException(inputs.length + " inputs and " + targets.length + " targets");
        }
    }

    public int length() {
        return inputs.length;
    }

    public long scoredTargets() {
        return Arrays.stream(targets).filter(target -> target != NOT_SCORED).count();
    }
}
