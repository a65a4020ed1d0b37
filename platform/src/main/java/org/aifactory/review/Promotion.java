package org.aifactory.review;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.review.Selection.WhenShort;

/**
 * Who of a reserve list takes a place: the next in order that the budget pays for. Where the rule of the panel is to stop, nobody passes
 * the first who waits.
 *
 * @param asked euro cents
 * @param left of the budget, afterwards
 */
public record Promotion(UUID paper, int rank, long asked, long left) {

    /** A paper of the reserve list whose place has not come. */
    public record Waiting(int rank, UUID paper, long asked) {}

    /**
     * What goes into it; kept as text, so that it can be worked out again.
     *
     * @param decision whose reserve list it is
     * @param budget euro cents
     * @param waiting the first first
     */
    public record Ground(long decision, WhenShort whenShort, long budget, List<Waiting> waiting) {
        public Ground {
            waiting = List.copyOf(waiting);
        }
    }

    /** Empty where the budget pays for none, or nobody waits. */
    static Optional<Promotion> of(Ground ground) {
        return ground.waiting().stream()
                .limit(ground.whenShort() == WhenShort.STOP ? 1 : Long.MAX_VALUE)
                .filter(waiting -> waiting.asked() <= ground.budget())
                .findFirst()
                .map(waiting -> new Promotion(
                        waiting.paper(), waiting.rank(), waiting.asked(), ground.budget() - waiting.asked()));
    }
}
