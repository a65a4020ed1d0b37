package org.aifactory.cofunding;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.aifactory.cofunding.Movement.Kind;
import org.aifactory.facts.Mark;
import org.aifactory.web.Problem;
import org.aifactory.web.Problem.FieldFault;
import org.jspecify.annotations.Nullable;

/** What officers write of money, and what is wrong with it, each at its field. */
final class FundingForms {
    static final int FIRST_YEAR = 2018;
    static final int LAST_YEAR = 2100;
    /** Ten million million euros. */
    static final long MOST_CENTS = 1_000_000_000_000_000L;

    private static final int LONGEST_TEXT = 1000;

    private FundingForms() {}

    /**
     * @param kind of factory, as the policy names it
     * @param version that was read
     */
    record TermsForm(
            @Nullable String kind,
            @Nullable Boolean published,
            @Nullable Integer version) {}

    /** @param cents euro cents; 0 takes the year away */
    record CostForm(
            @Nullable Integer year,
            @Nullable String category,
            @Nullable Long cents,
            @Nullable Integer version) {}

    /**
     * Something that is booked.
     *
     * @param due of an instalment
     * @param instalment of a receipt
     * @param key made by the caller, and needed: the same again changes nothing
     */
    record MovementForm(
            @Nullable Kind kind,
            @Nullable String funder,
            @Nullable Integer year,
            @Nullable String category,
            @Nullable Long cents,
            @Nullable LocalDate day,
            @Nullable LocalDate due,
            @Nullable UUID instalment,
            @Nullable String reason,
            @Nullable UUID key) {}

    /** @param key as that of what is booked */
    record TakingBackForm(@Nullable String reason, @Nullable UUID key) {}

    /** What an hour costs from a day on. */
    record HourCostForm(
            @Nullable LocalDate from,
            @Nullable Long centsPerHour,
            @Nullable Mark mark,
            @Nullable String source) {}

    /** Collects what is wrong. */
    static final class Check {
        private final List<FieldFault> faults = new ArrayList<>();

        void fault(String field, String key, Object... arguments) {
            faults.add(FieldFault.of(field, key, arguments));
        }

        /** @throws Problem which names each field that is wrong */
        void done() {
            if (!faults.isEmpty()) {
                throw Problem.invalid(faults);
            }
        }

        <T> T need(String field, @Nullable T said, T otherwise) {
            if (said == null) {
                fault(field, "cofunding.fault.choose");
                return otherwise;
            }
            return said;
        }

        String text(String field, @Nullable String said) {
            String text = said == null ? "" : said.strip();
            boolean plain = text.indexOf('\0') < 0
                    && text.codePoints()
                            .noneMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
            if (text.isEmpty() || text.length() > LONGEST_TEXT || !plain) {
                fault(field, "cofunding.fault.text", LONGEST_TEXT);
                return "–";
            }
            return text;
        }

        String funder(String field, @Nullable String said) {
            if (said == null || !Funder.exists(said)) {
                fault(field, "cofunding.fault.funder");
                return Funder.UNION;
            }
            return said;
        }

        String category(String field, @Nullable String said) {
            if (said == null || !FundingPolicy.CATEGORIES.contains(said)) {
                fault(field, "cofunding.fault.category", String.join(", ", FundingPolicy.CATEGORIES));
                return FundingPolicy.CATEGORIES.getFirst();
            }
            return said;
        }

        int year(String field, @Nullable Integer said) {
            if (said == null || said < FIRST_YEAR || said > LAST_YEAR) {
                fault(field, "cofunding.fault.year", Integer.toString(FIRST_YEAR), Integer.toString(LAST_YEAR));
                return FIRST_YEAR;
            }
            return said;
        }

        /** @param latest no day after it */
        LocalDate day(String field, @Nullable LocalDate said, LocalDate latest) {
            if (said == null || said.isAfter(latest) || said.getYear() < FIRST_YEAR) {
                fault(field, "cofunding.fault.day");
                return latest;
            }
            return said;
        }

        long cents(String field, @Nullable Long said, long least) {
            if (said == null || said < least || said > MOST_CENTS) {
                fault(field, "cofunding.fault.amount");
                return least;
            }
            return said;
        }
    }
}
