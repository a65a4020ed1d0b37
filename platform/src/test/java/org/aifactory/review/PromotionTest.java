package org.aifactory.review;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.aifactory.review.Promotion.Ground;
import org.aifactory.review.Promotion.Waiting;
import org.aifactory.review.Ranking.Place;
import org.aifactory.review.Selection.Line;
import org.aifactory.review.Selection.Rule;
import org.aifactory.review.Selection.Verdict;
import org.aifactory.review.Selection.WhenShort;
import org.junit.jupiter.api.Test;

class PromotionTest {
    @Test
    void nobody_passes_the_first_who_waits_where_the_rule_is_to_stop() {
        List<Waiting> waiting = List.of(new Waiting(3, paper(3), 10), new Waiting(4, paper(4), 5));

        assertThat(Promotion.of(new Ground(1, WhenShort.STOP, 7, waiting))).isEmpty();
        assertThat(Promotion.of(new Ground(1, WhenShort.PASS_OVER, 7, waiting)))
                .contains(new Promotion(paper(4), 4, 5, 2));
        assertThat(Promotion.of(new Ground(1, WhenShort.STOP, 10, waiting)))
                .contains(new Promotion(paper(3), 3, 10, 0));
    }

    @Property(tries = 300)
    void money_selected_never_passes_the_budget_whatever_is_given_up_and_whoever_comes_next(
            @ForAll @Size(max = 12) List<@LongRange(min = 0, max = 50) Long> asked,
            @ForAll @LongRange(min = 0, max = 200) long budget,
            @ForAll WhenShort whenShort,
            @ForAll @IntRange(min = 0, max = 6) int reserve,
            @ForAll Random chance) {
        Selection selection = Selection.of(ranking(asked), budget, new Rule(whenShort, reserve));
        List<Line> selected = lines(selection, Verdict.SELECTED);
        List<Line> waiting = lines(selection, Verdict.RESERVE);
        Set<UUID> promoted = new HashSet<>();
        for (int step = 0; step < 20; step++) {
            if (chance.nextBoolean() && !selected.isEmpty()) {
                selected.remove(chance.nextInt(selected.size()));
            }
            long left = budget - sum(selected);
            Ground ground = new Ground(
                    1,
                    whenShort,
                    left,
                    waiting.stream()
                            .map(line -> new Waiting(line.rank(), line.paper(), line.asked()))
                            .toList());
            Optional<Promotion> next = Promotion.of(ground);
            next.ifPresent(promotion -> {
                assertThat(promoted.add(promotion.paper())).isTrue();
                Line line = waiting.stream()
                        .filter(one -> one.paper().equals(promotion.paper()))
                        .findFirst()
                        .orElseThrow();
                waiting.remove(line);
                selected.add(line);
                assertThat(promotion.left()).isEqualTo(budget - sum(selected));
            });
            assertThat(sum(selected)).isLessThanOrEqualTo(budget);
        }
    }

    private static long sum(List<Line> lines) {
        return lines.stream().mapToLong(Line::asked).sum();
    }

    private static List<Line> lines(Selection selection, Verdict verdict) {
        return new ArrayList<>(selection.lines().stream()
                .filter(line -> line.verdict() == verdict)
                .toList());
    }

    private static Ranking ranking(List<Long> asked) {
        List<Place> places = new ArrayList<>();
        for (long one : asked) {
            int rank = places.size() + 1;
            places.add(new Place(rank, paper(rank), Map.of(), BigDecimal.ONE, List.of(), null, one));
        }
        return new Ranking(places);
    }

    private static UUID paper(int number) {
        return new UUID(2, number);
    }
}
