package org.aifactory.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.aifactory.access.AllocationId;
import org.aifactory.federation.PartitionId;
import org.aifactory.training.Correction.Forecast;
import org.aifactory.training.Placement.Candidate;
import org.aifactory.training.Placement.Decision;
import org.aifactory.training.Placement.Judged;
import org.aifactory.training.PlacementRules.Preference;
import org.aifactory.web.Message;

/** Whatever machines there are and whatever is asked of them: the decision keeps to the rules, is the best, and is always the same. */
class PlacementTest {
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

    @Property(tries = 300)
    void what_is_chosen_keeps_to_every_rule(
            @ForAll("rules") PlacementRules rules, @ForAll("candidates") List<Candidate> candidates) {
        Placement.decide(rules, candidates, NOW).chosen().ifPresent(chosen -> {
            assertThat(keeps(rules, chosen)).isTrue();
            assertThat(candidates).contains(chosen);
        });
    }

    @Property(tries = 300)
    void where_one_keeps_to_the_rules_one_is_chosen_and_of_every_other_it_is_said_why_not(
            @ForAll("rules") PlacementRules rules, @ForAll("candidates") List<Candidate> candidates) {
        Decision decision = Placement.decide(rules, candidates, NOW);
        assertThat(decision.chosen().isPresent())
                .isEqualTo(candidates.stream().anyMatch(candidate -> keeps(rules, candidate)));
        assertThat(decision.candidates()).extracting(Judged::candidate).containsExactlyInAnyOrderElementsOf(candidates);
        assertThat(decision.candidates())
                .allSatisfy(one -> assertThat(one.isEligible()).isEqualTo(keeps(rules, one.candidate())));
        assertThat(decision.why().inEnglish()).isNotBlank().doesNotContain("training.");
    }

    @Property(tries = 300)
    void nothing_that_could_be_chosen_is_expected_to_end_earlier(
            @ForAll("rules") PlacementRules rules, @ForAll("candidates") List<Candidate> candidates) {
        PlacementRules soonest = new PlacementRules(
                rules.countries(), rules.gpu(), rules.mostCents(), rules.mostKwh(), Preference.FINISH);
        Placement.decide(soonest, candidates, NOW)
                .chosen()
                .ifPresent(chosen -> assertThat(candidates)
                        .filteredOn(other -> keeps(soonest, other))
                        .allSatisfy(other -> assertThat(other.finish().isPresent()
                                        && chosen.finish()
                                                .filter(finish -> finish.compareTo(
                                                                other.finish().get())
                                                        <= 0)
                                                .isEmpty())
                                .isFalse()));
    }

    @Property(tries = 300)
    void nothing_that_could_be_chosen_is_cheaper_or_takes_less_where_that_is_preferred(
            @ForAll("rules") PlacementRules rules, @ForAll("candidates") List<Candidate> candidates) {
        Placement.decide(rules, candidates, NOW)
                .chosen()
                .ifPresent(chosen -> assertThat(candidates)
                        .filteredOn(other -> keeps(rules, other))
                        .allSatisfy(other -> {
                            if (rules.prefer() == Preference.PRICE) {
                                assertThat(other.cents().orElse(Long.MAX_VALUE))
                                        .isGreaterThanOrEqualTo(chosen.cents().orElse(Long.MAX_VALUE));
                            }
                            if (rules.prefer() == Preference.ENERGY) {
                                assertThat(other.kwh()).isGreaterThanOrEqualTo(chosen.kwh());
                            }
                        }));
    }

    @Property(tries = 200)
    void the_order_in_which_machines_answer_does_not_count(
            @ForAll("rules") PlacementRules rules,
            @ForAll("candidates") List<Candidate> candidates,
            @ForAll long seed) {
        List<Candidate> other = new ArrayList<>(candidates);
        Collections.shuffle(other, new Random(seed));
        assertThat(Placement.decide(rules, other, NOW)).isEqualTo(Placement.decide(rules, candidates, NOW));
    }

