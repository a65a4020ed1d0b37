package org.aifactory.review;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.aifactory.review.Ranking.Candidate;
import org.aifactory.review.Ranking.Place;
import org.aifactory.review.Scheme.Criterion;
import org.aifactory.review.Selection.Line;
import org.aifactory.review.Selection.Rule;
import org.aifactory.review.Selection.Verdict;
import org.aifactory.review.Selection.WhenShort;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class RankingTest {
    private static final Instant MONDAY = Instant.parse("2026-11-02T09:00:00Z");
    private static final JsonMapper JSON = new JsonMapper();

    @Test
    void more_points_come_first_and_among_equals_the_tie_breaks_in_their_order() {
        Candidate impact = paper(1, 0, Schemes.scores("3", "5", "4"));
        Candidate excellence = paper(2, 0, Schemes.scores("5", "3", "4"));
        Candidate most = paper(3, 0, Schemes.scores("5", "4.5", "4"));
        Candidate below = paper(4, 0, Schemes.scores("5", "5", "2.5"));

        Ranking ranking = Ranking.of(Schemes.flat(), List.of(below, excellence, impact, most));

        assertThat(ranking.places())
                .extracting(Place::paper)
                .containsExactly(most.paper(), impact.paper(), excellence.paper(), below.paper());
        assertThat(ranking.places()).extracting(Place::decidedBy).containsExactly(null, "total", "impact", "threshold");
        assertThat(ranking.places().getLast().missed()).containsExactly("implementation");
        assertThat(ranking.places().getFirst().total()).isEqualByComparingTo("13.5");
    }

    @Test
    void what_is_equal_in_everything_stands_in_the_order_in_which_it_came() {
        Candidate later = paper(1, 60, Schemes.scores("4", "4", "4"));
        Candidate earlier = paper(2, 0, Schemes.scores("4", "4", "4"));

        List<Place> places = Ranking.of(Schemes.flat(), List.of(later, earlier)).places();

        assertThat(places).extracting(Place::paper).containsExactly(earlier.paper(), later.paper());
        assertThat(places.getLast().decidedBy()).isEqualTo("submitted");
    }

    @Test
    void a_formula_over_parts_is_calculated_exactly() {
        Map<String, BigDecimal> scores = new HashMap<>();
        List.of("x1", "x2", "x3").forEach(part -> {
            scores.put(part + "-technical", new BigDecimal("71"));
            scores.put(part + "-other", new BigDecimal("83"));
        });
        scores.put("x1-technical", new BigDecimal("90"));

        Place place = Ranking.of(Schemes.parts(), List.of(paper(1, 0, scores)))
                .places()
                .getFirst();

        assertThat(place.values().get("x1")).isEqualByComparingTo("85.8");
        assertThat(place.values().get("x2")).isEqualByComparingTo("78.2");
        assertThat(place.total()).isEqualByComparingTo("82");
        assertThat(place.passes()).isTrue();
    }

    @Property(tries = 200)
    void the_order_is_total_and_does_not_depend_on_how_papers_are_given(
            @ForAll("papers") List<Candidate> papers, @ForAll long seed) {
        List<Candidate> shuffled = new ArrayList<>(papers);
        Collections.shuffle(shuffled, new Random(seed));

        Ranking ranking = Ranking.of(Schemes.flat(), papers);

        assertThat(Ranking.of(Schemes.flat(), shuffled)).isEqualTo(ranking);
        assertThat(new HashSet<>(ranking.places().stream().map(Place::paper).toList()))
                .hasSameSizeAs(papers);
        for (int at = 1; at < ranking.places().size(); at++) {
            Place before = ranking.places().get(at - 1);
            Place after = ranking.places().get(at);
            assertThat(before.passes() || !after.passes()).isTrue();
            assertThat(before.passes() != after.passes() || before.total().compareTo(after.total()) >= 0)
                    .isTrue();
        }
    }

    @Property(tries = 100)
    void what_was_kept_as_text_is_calculated_again_to_the_digit(@ForAll("papers") List<Candidate> papers) {
        String scheme = JSON.writeValueAsString(Schemes.flat());
        List<String> kept = papers.stream().map(JSON::writeValueAsString).toList();
        String outcome = JSON.writeValueAsString(Ranking.of(Schemes.flat(), papers));

        Ranking again = Ranking.of(
                JSON.readValue(scheme, Scheme.class),
                kept.stream().map(text -> JSON.readValue(text, Candidate.class)).toList());

        assertThat(JSON.writeValueAsString(again)).isEqualTo(outcome);
    }

    @Property(tries = 200)
    void what_is_selected_never_costs_more_than_the_budget(
            @ForAll("papers") List<Candidate> papers, @ForAll("budgets") long budget, @ForAll("rules") Rule rule) {
        Ranking ranking = Ranking.of(Schemes.flat(), papers);

        Selection selection = Selection.of(ranking, budget, rule);

        long spent = selection.lines().stream()
                .filter(line -> line.verdict() == Verdict.SELECTED)
                .mapToLong(Line::asked)
                .sum();
        assertThat(selection.spent()).isEqualTo(spent).isLessThanOrEqualTo(budget);
        assertThat(selection.with(Verdict.RESERVE)).hasSizeLessThanOrEqualTo(rule.reserve());
        assertThat(selection.lines()).hasSameSizeAs(papers);
        ranking.places().stream()
                .filter(place -> !place.passes())
                .forEach(place ->
                        assertThat(selection.with(Verdict.BELOW_THRESHOLD)).contains(place.paper()));
        if (rule.whenShort() == WhenShort.STOP) {
            assertThat(selection.lines().stream()
                            .filter(line -> line.verdict() != Verdict.BELOW_THRESHOLD)
                            .map(line -> line.verdict() == Verdict.SELECTED)
                            .distinct()
                            .toList())
                    .isIn(List.of(), List.of(true), List.of(false), List.of(true, false));
        }
    }

    @Property(tries = 100)
    void with_a_larger_budget_nothing_is_taken_from_anybody_who_stands_above_the_line(
            @ForAll("papers") List<Candidate> papers, @ForAll("budgets") long budget) {
        Ranking ranking = Ranking.of(Schemes.flat(), papers);
        Rule rule = new Rule(WhenShort.STOP, 2);

        assertThat(Selection.of(ranking, budget + 1000, rule).with(Verdict.SELECTED))
                .containsAll(Selection.of(ranking, budget, rule).with(Verdict.SELECTED));
    }

    @Test
    void a_scheme_that_contradicts_itself_is_told_at_its_fields() {
        Scheme flat = Schemes.flat();
        Scheme broken = new Scheme("Broken!", 1, flat.name(), flat.groups(), new BigDecimal("16"), List.of("beauty"));

        assertThat(SchemeRules.faults("scheme", broken))
                .extracting(fault -> fault.field())
                .containsExactly("scheme.slug");
        assertThat(SchemeRules.faults(
                        "scheme",
                        new Scheme("broken", 1, flat.name(), flat.groups(), new BigDecimal("16"), List.of("beauty"))))
                .extracting(fault -> fault.field())
                .containsExactly("scheme.threshold", "scheme.tieBreaks[0]");
        assertThat(SchemeRules.faults("scheme", flat)).isEmpty();
        assertThat(SchemeRules.faults("scheme", Schemes.parts())).isEmpty();
    }

    @Test
    void a_score_is_on_the_scale_of_its_criterion() {
        Map<String, BigDecimal> scores = new HashMap<>(Schemes.scores("4.25", "6", "3"));
        scores.remove("implementation");
        scores.put("beauty", BigDecimal.ONE);

        assertThat(SchemeRules.faults("scores", Schemes.flat(), scores))
                .extracting(fault -> fault.field())
                .containsExactly("scores.excellence", "scores.impact", "scores.implementation", "scores.beauty");
    }

    private static Candidate paper(int number, int secondsLater, Map<String, BigDecimal> scores) {
        return new Candidate(new UUID(7, number), MONDAY.plusSeconds(secondsLater), 100, scores);
    }

    @Provide
    Arbitrary<List<Candidate>> papers() {
        Arbitrary<BigDecimal> score =
                Arbitraries.integers().between(4, 10).map(halves -> BigDecimal.valueOf(halves * 5L, 1));
        Arbitrary<Map<String, BigDecimal>> scores = score.list().ofSize(3).map(some -> {
            Map<String, BigDecimal> all = new HashMap<>();
            List<Criterion> criteria = Schemes.flat().criteria();
            for (int at = 0; at < criteria.size(); at++) {
                all.put(criteria.get(at).id(), some.get(at));
            }
            return all;
        });
        Arbitrary<Candidate> paper = Combinators.combine(
                        Arbitraries.longs(),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.longs().between(0, 1000),
                        scores)
                .as((id, later, asked, all) -> new Candidate(new UUID(0, id), MONDAY.plusSeconds(later), asked, all));
        return paper.list().uniqueElements(Candidate::paper).ofMaxSize(30);
    }

    @Provide
    Arbitrary<Long> budgets() {
        return Arbitraries.longs().between(0, 10_000);
    }

    @Provide
    Arbitrary<Rule> rules() {
        return Combinators.combine(
                        Arbitraries.of(WhenShort.values()),
                        Arbitraries.integers().between(0, 5))
                .as(Rule::new);
    }
}
