package org.aifactory.review;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How scores become a total and an order. A scheme is data: it is written with a call, numbered, and kept with every decision, so that
 * the decision can be calculated again. All arithmetic is in decimals and exact; nothing is divided and nothing is rounded.
 *
 * <p>The total is the sum over the groups of coefficient × value, and the value of a group the sum over its criteria of weight × score. A
 * flat scheme has one group with the coefficient 1.
 *
 * @param version counts up with every change of a scheme of this name; 0 until it is kept
 * @param threshold the least total that passes; null where there is none
 * @param tieBreaks criteria and groups by their ids; of papers with the same total the one with more in the first of these comes first
 */
public record Scheme(
        String slug,
        @JsonSetter(nulls = Nulls.AS_EMPTY) int version,
        Text name,
        List<Group> groups,
        @Nullable BigDecimal threshold,
        List<String> tieBreaks) {

    public Scheme {
        groups = groups == null ? List.of() : List.copyOf(groups);
        tieBreaks = tieBreaks == null ? List.of() : List.copyOf(tieBreaks);
    }

    /**
     * Criteria that are added up by themselves.
     *
     * @param threshold the least value that passes; null where there is none
     */
    public record Group(
            String id,
            Text name,
            BigDecimal coefficient,
            @Nullable BigDecimal threshold,
            List<Criterion> criteria) {
        public Group {
            criteria = criteria == null ? List.of() : List.copyOf(criteria);
        }

        BigDecimal value(Map<String, BigDecimal> scores) {
            return criteria.stream()
                    .map(criterion -> criterion.weight().multiply(score(scores, criterion.id())))
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
        }

        /** The most that it can come to. */
        BigDecimal most() {
            return criteria.stream()
                    .map(criterion -> criterion.weight().multiply(criterion.most()))
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
        }
    }

    /**
     * What is judged by itself.
     *
     * @param least the lowest score that can be given, and {@code most} the highest
     * @param step scores are whole multiples of it above the lowest
     * @param threshold the least score that passes; null where there is none
     */
    public record Criterion(
            String id,
            Text name,
            BigDecimal least,
            BigDecimal most,
            BigDecimal step,
            BigDecimal weight,
            @Nullable BigDecimal threshold) {

        boolean allows(BigDecimal score) {
            return score.compareTo(least) >= 0
                    && score.compareTo(most) <= 0
                    && score.subtract(least).remainder(step).signum() == 0;
        }
    }

    public List<Criterion> criteria() {
        return groups.stream().flatMap(group -> group.criteria().stream()).toList();
    }

    public Optional<Criterion> criterion(String id) {
        return criteria().stream()
                .filter(criterion -> criterion.id().equals(id))
                .findFirst();
    }

    BigDecimal total(Map<String, BigDecimal> scores) {
        return groups.stream()
                .map(group -> group.coefficient().multiply(group.value(scores)))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** The most that a total can come to. */
    public BigDecimal most() {
        return groups.stream()
                .map(group -> group.coefficient().multiply(group.most()))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** What counts among equals: the score of a criterion, or the value of a group. */
    BigDecimal worth(String id, Map<String, BigDecimal> scores) {
        return groups.stream()
                .filter(group -> group.id().equals(id))
                .map(group -> group.value(scores))
                .findFirst()
                .orElseGet(() -> score(scores, id));
    }

    /** The ids of what lies below its threshold: criteria, groups, and {@code total}. */
    List<String> missed(Map<String, BigDecimal> scores) {
        Stream<String> criteria = criteria().stream()
                .filter(criterion -> isBelow(score(scores, criterion.id()), criterion.threshold()))
                .map(Criterion::id);
        Stream<String> parts = groups.stream()
                .filter(group -> isBelow(group.value(scores), group.threshold()))
                .map(Group::id);
        Stream<String> whole = isBelow(total(scores), threshold) ? Stream.of("total") : Stream.empty();
        return Stream.of(criteria, parts, whole).flatMap(some -> some).toList();
    }

    private static boolean isBelow(BigDecimal value, @Nullable BigDecimal threshold) {
        return threshold != null && value.compareTo(threshold) < 0;
    }

    private static BigDecimal score(Map<String, BigDecimal> scores, String id) {
        return Objects.requireNonNull(scores.get(id), () -> "There is no score for " + id + ".");
    }
}
