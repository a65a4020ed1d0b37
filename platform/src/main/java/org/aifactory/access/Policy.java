package org.aifactory.access;

import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.aifactory.federation.HourUnit;
import org.aifactory.identity.OrganisationKind;
import org.aifactory.web.Message;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the programme as they stand in a file: modes, limits, promises, questions. What is left out there is empty or null here.
 *
 * @param version as people call this state of the policy
 * @param zone in which days begin and end
 * @param sources addresses by the short names that figures refer to them with
 * @param countries groups of ISO 3166-1 alpha-2 codes
 * @param profile what an organisation is asked of itself
 */
record Policy(
        String version,
        ZoneId zone,
        Map<String, String> sources,
        Calendar calendar,
        Map<String, Set<String>> countries,
        List<Question> profile,
        List<Rule> rules,
        List<Remark> terms,
        @Nullable Commercial commercial,
        List<Remark> notes,
        @Nullable Report report,
        Warnings warnings,
        List<Mode> modes) {

    Policy {
        sources = orEmpty(sources);
        calendar = calendar == null ? new Calendar(Set.of(), List.of(), null, List.of()) : calendar;
        countries = orEmpty(countries);
        profile = orEmpty(profile);
        rules = orEmpty(rules);
        terms = orEmpty(terms);
        notes = orEmpty(notes);
        warnings = warnings == null ? new Warnings(List.of(), BigDecimal.ZERO, BigDecimal.ONE, null) : warnings;
        modes = orEmpty(modes);
    }

    Optional<Mode> mode(String slug) {
        return modes.stream().filter(mode -> mode.slug().equals(slug)).findFirst();
    }

    /** A mode that something was granted in; it may have gone from the policy since. */
    Text nameOf(String slug) {
        return mode(slug).map(Mode::name).orElseGet(() -> new Text(slug, null));
    }

    /** Where the short names lead. */
    List<String> addresses(List<String> names) {
        return names.stream().map(name -> sources.getOrDefault(name, name)).toList();
    }

    /** A sentence in the languages that the platform speaks. */
    record Text(String en, @Nullable String ko) {
        Message said() {
            return Message.inEach(en, ko == null ? en : ko);
        }

        String in(Locale locale) {
            return locale.getLanguage().equals(Locale.KOREAN.getLanguage()) && ko != null ? ko : en;
        }
    }

    /** A number, what it rests on, and where it was read. */
    record Figure(BigDecimal value, @Nullable Ground mark, List<String> sources) {
        Figure {
            sources = orEmpty(sources);
        }
    }

    /** A sentence that is shown, and nothing is calculated with. */
    record Remark(Text text, @Nullable Ground mark, List<String> sources) {
        Remark {
            sources = orEmpty(sources);
        }
    }

    record Calendar(
            Set<DayOfWeek> weekend,
            List<Holiday> holidays,
            @Nullable Ground mark,
            List<String> sources) {
        Calendar {
            weekend = weekend == null ? Set.of() : Set.copyOf(weekend);
            holidays = orEmpty(holidays);
            sources = orEmpty(sources);
        }
    }

    /** @param day {@code 2027-03-29}, or {@code 12-25} for every year */
    record Holiday(String day, String name) {}

    /**
     * A question.
     *
     * @param atMost characters of a text, or the largest number
     * @param why for what the answer is needed; shown with the question
     * @param kinds who is asked; empty for everybody
     */
    record Question(
            String id,
            Form form,
            boolean required,
            @Nullable BigDecimal atLeast,
            @Nullable BigDecimal atMost,
            List<Choice> choices,
            Text text,
            Text why,
            Set<OrganisationKind> kinds) {
        Question {
            choices = orEmpty(choices);
            kinds = kinds == null ? Set.of() : Set.copyOf(kinds);
        }

        boolean isAskedOf(OrganisationKind kind) {
            return kinds.isEmpty() || kinds.contains(kind);
        }
    }

    enum Form {
        TEXT,
        NUMBER,
        YES_NO,
        CHOICE
    }

    record Choice(String value, Text text) {}

    /**
     * Who may apply: where {@code applies} holds, {@code holds} must.
     *
     * @param modes in which it counts; empty for all
     * @param applies null where it always does
     */
    record Rule(
            String id,
            Set<String> modes,
            @Nullable Condition applies,
            Condition holds,
            Otherwise otherwise,
            Text text,
            @Nullable Text advice,
            @Nullable Ground mark,
            List<String> sources) {
        Rule {
            modes = modes == null ? Set.of() : Set.copyOf(modes);
            sources = orEmpty(sources);
        }

        boolean countsIn(Mode mode) {
            return modes.isEmpty() || modes.contains(mode.slug());
        }
    }

    /** What happens where a rule does not hold. */
    enum Otherwise {
        REFUSE,
        /** A person looks at it, whatever the mode says. */
        REVIEW
    }

    /**
     * Holds where all that it names does.
     *
     * @param countries groups
     * @param profile tests by question
     * @param answers tests by question of the mode
     */
    record Condition(
            Set<OrganisationKind> kinds,
            Set<String> countries,
            @Nullable Boolean commercial,
            Map<String, Test> profile,
            Map<String, Test> answers) {
        Condition {
            kinds = kinds == null ? Set.of() : Set.copyOf(kinds);
            countries = countries == null ? Set.of() : Set.copyOf(countries);
            profile = orEmpty(profile);
            answers = orEmpty(answers);
        }
    }

    record Test(
            @Nullable BigDecimal below,
            @Nullable BigDecimal atMost,
            @Nullable BigDecimal atLeast,
            @Nullable Object is) {}

    /** @param mostShare of a partition's time */
    record Commercial(@Nullable Figure mostShare, @Nullable Text text, List<String> sources) {
        Commercial {
            sources = orEmpty(sources);
        }
    }

    record Report(int dueMonths, @Nullable Ground mark, List<String> sources) {
        Report {
            sources = orEmpty(sources);
        }
    }

    /**
     * When people are told that time runs out.
     *
     * @param daysLeft before the end, on which it is said
     * @param unusedShare said more urgently where more than this of the grant is still free
     * @param nearlySpentShare said where more than this of the grant is spent or held
     */
    record Warnings(
            List<Integer> daysLeft,
            BigDecimal unusedShare,
            BigDecimal nearlySpentShare,
            @Nullable Ground mark) {
        Warnings {
            daysLeft = orEmpty(daysLeft);
            unusedShare = unusedShare == null ? BigDecimal.ZERO : unusedShare;
            nearlySpentShare = nearlySpentShare == null ? BigDecimal.ONE : nearlySpentShare;
        }
    }

    /** Who decides. */
    enum Decider {
        /** The policy itself, at once. */
        POLICY,
        /** A technical reviewer, or whoever operates the partition. */
        REVIEWER,
        /** A panel; until there are panels, a reviewer. */
        PANEL;

        /** As it stands in keys of messages. */
        public String slug() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * A way to time on a partition.
     *
     * @param letter in the number that an application is called by
     * @param kinds whose organisations may apply
     * @param kindsThatNameIt whose organisations may apply too, but only where they choose this mode themselves
     * @param open null for open
     * @param limits by the unit in which they are said; of a partition's units the first that is here counts
     * @param beyond how much more than the limits an extension or a top-up may give
     * @param byMachine what is checked at once
     * @param byPeople what a person checks
     */
    record Mode(
            String slug,
            String letter,
            Text name,
            Text summary,
            Set<OrganisationKind> kinds,
            Set<OrganisationKind> kindsThatNameIt,
            @Nullable Boolean open,
            Decider decidedBy,
            @Nullable Promise promise,
            Map<HourUnit, Limit> limits,
            Months months,
            @Nullable Beyond beyond,
            List<Text> byMachine,
            List<Text> byPeople,
            List<Question> questions,
            List<Remark> notes) {
        Mode {
            kinds = kinds == null ? Set.of() : Set.copyOf(kinds);
            kindsThatNameIt = kindsThatNameIt == null ? Set.of() : Set.copyOf(kindsThatNameIt);
            limits = orEmpty(limits);
            byMachine = orEmpty(byMachine);
            byPeople = orEmpty(byPeople);
            questions = orEmpty(questions);
            notes = orEmpty(notes);
        }

        boolean isOpen() {
            return open == null || open;
        }
    }

    /** @param above more than this; null for anything */
    record Limit(@Nullable Figure above, @Nullable Figure upTo) {}

    /**
     * How soon there is an answer: working days or months after the application, or after the cut-off that follows it.
     */
    record Promise(
            @Nullable Integer workingDays,
            @Nullable Integer months,
            @Nullable CutOffs cutOffs,
            @Nullable Ground mark,
            List<String> sources) {
        Promise {
            sources = orEmpty(sources);
        }
    }

    /** Dates, and days of every month, at one time of the day. */
    record CutOffs(
            LocalTime time,
            List<LocalDate> dates,
            List<Integer> daysOfMonth,
            @Nullable Ground mark,
            List<String> sources) {
        CutOffs {
            dates = orEmpty(dates);
            daysOfMonth = orEmpty(daysOfMonth);
            sources = orEmpty(sources);
        }
    }

    /** @param usual what is meant where an application does not say */
    record Months(
            List<Integer> choices, int usual, @Nullable Ground mark, List<String> sources) {
        Months {
            sources = orEmpty(sources);
        }

        int most() {
            return choices.stream().mapToInt(Integer::intValue).max().orElse(usual);
        }
    }

    record Beyond(
            int months,
            @Nullable BigDecimal share,
            @Nullable Ground mark,
            List<String> sources) {
        Beyond {
            sources = orEmpty(sources);
        }
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }

    private static <K, V> Map<K, V> orEmpty(@Nullable Map<K, V> map) {
        // The order is the file's.
        return map == null ? Map.of() : java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(map));
    }
}
