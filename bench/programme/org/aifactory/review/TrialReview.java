package org.aifactory.review;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.PersonId;
import org.aifactory.review.Ranking.Candidate;
import org.aifactory.review.Reviewer.Declared;
import org.aifactory.review.Scheme.Criterion;
import org.aifactory.review.Scheme.Group;

/** Made-up reviewers, papers and scores, the same for the same seed. */
final class TrialReview {
    private static final List<String> COUNTRIES = List.of(
            "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL",
            "PT", "RO", "SE", "SI", "SK");
    private static final int TOPICS = 60;
    private static final int ORGANISATIONS = 800;
    private static final Instant THEN = Instant.parse("2026-11-27T12:00:00Z");

    private final Random random;

    TrialReview(long seed) {
        random = new Random(seed);
    }

    /** Each knows of five topics, acts for one organisation, and every tenth has declared a country or an organisation. */
    List<Reviewer> reviewers(int count, int most) {
        return IntStream.range(0, count)
                .mapToObj(number -> new Reviewer(
                        new PersonId(new UUID(1, number)),
                        "Reviewer " + number,
                        country(),
                        topics(5),
                        most,
                        0,
                        Set.of(organisation()),
                        number % 10 == 0 ? new Declared(Set.of(organisation()), Set.of(country())) : Declared.NOTHING))
                .toList();
    }

    /** Each is of three topics and has two partners. */
    List<Paper> papers(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> new Paper(
                        // Spread as ids of real papers are.
                        new UUID(random.nextLong(), number),
                        "Paper " + number,
                        organisation(),
                        Set.of(new OrganisationId(new UUID(3, ORGANISATIONS + number)), organisation()),
                        country(),
                        topics(3),
                        1_000_000_00L,
                        THEN.plusSeconds(number)))
                .toList();
    }

    private String country() {
        return COUNTRIES.get(random.nextInt(COUNTRIES.size()));
    }

    private OrganisationId organisation() {
        return new OrganisationId(new UUID(3, random.nextInt(ORGANISATIONS)));
    }

    private Set<String> topics(int count) {
        Set<String> topics = new TreeSet<>();
        while (topics.size() < count) {
            topics.add("topic-" + random.nextInt(TOPICS));
        }
        return topics;
    }

    /** 0.5 X1 + 0.25 X2 + 0.25 X3, of three criteria each from 0 to 5, with thresholds everywhere and two tie-breaks. */
    Scheme scheme() {
        return new Scheme(
                "parts",
                1,
                new Text("In parts", null),
                List.of(group("x1", "0.5"), group("x2", "0.25"), group("x3", "0.25")),
                new BigDecimal("7"),
                List.of("x1", "x2"));
    }

    private static Group group(String id, String coefficient) {
        List<Criterion> criteria = new ArrayList<>();
        for (String part : List.of("a", "b", "c")) {
            criteria.add(new Criterion(
                    id + "-" + part,
                    new Text(id + part, null),
                    BigDecimal.ZERO,
                    new BigDecimal("5"),
                    new BigDecimal("0.5"),
                    BigDecimal.ONE,
                    new BigDecimal("1")));
        }
        return new Group(id, new Text(id, null), new BigDecimal(coefficient), new BigDecimal("5"), criteria);
    }

    List<Candidate> candidates(Scheme scheme, int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> new Candidate(
                        new UUID(random.nextLong(), number),
                        THEN.plusSeconds(random.nextInt(86_400)),
                        (1 + random.nextInt(50)) * 1_000_000_00L,
                        scores(scheme)))
                .toList();
    }

    private Map<String, BigDecimal> scores(Scheme scheme) {
        Map<String, BigDecimal> scores = new java.util.HashMap<>();
        scheme.criteria().forEach(criterion -> scores.put(criterion.id(), BigDecimal.valueOf(random.nextInt(11) * 5L, 1)));
        return scores;
    }
}
