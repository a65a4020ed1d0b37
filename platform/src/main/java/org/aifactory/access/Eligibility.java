package org.aifactory.access;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.aifactory.access.Finding.Outcome;
import org.aifactory.access.Policy.Condition;
import org.aifactory.access.Policy.Otherwise;
import org.aifactory.access.Policy.Rule;
import org.aifactory.access.Policy.Test;
import org.aifactory.identity.OrganisationKind;
import org.jspecify.annotations.Nullable;

/** Applies the rules of who may apply; reads and writes nothing. */
final class Eligibility {
    private final Policy policy;

    Eligibility(Policy policy) {
        this.policy = policy;
    }

    /**
     * Who applies for what.
     *
     * @param country ISO 3166-1 alpha-2
     * @param commercial null where it is not said yet
     */
    record Applicant(
            OrganisationKind kind,
            String country,
            @Nullable Boolean commercial,
            Map<String, Object> profile,
            Map<String, Object> answers) {}

    /** Whether a condition holds; unknown where an answer is missing. */
    private enum Truth {
        YES,
        NO,
        UNKNOWN;

        static Truth of(boolean holds) {
            return holds ? YES : NO;
        }
    }

    /** What the rule says; empty where it does not apply. */
    Optional<Outcome> outcome(Rule rule, Applicant applicant) {
        Truth applies = rule.applies() == null ? Truth.YES : truth(rule.applies(), applicant);
        if (applies == Truth.NO) {
            return Optional.empty();
        }
        Truth holds = truth(rule.holds(), applicant);
        if (holds == Truth.YES) {
            return Optional.of(Outcome.HOLDS);
        }
        if (applies == Truth.UNKNOWN || holds == Truth.UNKNOWN) {
            return Optional.of(Outcome.UNANSWERED);
        }
        return Optional.of(rule.otherwise() == Otherwise.REFUSE ? Outcome.FAILS : Outcome.FOR_PEOPLE);
    }

    private Truth truth(Condition condition, Applicant applicant) {
        Stream<Truth> parts = Stream.of(
                        Stream.of(Truth.of(
                                condition.kinds().isEmpty() || condition.kinds().contains(applicant.kind()))),
                        Stream.of(Truth.of(condition.countries().isEmpty()
                                || condition.countries().stream()
                                        .anyMatch(group -> Objects.requireNonNull(
                                                        policy.countries().get(group))
                                                .contains(applicant.country())))),
                        Stream.of(commercial(condition, applicant)),
                        tests(condition.profile(), applicant.profile()),
                        tests(condition.answers(), applicant.answers()))
                .flatMap(some -> some);
        return parts.reduce(Truth.YES, Eligibility::and);
    }

    private static Truth commercial(Condition condition, Applicant applicant) {
        if (condition.commercial() == null) {
            return Truth.YES;
        }
        return applicant.commercial() == null
                ? Truth.UNKNOWN
                : Truth.of(condition.commercial().equals(applicant.commercial()));
    }

    private static Stream<Truth> tests(Map<String, Test> tests, Map<String, Object> answers) {
        return tests.entrySet().stream().map(test -> {
            Object answer = answers.get(test.getKey());
            return answer == null ? Truth.UNKNOWN : Truth.of(passes(test.getValue(), answer));
        });
    }

    private static boolean passes(Test test, Object answer) {
        if (test.is() != null && !test.is().toString().equals(answer.toString())) {
            return false;
        }
        if (test.below() == null && test.atMost() == null && test.atLeast() == null) {
            return true;
        }
        if (!(answer instanceof Number)) {
            return false;
        }
        BigDecimal number = new BigDecimal(answer.toString());
        return (test.below() == null || number.compareTo(test.below()) < 0)
                && (test.atMost() == null || number.compareTo(test.atMost()) <= 0)
                && (test.atLeast() == null || number.compareTo(test.atLeast()) >= 0);
    }

    private static Truth and(Truth one, Truth other) {
        if (one == Truth.NO || other == Truth.NO) {
            return Truth.NO;
        }
        return one == Truth.UNKNOWN || other == Truth.UNKNOWN ? Truth.UNKNOWN : Truth.YES;
    }
}
