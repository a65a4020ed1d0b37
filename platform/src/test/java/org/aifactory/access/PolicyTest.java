package org.aifactory.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.aifactory.access.Eligibility.Applicant;
import org.aifactory.access.Finding.Outcome;
import org.aifactory.access.Policy.Decider;
import org.aifactory.access.Policy.Rule;
import org.aifactory.federation.HourUnit;
import org.aifactory.identity.OrganisationKind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The policy that is shipped, and what is refused as none. */
class PolicyTest {
    private static final String SMALLEST = """
            version: mine
            zone: Europe/Helsinki
            modes:
              - {slug: open-door, letter: O, name: {en: Open door}, summary: {en: For all}, decidedBy: POLICY, months: {choices: [1], usual: 1}}
            """;

    static Policy shipped() {
        try (InputStream in =
                Objects.requireNonNull(PolicyTest.class.getResourceAsStream("/policy/access-modes.yaml"))) {
            return PolicyFile.read(in.readAllBytes(), "the shipped policy");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void the_shipped_policy_has_the_four_modes_of_the_programme() {
        Policy policy = shipped();
        assertThat(policy.modes())
                .extracting(Policy.Mode::slug)
                .containsExactly("playground", "fast-lane", "large-scale", "ai-for-science");
        Policy.Mode playground = policy.mode("playground").orElseThrow();
        assertThat(playground.decidedBy()).isEqualTo(Decider.POLICY);
        assertThat(playground.name().in(Locale.KOREAN)).isEqualTo("플레이그라운드");
        assertThat(Objects.requireNonNull(
                                Objects.requireNonNull(playground.limits().get(HourUnit.GPU_HOUR))
                                        .upTo())
                        .value())
                .isEqualByComparingTo("5000");
    }

    @Test
    void every_figure_says_what_it_rests_on_and_every_source_has_an_address() {
        Policy policy = shipped();
        policy.modes()
                .forEach(mode -> mode.limits()
                        .values()
                        .forEach(limit -> List.of(
                                        java.util.Optional.ofNullable(limit.above()),
                                        java.util.Optional.ofNullable(limit.upTo()))
                                .forEach(figure -> figure.ifPresent(some -> {
                                    assertThat(some.mark()).as(mode.slug()).isNotNull();
                                    if (some.mark() != Ground.CHOSEN) {
                                        assertThat(policy.addresses(some.sources()))
                                                .as(mode.slug())
                                                .isNotEmpty()
                                                .allMatch(address -> address.startsWith("https://"));
                                    }
                                }))));
    }

    @Test
    void what_a_policy_leaves_out_does_not_exist() {
        Policy policy = PolicyFile.read(SMALLEST.getBytes(UTF_8), "test");
        assertThat(policy.profile()).isEmpty();
        assertThat(policy.rules()).isEmpty();
        assertThat(policy.report()).isNull();
        assertThat(policy.modes().getFirst().limits()).isEmpty();
        assertThat(policy.modes().getFirst().promise()).isNull();
        assertThat(policy.modes().getFirst().isOpen()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "modes: []",
                "nonsense: true",
                "rules: [{id: a, holds: {countries: [nowhere]}, otherwise: REFUSE, text: {en: A}}]",
                "rules: [{id: a, holds: {profile: {unasked: {is: true}}}, otherwise: REFUSE, text: {en: A}}]",
                "rules: [{id: a, modes: [none], holds: {}, otherwise: REFUSE, text: {en: A}}]",
                "calendar: {holidays: [{day: 02-31, name: Never}]}",
                "warnings: {daysLeft: many}",
                "zone: Europe/Nowhere",
                "- a list",
            })
    void a_policy_that_contradicts_itself_is_refused(String lines) {
        assertThatThrownBy(() -> PolicyFile.read(
                        (SMALLEST.lines()
                                                .filter(line -> !line.startsWith("zone") || !lines.startsWith("zone"))
                                                .collect(java.util.stream.Collectors.joining("\n"))
                                        + "\n" + lines)
                                .getBytes(UTF_8),
                        "test"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("The policy in test");
    }

    /** Who may apply, as a table: what the rule says of one company. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // rule, kind, country, commercial, staff, turnover -> outcome
                "seat, COMPANY, FI, false, 4, 0, HOLDS",
                "seat, COMPANY, NO, false, 4, 0, HOLDS",
                "seat, COMPANY, US, false, 4, 0, FOR_PEOPLE",
                "sme, COMPANY, FI, false, 249, 50000000, HOLDS",
                "sme, COMPANY, FI, false, 250, 0, FAILS",
                "sme, COMPANY, FI, false, 4, 50000000.01, FAILS",
                "sme, COMPANY, FI, false, -, 0, UNANSWERED",
                "sme, COMPANY, FI, true, 5000, 900000000, -",
                "sme, RESEARCH, FI, false, 5000, 0, -",
            })
    void a_rule_says_who_may_apply(
            String rule,
            OrganisationKind kind,
            String country,
            boolean commercial,
            @Nullable Integer staff,
            java.math.BigDecimal turnover,
            @Nullable Outcome outcome) {
        Policy policy = shipped();
        Map<String, Object> profile =
                staff == null ? Map.of("turnover", turnover) : Map.of("staff", staff, "turnover", turnover);
        Rule asked = policy.rules().stream()
                .filter(some -> some.id().equals(rule))
                .findFirst()
                .orElseThrow();
        assertThat(new Eligibility(policy).outcome(asked, new Applicant(kind, country, commercial, profile, Map.of())))
                .isEqualTo(java.util.Optional.ofNullable(outcome));
    }
}
