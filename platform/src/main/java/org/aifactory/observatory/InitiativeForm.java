package org.aifactory.observatory;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import org.aifactory.facts.Mark;
import org.jspecify.annotations.Nullable;

/**
 * An initiative as people and programs write and read it, and as it lies in its column: whatever was said, checked by
 * {@link InitiativeCheck} before it is anything.
 *
 * @param version the one that was read; absent for a new initiative
 * @param titleKo the same in Korean, where somebody wrote it
 * @param country ISO 3166-1: FR
 * @param announced the day on which it was said
 * @param sources addresses, or in words what it was where there is no address
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record InitiativeForm(
        @Nullable String slug,
        @Nullable Integer version,
        @Nullable String title,
        @Nullable String titleKo,
        @Nullable String country,
        @Nullable String body,
        @Nullable Kind kind,
        @Nullable Standing standing,
        @Nullable Payer payer,
        @Nullable AmountForm amount,
        @Nullable PeriodForm period,
        @Nullable LocalDate announced,
        @Nullable Mark mark,
        @Nullable List<String> sources,
        @Nullable List<LineForm> lines,
        @Nullable List<DisputeForm> disputes,
        @Nullable List<ModelForm> models,
        @Nullable List<Sector> sectors,
        @Nullable String note,
        @Nullable String noteKo) {

    /** The four ways to say how much. */
    enum Exactness {
        NONE,
        EXACT,
        RANGE,
        AT_LEAST
    }

    /**
     * How much, in whole units of the currency.
     *
     * @param least the amount itself where it is exact
     * @param most of a range alone
     * @param currency ISO 4217: EUR; a line has the currency of its initiative
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record AmountForm(
            @Nullable Exactness exactness,
            @Nullable BigDecimal least,
            @Nullable BigDecimal most,
            @Nullable String currency,
            @Nullable Basis basis) {
        static final AmountForm NONE = new AmountForm(Exactness.NONE, null, null, null, null);
    }

    /**
     * From a month to a month, or so many years; open where neither an end nor a number of years is said.
     *
     * @param from as 2024-10
     * @param until the last month
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record PeriodForm(
            @Nullable YearMonth from,
            @Nullable YearMonth until,
            @Nullable Integer years) {
        static final PeriodForm OPEN = new PeriodForm(null, null, null);
    }

    /**
     * What of an initiative is for what.
     *
     * @param beside whether it comes on top of the head's amount; otherwise it is a part of it
     * @param standing the head's where it is absent; so are payer, mark and sources
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record LineForm(
            @Nullable Purpose purpose,
            @Nullable Boolean beside,
            @Nullable Standing standing,
            @Nullable Payer payer,
            @Nullable AmountForm amount,
            @Nullable Mark mark,
            @Nullable List<String> sources,
            @Nullable String note,
            @Nullable String noteKo) {}

    /** What other sources say. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record DisputeForm(
            @Nullable String says,
            @Nullable String saysKo,
            @Nullable List<String> sources) {}

    record ModelForm(@Nullable String name, @Nullable String address) {}

    InitiativeForm as(String knownSlug, int knownVersion) {
        return new InitiativeForm(
                knownSlug,
                knownVersion,
                title,
                titleKo,
                country,
                body,
                kind,
                standing,
                payer,
                amount,
                period,
                announced,
                mark,
                sources,
                lines,
                disputes,
                models,
                sectors,
                note,
                noteKo);
    }

    static <T> List<T> each(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
