package org.aifactory.review;

import java.util.List;
import org.aifactory.review.Ranking.Candidate;
import org.aifactory.review.Selection.Rule;
import org.aifactory.review.Selection.WhenShort;

/**
 * Ranks papers and selects under a budget, {@code Ranks PAPERS ROUNDS}. Prints {@code first: SECONDS}, as somebody meets it who has just started, and
 * {@code median: SECONDS} of the rounds after it; and {@code selection: SECONDS} of the budget alone, the median.
 */
public final class Ranks {
    private Ranks() {}

    public static void main(String[] words) {
        TrialReview trial = new TrialReview(2);
        Scheme scheme = trial.scheme();
        List<Candidate> candidates = trial.candidates(scheme, Integer.parseInt(words[0]));
        int rounds = Integer.parseInt(words[1]);
        double[] ranking = new double[rounds];
        double[] selection = new double[rounds];
        for (int round = -1; round < rounds; round++) {
            long begin = System.nanoTime();
            Ranking ranked = Ranking.of(scheme, candidates);
            long between = System.nanoTime();
            Selection selected = Selection.of(ranked, 10_000_000_000_00L, new Rule(WhenShort.PASS_OVER, 100));
            long end = System.nanoTime();
            if (selected.spent() > selected.budget() || ranked.places().size() != candidates.size()) {
                throw new IllegalStateException("The selection passes the budget, or the ranking lost a paper.");
            }
            if (round < 0) {
                System.out.println("first: " + (between - begin) / 1e9);
            } else {
                ranking[round] = (between - begin) / 1e9;
                selection[round] = (end - between) / 1e9;
            }
        }
        System.out.println("median: " + median(ranking));
        System.out.println("selection: " + median(selection));
    }

    private static double median(double[] some) {
        java.util.Arrays.sort(some);
        return some[some.length / 2];
    }
}
