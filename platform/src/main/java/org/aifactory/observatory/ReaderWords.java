package org.aifactory.observatory;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.text.NumberFormat;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.aifactory.facts.Sources;
import org.aifactory.observatory.Comparison.Group;
import org.aifactory.observatory.Comparison.Row;
import org.aifactory.web.Message;

/** Amounts, countries, periods and sources as a reader of a page writes them; templates know it as {@code say}. */
public final class ReaderWords {
    private static final int DECIMALS = 2;
    private static final int RATE_DECIMALS = 8;
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    private final Locale locale;

    ReaderWords(Locale locale) {
        this.locale = locale;
    }

    /** {@code EUR 5 billion}, {@code EUR 40 billion to 50 billion}, {@code up to …}, {@code at least …}. */
    public Message amount(Object amount, String currency) {
        return switch ((Amount) amount) {
            case Amount.None() -> Message.of("observatory.amount.none");
            case Amount.Exact(BigDecimal value) -> Message.of("observatory.amount.exact", currency, compact(value));
            case Amount.Range(BigDecimal least, BigDecimal most) ->
                least.signum() == 0
                        ? Message.of("observatory.amount.up-to", currency, compact(most))
                        : Message.of("observatory.amount.range", currency, compact(least), compact(most));
            case Amount.AtLeast(BigDecimal least) ->
                Message.of("observatory.amount.at-least", currency, compact(least));
        };
    }

    /** {@code 370.8 billion}: long numbers are read wrong. */
    public String compact(BigDecimal value) {
        NumberFormat format = NumberFormat.getCompactNumberInstance(locale, NumberFormat.Style.LONG);
        format.setMaximumFractionDigits(DECIMALS);
        format.setRoundingMode(RoundingMode.HALF_UP);
        // Of a BigDecimal it shows no decimals.
        return format.format(value.doubleValue());
    }

    /** With all the digits that a rate has. */
    public String rate(BigDecimal value) {
        NumberFormat format = NumberFormat.getNumberInstance(locale);
        format.setMaximumFractionDigits(RATE_DECIMALS);
        return format.format(value);
    }

    public String country(String code) {
        return Locale.of("", code).getDisplayCountry(locale);
    }

    public String currency(String code) {
        return code + " · " + Currency.getInstance(code).getDisplayName(locale);
    }

    public String day(LocalDate day) {
        return DateTimeFormatter.ofLocalizedDate(FormatStyle.MEDIUM)
                .withLocale(locale)
                .format(day);
    }

    public Message period(Object period) {
        return switch ((Period) period) {
            case Period.Open(var from) ->
                from.map(month -> Message.of("observatory.period.open-from", month(month)))
                        .orElseGet(() -> Message.of("observatory.period.open"));
            case Period.Months(YearMonth from, YearMonth until) ->
                Message.of("observatory.period.months", month(from), month(until));
            case Period.Years(int number) -> Message.of("observatory.period.years", number);
        };
    }

    private String month(YearMonth month) {
        return DateTimeFormatter.ofPattern(locale.getLanguage().equals("ko") ? "uuuu년 M월" : "MMMM uuuu", locale)
                .format(month);
    }

    public boolean isAddress(String source) {
        return Sources.isAddress(source);
    }

    /** The name of the site, for a link to it. */
    public String site(String address) {
        return address.replaceFirst("^https?://(www\\.)?", "").replaceFirst("/.*", "");
    }

    /** The lengths of a bar, against the largest of its group: what is sure, what is possible beyond it, and whether it goes on. */
    public Bar bar(Object row, Object group) {
        BigDecimal whole = ((Group) group).rows().stream().map(Row::largest).reduce(BigDecimal.ONE, BigDecimal::max);
        Amount amount = ((Row) row).shown();
        BigDecimal least = amount.lower().orElse(BigDecimal.ZERO);
        BigDecimal most = amount.upper().orElse(least);
        return new Bar(share(least, whole), share(most.subtract(least), whole), amount instanceof Amount.AtLeast);
    }

    private static String share(BigDecimal part, BigDecimal whole) {
        return part.multiply(HUNDRED)
                        .divide(whole, DECIMALS, RoundingMode.HALF_UP)
                        .toPlainString() + "%";
    }

    public record Bar(String sure, String possible, boolean open) {}

    /** What is chosen among, by name; the first is nothing, where that may be chosen. */
    static <E extends Enum<E>> Map<String, String> choices(Class<E> kind, String key, String none) {
        Map<String, String> choices = new LinkedHashMap<>();
        if (!none.isEmpty()) {
            choices.put("", Message.of(none).toString());
        }
        for (E one : kind.getEnumConstants()) {
            choices.put(one.name(), Message.of(key + slug(one)).toString());
        }
        return choices;
    }

    static String slug(Enum<?> one) {
        return one.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** In keys of messages: {@code chief-ai-officers}. */
    public String word(Object one) {
        return slug((Enum<?>) one);
    }

    static List<String> lines(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }
}