    /** Of its own, so that a mistake in the one is not one in the other. */
    private static boolean keeps(PlacementRules rules, Candidate candidate) {
        boolean country = rules.countries().isEmpty()
                || candidate.country().filter(rules.countries()::contains).isPresent();
        boolean gpu = rules.gpu()
                .map(wish -> wish.toLowerCase(Locale.ROOT))
                .map(wish -> candidate
                        .gpu()
                        .filter(has -> has.toLowerCase(Locale.ROOT).contains(wish))
                        .isPresent())
                .orElse(true);
        boolean price = rules.mostCents()
                .map(most -> candidate.cents().filter(cents -> cents <= most).isPresent())
                .orElse(true);
        boolean energy = rules.mostKwh().map(most -> candidate.kwh() <= most).orElse(true);
        return candidate.obstacle().isEmpty() && country && gpu && price && energy;
    }

    @Example
    void a_longer_way_there_can_be_worth_a_shorter_wait() {
        Candidate near = candidate("near", Duration.ofHours(2), Duration.ZERO, Duration.ofMinutes(10));
        Candidate far = candidate("far", Duration.ofMinutes(5), Duration.ofMinutes(20), Duration.ofMinutes(12));
        Decision decision = Placement.decide(PlacementRules.NONE, List.of(near, far), NOW);
        assertThat(decision.chosen()).contains(far);
        assertThat(decision.why().inEnglish()).contains("far").contains("near");
    }

    @Example
    void one_that_says_when_goes_before_one_that_does_not() {
        Candidate silent = new Candidate(
                AllocationId.random(),
                "p",
                new PartitionId(UUID.randomUUID()),
                "a",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                Optional.empty(),
                Duration.ZERO,
                Duration.ofMinutes(1));
        Candidate late = candidate("z", Duration.ofDays(9), Duration.ZERO, Duration.ofMinutes(1));
        assertThat(Placement.decide(PlacementRules.NONE, List.of(silent, late), NOW)
                        .chosen())
                .contains(late);
    }

    private static Candidate candidate(String place, Duration wait, Duration transfer, Duration work) {
        return new Candidate(
                AllocationId.random(),
                "project",
                new PartitionId(UUID.randomUUID()),
                place,
                Optional.empty(),
                Optional.of("FI"),
                Optional.empty(),
                Optional.of(0L),
                1,
                Optional.of(new Forecast(Duration.ZERO, wait, wait.multipliedBy(2))),
                transfer,
                work);
    }

    @Provide
    Arbitrary<PlacementRules> rules() {
        return Combinators.combine(
                        Arbitraries.of("FI", "DE", "IT").set().ofMaxSize(2),
                        Arbitraries.of("A100", "h100", "MI250").optional(0.3),
                        Arbitraries.longs().between(0, 50).optional(0.3),
                        Arbitraries.doubles().between(0, 5).optional(0.3),
                        Arbitraries.of(Preference.class))
                .as(
                        (Set<String> countries,
                                Optional<String> gpu,
                                Optional<Long> cents,
                                Optional<Double> kwh,
                                Preference prefer) ->
                                new PlacementRules(new TreeSet<>(countries), gpu, cents, kwh, prefer));
    }

    @Provide
    Arbitrary<List<Candidate>> candidates() {
        Arbitrary<Optional<Forecast>> waits = Arbitraries.longs()
                .between(0, 20)
                .map(minutes -> new Forecast(
                        Duration.ofMinutes(minutes / 2), Duration.ofMinutes(minutes), Duration.ofMinutes(3 * minutes)))
                .optional(0.8);
        Arbitrary<Duration> minutes = Arbitraries.longs().between(0, 20).map(Duration::ofMinutes);
        return Combinators.combine(
                        Arbitraries.of("near", "far", "away"),
                        Arbitraries.just(Message.of("training.placement.slow", 8L))
                                .optional(0.3),
                        Arbitraries.of("FI", "DE", "IT").optional(0.8),
                        Arbitraries.of("NVIDIA A100", "NVIDIA H100", "AMD MI250X")
                                .optional(0.7),
                        Arbitraries.longs().between(0, 100).optional(0.8),
                        Arbitraries.integers().between(0, 10),
                        waits,
                        Combinators.combine(minutes, minutes).as((transfer, work) -> List.of(transfer, work)))
                .as((place, obstacle, country, gpu, cents, kwh, wait, times) -> new Candidate(
                        AllocationId.random(),
                        "project",
                        new PartitionId(UUID.randomUUID()),
                        place,
                        obstacle,
                        country,
                        gpu,
                        cents,
                        kwh,
                        wait,
                        times.get(0),
                        times.get(1)))
                .list()
                .ofMaxSize(6);
    }
}
