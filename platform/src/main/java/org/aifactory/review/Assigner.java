package org.aifactory.review;

import com.google.ortools.Loader;
import com.google.ortools.graph.MinCostFlow;
import com.google.ortools.graph.MinCostFlowBase;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.aifactory.identity.PersonId;

/**
 * Finds reviewers for papers: as many as are wanted where there are so many, of those the ones that know most of the topics, and
 * the work spread evenly. A conflicted reviewer is never a candidate, so there is nothing to weigh against a conflict; what cannot be
 * assigned is left, and told.
 *
 * <p>It is a flow of least cost (OR-Tools): from a source through reviewers, each step of whose load costs more than the one before,
 * over candidates, which cost the more the less they know, to papers. Where there are very many, the best candidates of each paper are
 * tried first, and all for the papers that were left short.
 */
final class Assigner {
    /** So many pairs are looked at all at once. */
    private static final long FEW = 1_000_000;

    private static final int BEST = 40;
    /** What knowing none of the topics costs, in steps of load. */
    private static final long MISMATCH = 1000;

    private static final long LOAD_STEP = 60;

    static {
        Loader.loadNativeLibraries();
    }

    private final List<Reviewer> reviewers;
    private final int wanted;
    private final Map<UUID, Set<PersonId>> assigned = new HashMap<>();
    private final Map<PersonId, Integer> loads = new HashMap<>();
    private final Map<String, List<Reviewer>> byTopic = new HashMap<>();
    private final List<Pair> found = new ArrayList<>();

    /** Who judges what. */
    record Pair(UUID paper, PersonId reviewer, Set<String> shared) {}

    /**
     * A paper that has fewer than it should.
     *
     * @param conflicted how many reviewers may not, and {@code full} how many others have no room
     */
    record Shortage(UUID paper, int missing, int conflicted, int full) {}

    record Plan(List<Pair> pairs, List<Shortage> left) {}

    private Assigner(List<Reviewer> reviewers, Map<UUID, Set<PersonId>> before, int wanted) {
        this.reviewers = reviewers;
        this.wanted = wanted;
        before.forEach((paper, people) -> assigned.put(paper, new HashSet<>(people)));
        for (Reviewer reviewer : reviewers) {
            loads.put(reviewer.person(), reviewer.load());
            reviewer.topics()
                    .forEach(topic -> byTopic.computeIfAbsent(topic, none -> new ArrayList<>())
                            .add(reviewer));
        }
    }

    /**
     * A plan.
     *
     * @param before who judges what already; it stays
     * @param wanted reviewers for each paper
     */
    static Plan plan(List<Paper> papers, List<Reviewer> reviewers, Map<UUID, Set<PersonId>> before, int wanted) {
        Assigner assigner = new Assigner(reviewers, before, wanted);
        boolean isSmall = (long) papers.size() * reviewers.size() <= FEW;
        assigner.assign(papers, !isSmall);
        if (!isSmall) {
            assigner.assign(
                    papers.stream().filter(paper -> assigner.missing(paper) > 0).toList(), false);
        }
        return new Plan(
                assigner.found,
                papers.stream()
                        .filter(paper -> assigner.missing(paper) > 0)
                        .map(assigner::tell)
                        .toList());
    }

    private int missing(Paper paper) {
        return Math.max(0, wanted - assigned.getOrDefault(paper.id(), Set.of()).size());
    }

    private int room(Reviewer reviewer) {
        return Math.max(0, reviewer.most() - loads.getOrDefault(reviewer.person(), 0));
    }

    private boolean mayJudge(Reviewer reviewer, Paper paper) {
        return room(reviewer) > 0
                && !assigned.getOrDefault(paper.id(), Set.of()).contains(reviewer.person())
                && Conflict.between(reviewer, paper).isEmpty();
    }

    /** An arc that may become a pair. */
    private record Candidate(int arc, Paper paper, Reviewer reviewer) {}

