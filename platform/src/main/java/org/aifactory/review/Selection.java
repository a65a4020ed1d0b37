package org.aifactory.review;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.aifactory.review.Ranking.Place;

/**
 * What a budget pays for, down a ranking. What is selected never costs more than the budget; how far it would reach can be asked for any
 * budget before anything is decided.
 *
 * @param budget euro cents
 * @param spent what is selected costs together
 */
public record Selection(long budget, long spent, List<Line> lines) {
    public Selection {
        lines = List.copyOf(lines);
    }

    /** What becomes of a paper. */
    public enum Verdict {
        SELECTED,
        /** Takes the place of a selected one that falls away, in order. */
        RESERVE,
        /** Passes, and there is neither money nor a place on the reserve list. */
        NOT_FUNDED,
        BELOW_THRESHOLD;

        /** As it stands in keys of messages. */
        public String slug() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    /** What happens where the next in order costs more than what is left. */
    public enum WhenShort {
        /** Nobody after it is selected. */
        STOP,
        /** It is passed over for the next that can be paid. */
        PASS_OVER
    }

    /**
     * How the end of the list is made.
     *
     * @param reserve how many are put on the reserve list at most
     */
    public record Rule(WhenShort whenShort, int reserve) {}

    /**
     * A paper and its verdict.
     *
     * @param needed what all that pass down to here ask for together: the budget with which the line would lie below it
     */
    public record Line(int rank, UUID paper, long asked, long needed, Verdict verdict) {}

    /** @throws ArithmeticException where all together ask for more than can be counted */
    public static Selection of(Ranking ranking, long budget, Rule rule) {
        List<Line> lines = new ArrayList<>();
        long spent = 0;
        long needed = 0;
        int reserved = 0;
        boolean isOver = false;
        for (Place place : ranking.places()) {
            Verdict verdict;
            if (!place.passes()) {
                verdict = Verdict.BELOW_THRESHOLD;
            } else {
                needed = Math.addExact(needed, place.asked());
                if (!isOver && place.asked() <= budget - spent) {
                    spent += place.asked();
                    verdict = Verdict.SELECTED;
                } else {
                    isOver |= rule.whenShort() == WhenShort.STOP;
                    verdict = reserved < rule.reserve() ? Verdict.RESERVE : Verdict.NOT_FUNDED;
                    reserved++;
                }
            }
            lines.add(new Line(place.rank(), place.paper(), place.asked(), needed, verdict));
        }
        return new Selection(budget, spent, lines);
    }

    public long left() {
        return budget - spent;
    }

    public List<UUID> with(Verdict verdict) {
        return lines.stream()
                .filter(line -> line.verdict() == verdict)
                .map(Line::paper)
                .toList();
    }
}
