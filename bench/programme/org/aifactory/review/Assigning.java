package org.aifactory.review;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.aifactory.identity.PersonId;
import org.aifactory.review.Assigner.Pair;
import org.aifactory.review.Assigner.Plan;
import org.aifactory.review.Assigner.Shortage;

/**
 * Assigns reviewers to papers, {@code Assigning REVIEWERS PAPERS EACH MOST}, and looks at every pair afterwards. Prints {@code NAME: NUMBER} a line:
 * seconds, pairs, left (places that nobody could take), broken (pairs against a hard rule), known (the share of pairs that have a topic in common),
 * least and most (papers of a reviewer).
 */
public final class Assigning {
    private Assigning() {}

    public static void main(String[] words) {
        int each = Integer.parseInt(words[2]);
        TrialReview trial = new TrialReview(1);
        List<Reviewer> reviewers = trial.reviewers(Integer.parseInt(words[0]), Integer.parseInt(words[3]));
        List<Paper> papers = trial.papers(Integer.parseInt(words[1]));
        long begin = System.nanoTime();
        Plan plan = Assigner.plan(papers, reviewers, Map.of(), each);
        System.out.println("seconds: " + (System.nanoTime() - begin) / 1e9);
        System.out.println("pairs: " + plan.pairs().size());
        System.out.println("left: " + plan.left().stream().mapToInt(Shortage::missing).sum());
        Map<PersonId, Integer> loads = new HashMap<>();
        reviewers.forEach(reviewer -> loads.put(reviewer.person(), 0));
        System.out.println("broken: " + broken(plan, reviewers, papers, each, loads));
        System.out.println("known: "
                + (double) plan.pairs().stream().filter(pair -> !pair.shared().isEmpty()).count()
                        / plan.pairs().size());
        System.out.println("least: " + loads.values().stream().mapToInt(Integer::intValue).min().orElse(0));
        System.out.println("most: " + loads.values().stream().mapToInt(Integer::intValue).max().orElse(0));
    }

    /** Pairs with a conflict, given twice, or beyond what the reviewer takes; and papers with more than they should have. */
    private static int broken(
            Plan plan, List<Reviewer> reviewers, List<Paper> papers, int each, Map<PersonId, Integer> loads) {
        Map<PersonId, Reviewer> people = new HashMap<>();
        reviewers.forEach(reviewer -> people.put(reviewer.person(), reviewer));
        Map<UUID, Paper> byId = new HashMap<>();
        papers.forEach(paper -> byId.put(paper.id(), paper));
        Map<UUID, Set<PersonId>> judges = new HashMap<>();
        int broken = 0;
        for (Pair pair : plan.pairs()) {
            Reviewer reviewer = people.get(pair.reviewer());
            boolean isConflict = !Conflict.between(reviewer, byId.get(pair.paper())).isEmpty();
            boolean isTwice =
                    !judges.computeIfAbsent(pair.paper(), none -> new HashSet<>()).add(pair.reviewer());
            boolean isTooMuch = loads.merge(pair.reviewer(), 1, Integer::sum) > reviewer.most();
            broken += isConflict || isTwice || isTooMuch ? 1 : 0;
        }
        for (Set<PersonId> some : judges.values()) {
            broken += some.size() > each ? 1 : 0;
        }
        return broken;
    }
}
