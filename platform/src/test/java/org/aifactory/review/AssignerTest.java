package org.aifactory.review;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.PersonId;
import org.aifactory.review.Assigner.Pair;
import org.aifactory.review.Assigner.Plan;
import org.aifactory.review.Reviewer.Declared;
import org.junit.jupiter.api.Test;

class AssignerTest {
    private static final Instant THEN = Instant.parse("2026-11-02T09:00:00Z");
    private static final List<String> TOPICS = List.of("health", "language", "energy", "robots");
    private static final List<String> COUNTRIES = List.of("FI", "DE", "IT", "ES");

    @Test
    void those_who_know_most_are_taken_and_the_work_is_spread() {
        List<Reviewer> reviewers = IntStream.range(0, 8)
                .mapToObj(number -> reviewer(number, "FR", Set.of(number < 4 ? "health" : "energy"), 10))
                .toList();
        List<Paper> papers = IntStream.range(0, 4)
                .mapToObj(number -> paper(number, number, "FI", Set.of(number < 2 ? "health" : "energy")))
                .toList();

        Plan plan = Assigner.plan(papers, reviewers, Map.of(), 3);

        assertThat(plan.left()).isEmpty();
        assertThat(plan.pairs()).hasSize(12).allMatch(pair -> !pair.shared().isEmpty());
        Map<PersonId, Integer> loads = new HashMap<>();
        plan.pairs().forEach(pair -> loads.merge(pair.reviewer(), 1, Integer::sum));
        assertThat(loads.values()).allMatch(load -> load <= 2);
    }

    @Test
    void what_cannot_be_assigned_is_told_with_the_reason_and_never_forced() {
        List<Reviewer> reviewers = List.of(
                reviewer(1, "FI", Set.of("health"), 5),
                reviewer(2, "DE", Set.of("health"), 0),
                reviewer(3, "IT", Set.of(), 5));
        Paper paper = paper(1, 9, "FI", Set.of("health"));

        Plan plan = Assigner.plan(List.of(paper), reviewers, Map.of(), 3);

        assertThat(plan.pairs()).extracting(Pair::reviewer).containsExactly(person(3));
        assertThat(plan.left()).containsExactly(new Assigner.Shortage(paper.id(), 2, 1, 1));
    }

    @Test
    void who_judges_already_stays_and_is_not_asked_twice() {
        List<Reviewer> reviewers = IntStream.range(0, 4)
                .mapToObj(number -> reviewer(number, "FR", Set.of(), 5))
                .toList();
        Paper paper = paper(1, 9, "FI", Set.of());

        Plan plan = Assigner.plan(List.of(paper), reviewers, Map.of(paper.id(), Set.of(person(0))), 3);

        assertThat(plan.pairs()).hasSize(2).extracting(Pair::reviewer).doesNotContain(person(0));
    }

    @Property(tries = 60)
    void no_conflicted_reviewer_is_ever_assigned_none_twice_and_none_beyond_their_room(
            @ForAll("reviewers") List<Reviewer> reviewers, @ForAll("papers") List<Paper> papers) {
        Plan plan = Assigner.plan(papers, reviewers, Map.of(), 3);

        Map<PersonId, Reviewer> people = new HashMap<>();
        reviewers.forEach(reviewer -> people.put(reviewer.person(), reviewer));
        Map<UUID, Paper> byId = new HashMap<>();
        papers.forEach(paper -> byId.put(paper.id(), paper));
        Map<PersonId, Integer> loads = new HashMap<>();
        Map<UUID, Integer> counts = new HashMap<>();
        for (Pair pair : plan.pairs()) {
            assertThat(Conflict.between(
                            Objects.requireNonNull(people.get(pair.reviewer())),
                            Objects.requireNonNull(byId.get(pair.paper()))))
                    .isEmpty();
            loads.merge(pair.reviewer(), 1, Integer::sum);
            counts.merge(pair.paper(), 1, Integer::sum);
        }
        assertThat(new HashSet<>(plan.pairs())).hasSameSizeAs(plan.pairs());
        loads.forEach((person, load) -> assertThat(load)
                .isLessThanOrEqualTo(Objects.requireNonNull(people.get(person)).most()));
        Map<UUID, Integer> left = new HashMap<>();
        plan.left().forEach(some -> left.put(some.paper(), some.missing()));
        papers.forEach(paper -> assertThat(counts.getOrDefault(paper.id(), 0) + left.getOrDefault(paper.id(), 0))
                .isEqualTo(3));
    }

    static Reviewer reviewer(int number, String country, Set<String> topics, int most) {
        return new Reviewer(
                person(number),
                "Reviewer " + number,
                country,
                topics,
                most,
                0,
                Set.of(organisation(number % 7)),
                Declared.NOTHING);
    }

    static Paper paper(int number, int organisation, String country, Set<String> topics) {
        return new Paper(
                new UUID(2, number),
                "Paper " + number,
                organisation(100 + organisation),
                Set.of(),
                country,
                topics,
                100,
                THEN);
    }

    private static PersonId person(int number) {
        return new PersonId(new UUID(1, number));
    }

    private static OrganisationId organisation(int number) {
        return new OrganisationId(new UUID(3, number));
    }

    @Provide
    Arbitrary<List<Reviewer>> reviewers() {
        Arbitrary<Reviewer> one = Combinators.combine(
                        Arbitraries.integers().between(0, 1000),
                        Arbitraries.of(COUNTRIES),
                        Arbitraries.of(TOPICS).set().ofMaxSize(3),
                        Arbitraries.integers().between(0, 4),
                        Arbitraries.integers().between(0, 6),
                        Arbitraries.of(COUNTRIES).set().ofMaxSize(1))
                .as((number, country, topics, most, organisation, declared) -> new Reviewer(
                        person(number),
                        "Somebody",
                        country,
                        topics,
                        most,
                        0,
                        Set.of(organisation(organisation)),
                        new Declared(Set.of(organisation((organisation + 1) % 7)), declared)));
        return one.list().uniqueElements(Reviewer::person).ofMaxSize(15);
    }

    @Provide
    Arbitrary<List<Paper>> papers() {
        Arbitrary<Paper> one = Combinators.combine(
                        Arbitraries.integers().between(0, 1000),
                        Arbitraries.integers().between(0, 6),
                        Arbitraries.integers().between(0, 6),
                        Arbitraries.of(COUNTRIES),
                        Arbitraries.of(TOPICS).set().ofMaxSize(3))
                .as((number, organisation, partner, country, topics) -> new Paper(
                        new UUID(2, number),
                        "Paper",
                        organisation(organisation),
                        Set.of(organisation(partner)),
                        country,
                        topics,
                        100,
                        THEN));
        return one.list().uniqueElements(Paper::id).ofMaxSize(10);
    }
}
