package org.aifactory.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Promises, counted as Regulation 1182/71 counts days, in Luxembourg. */
class WorkingDaysTest {
    private final Policy policy = PolicyTest.shipped();
    private final WorkingDays days = WorkingDays.of(policy);

    @Test
    void two_working_days_from_a_friday_end_with_tuesday() {
        // A Friday afternoon in winter, one hour ahead of UTC.
        assertThat(days.after(Instant.parse("2026-11-27T15:00:00Z"), 2)).isEqualTo("2026-12-01T22:59:59Z");
        // From Saturday it is the same.
        assertThat(days.after(Instant.parse("2026-11-28T10:00:00Z"), 2)).isEqualTo("2026-12-01T22:59:59Z");
    }

    @Test
    void the_day_is_that_of_the_programme_and_not_that_of_the_server() {
        // Half past eleven in the evening of Thursday in UTC is Friday in Luxembourg.
        assertThat(days.after(Instant.parse("2026-11-26T23:30:00Z"), 1)).isEqualTo("2026-11-30T22:59:59Z");
        // In summer it is two hours ahead.
        assertThat(days.after(Instant.parse("2027-07-01T12:00:00Z"), 1)).isEqualTo("2027-07-02T21:59:59Z");
    }

    @Test
    void holidays_do_not_count() {
        // Good Friday is a working day there; Easter Monday is not.
        assertThat(days.after(Instant.parse("2027-03-25T12:00:00Z"), 2)).isEqualTo("2027-03-30T21:59:59Z");
        // 25 and 26 December of any year, and the weekend beside them.
        assertThat(days.after(Instant.parse("2031-12-24T12:00:00Z"), 1)).isEqualTo("2031-12-29T22:59:59Z");
    }

    @Test
    void what_has_a_cut_off_counts_from_the_next_one() {
        // 15 December, 10:00; then ten working days, over Christmas and New Year.
        assertThat(promise("large-scale", "2026-12-02T12:00:00Z")).contains(Instant.parse("2026-12-30T22:59:59Z"));
        assertThat(promise("large-scale", "2026-12-15T09:00:00Z")).contains(Instant.parse("2026-12-30T22:59:59Z"));
        // A minute late for that one; the next is New Year.
        assertThat(promise("large-scale", "2026-12-15T09:01:00Z")).contains(Instant.parse("2027-01-15T22:59:59Z"));
    }

    @Test
    void a_month_ends_on_the_next_working_day_and_where_no_cut_off_is_known_nothing_is_promised() {
        // A month after Friday, 11 December is Monday, 11 January.
        assertThat(promise("ai-for-science", "2026-11-27T12:00:00Z")).contains(Instant.parse("2027-01-11T22:59:59Z"));
        assertThat(promise("ai-for-science", "2027-02-01T12:00:00Z")).isEmpty();
    }

    @Test
    void days_left_are_counted_in_working_days() {
        Instant friday = Instant.parse("2026-11-27T15:00:00Z");
        assertThat(days.between(friday, days.after(friday, 4))).isEqualTo(4);
        assertThat(days.between(Instant.parse("2026-12-03T10:00:00Z"), days.after(friday, 2)))
                .isEqualTo(-2);
    }

    @Test
    void a_calendar_without_working_days_ends() {
        Policy idle = PolicyFile.read("""
                version: x
                zone: Europe/Luxembourg
                calendar: {weekend: [MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY]}
                modes:
                  - {slug: m, letter: M, name: {en: M}, summary: {en: M}, decidedBy: POLICY, months: {choices: [1], usual: 1}}
                """.getBytes(UTF_8), "test");
        assertThat(WorkingDays.of(idle).after(Instant.parse("2026-11-27T15:00:00Z"), 2))
                .isAfter("2027-01-01T00:00:00Z");
    }

    private Optional<Instant> promise(String mode, String submitted) {
        return days.promisedBy(
                java.util.Objects.requireNonNull(policy.mode(mode).orElseThrow().promise()), Instant.parse(submitted));
    }
}