    private void assign(List<Paper> papers, boolean onlyBest) {
        List<Paper> open = papers.stream().filter(paper -> missing(paper) > 0).toList();
        if (open.isEmpty() || reviewers.isEmpty()) {
            return;
        }
        MinCostFlow flow = new MinCostFlow();
        int source = 0;
        int sink = 1;
        Map<PersonId, Integer> nodes = new HashMap<>();
        for (Reviewer reviewer : reviewers) {
            int node = 2 + nodes.size();
            nodes.put(reviewer.person(), node);
            int load = loads.getOrDefault(reviewer.person(), 0);
            for (int step = 0; step < room(reviewer); step++) {
                flow.addArcWithCapacityAndUnitCost(source, node, 1, LOAD_STEP * (load + step));
            }
        }
        List<Candidate> candidates = new ArrayList<>();
        long demand = 0;
        for (int at = 0; at < open.size(); at++) {
            Paper paper = open.get(at);
            int node = 2 + nodes.size() + at;
            flow.addArcWithCapacityAndUnitCost(node, sink, missing(paper), 0);
            demand += missing(paper);
            for (Reviewer reviewer : onlyBest ? best(paper) : reviewers) {
                if (mayJudge(reviewer, paper)) {
                    int arc = flow.addArcWithCapacityAndUnitCost(
                            Objects.requireNonNull(nodes.get(reviewer.person())), node, 1, mismatch(reviewer, paper));
                    candidates.add(new Candidate(arc, paper, reviewer));
                }
            }
        }
        flow.setNodeSupply(source, demand);
        flow.setNodeSupply(sink, -demand);
        MinCostFlowBase.Status status = flow.solveMaxFlowWithMinCost();
        if (status != MinCostFlowBase.Status.OPTIMAL) {
            throw new IllegalStateException("The assignment could not be worked out: " + status);
        }
        candidates.stream()
                .filter(candidate -> flow.getFlow(candidate.arc()) > 0)
                .forEach(this::take);
        flow.delete();
    }

    private void take(Candidate candidate) {
        Paper paper = candidate.paper();
        Reviewer reviewer = candidate.reviewer();
        assigned.computeIfAbsent(paper.id(), none -> new HashSet<>()).add(reviewer.person());
        loads.merge(reviewer.person(), 1, Integer::sum);
        found.add(new Pair(paper.id(), reviewer.person(), shared(reviewer, paper)));
    }

    /** Those who know most of it, and some who are there for whoever else is taken; spread, so that not all papers want the same. */
    private Collection<Reviewer> best(Paper paper) {
        Map<PersonId, Reviewer> known = new HashMap<>();
        Map<PersonId, Integer> topics = new HashMap<>();
        for (String topic : paper.topics()) {
            for (Reviewer reviewer : byTopic.getOrDefault(topic, List.of())) {
                known.put(reviewer.person(), reviewer);
                topics.merge(reviewer.person(), 1, Integer::sum);
            }
        }
        Comparator<Reviewer> order = Comparator.<Reviewer>comparingInt(
                        reviewer -> -topics.getOrDefault(reviewer.person(), 0))
                .thenComparingInt(reviewer -> spread(paper, reviewer));
        List<Reviewer> chosen = new ArrayList<>(known.values().stream()
                .filter(reviewer -> mayJudge(reviewer, paper))
                .sorted(order)
                .limit(BEST)
                .toList());
        int from = Math.floorMod(paper.id().hashCode(), reviewers.size());
        for (int at = 0; at < reviewers.size() && chosen.size() < BEST; at++) {
            Reviewer other = reviewers.get((from + at) % reviewers.size());
            if (!known.containsKey(other.person())) {
                chosen.add(other);
            }
        }
        return chosen;
    }

    private static int spread(Paper paper, Reviewer reviewer) {
        int mixed = (paper.id().hashCode() * 31 + reviewer.person().value().hashCode()) * 0x9E3779B9;
        return mixed >>> 1;
    }

    private static Set<String> shared(Reviewer reviewer, Paper paper) {
        Set<String> shared = new java.util.TreeSet<>(paper.topics());
        shared.retainAll(reviewer.topics());
        return shared;
    }

    private static long mismatch(Reviewer reviewer, Paper paper) {
        if (paper.topics().isEmpty()) {
            return 0;
        }
        int known = 0;
        for (String topic : paper.topics()) {
            known += reviewer.topics().contains(topic) ? 1 : 0;
        }
        return MISMATCH - MISMATCH * known / paper.topics().size();
    }

    private Shortage tell(Paper paper) {
        int conflicted = 0;
        int full = 0;
        for (Reviewer reviewer : reviewers) {
            if (!Conflict.between(reviewer, paper).isEmpty()) {
                conflicted++;
            } else if (room(reviewer) == 0) {
                full++;
            }
        }
        return new Shortage(paper.id(), missing(paper), conflicted, full);
    }
}
