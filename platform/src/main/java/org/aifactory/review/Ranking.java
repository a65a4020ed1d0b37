package org.aifactory.review;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Papers in order: those that pass every threshold by their totals, among equals by the tie-breaks of the scheme, then by when they were
 * submitted, then by their ids; after them, in the same order, those that do not pass. The order is total: it never depends on the order
 * in which papers were given.
 *
 * @param places the first first
 */
public record Ranking(List<Place> places) {
    public Ranking {
        places = List.copyOf(places);
    }

    /**
     * A paper as it goes into the ranking.
     *
     * @param asked what it would cost where it is selected; euro cents
     * @param scores by criterion
     */
    public record Candidate(UUID paper, Instant submitted, long asked, Map<String, BigDecimal> scores) {
        public Candidate {
            scores = new TreeMap<>(scores);
        }
    }

    /**
     * Where a paper stands.
     *
     * @param rank from 1
     * @param values of the groups, by their ids
     * @param missed the thresholds that it lies below: ids of criteria and groups, and {@code total}
     * @param decidedBy what put it behind the paper before it: {@code threshold}, {@code total}, the id of a tie-break,
     *     {@code submitted} or {@code id}; null for the first
     */
    public record Place(
            int rank,
            UUID paper,
            Map<String, BigDecimal> values,
            BigDecimal total,
            List<String> missed,
            @Nullable String decidedBy,
            long asked) {

        public boolean passes() {
            return missed.isEmpty();
        }
    }

    /** A paper with what is compared, worked out once. */
    private record Judged(
            Candidate candidate,
            Map<String, BigDecimal> values,
            BigDecimal total,
            List<String> missed,
            List<BigDecimal> ties) {}

    /** @throws NullPointerException where a score is missing; see {@link SchemeRules#faults(String, Scheme, Map)} */
    public static Ranking of(Scheme scheme, List<Candidate> candidates) {
        List<Judged> judged = candidates.stream()
                .map(candidate -> judged(scheme, candidate))
                .sorted(order(scheme))
                .toList();
        List<Place> places = new ArrayList<>(judged.size());
        for (int at = 0; at < judged.size(); at++) {
            Judged one = judged.get(at);
            places.add(new Place(
                    at + 1,
                    one.candidate().paper(),
                    one.values(),
                    one.total(),
                    one.missed(),
                    at == 0 ? null : decidedBy(scheme, judged.get(at - 1), one),
                    one.candidate().asked()));
        }
        return new Ranking(places);
    }

    private static Judged judged(Scheme scheme, Candidate candidate) {
        Map<String, BigDecimal> values = new TreeMap<>();
        scheme.groups().forEach(group -> values.put(group.id(), group.value(candidate.scores())));
        return new Judged(
                candidate,
                values,
                scheme.total(candidate.scores()),
                scheme.missed(candidate.scores()),
                scheme.tieBreaks().stream()
                        .map(id -> scheme.worth(id, candidate.scores()))
                        .toList());
    }

    private static Comparator<Judged> order(Scheme scheme) {
        Comparator<Judged> order = Comparator.<Judged, Boolean>comparing(
                        judged -> !judged.missed().isEmpty())
                .thenComparing(Judged::total, Comparator.reverseOrder());
        for (int tie = 0; tie < scheme.tieBreaks().size(); tie++) {
            int at = tie;
            order = order.thenComparing(judged -> judged.ties().get(at), Comparator.reverseOrder());
        }
        return order.thenComparing(judged -> judged.candidate().submitted())
                .thenComparing(judged -> judged.candidate().paper());
    }

    private static String decidedBy(Scheme scheme, Judged before, Judged after) {
        if (before.missed().isEmpty() != after.missed().isEmpty()) {
            return "threshold";
        }
        if (before.total().compareTo(after.total()) != 0) {
            return "total";
        }
        for (int tie = 0; tie < scheme.tieBreaks().size(); tie++) {
            if (before.ties().get(tie).compareTo(after.ties().get(tie)) != 0) {
                return scheme.tieBreaks().get(tie);
            }
        }
        return before.candidate().submitted().equals(after.candidate().submitted()) ? "id" : "submitted";
    }
}
