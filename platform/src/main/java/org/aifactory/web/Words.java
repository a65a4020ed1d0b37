package org.aifactory.web;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.text.NumberFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.List;
import java.util.Locale;

/** How numbers and times are written for people; templates know it as {@code #words}. */
public final class Words {
    private static final int MOST_DECIMALS = 2;
    private static final List<String> BYTES = List.of("B", "kB", "MB", "GB", "TB", "PB");
    private static final int THOUSAND = 1000;

    private final Locale locale;

    Words(Locale locale) {
        this.locale = locale;
    }

    public static Words in(Locale locale) {
        return new Words(locale);
    }

    /** Grouped, with at most two decimals. */
    public String number(Number value) {
        NumberFormat format = NumberFormat.getNumberInstance(locale);
        format.setMaximumFractionDigits(MOST_DECIMALS);
        format.setRoundingMode(RoundingMode.HALF_UP);
        BigDecimal exact = new BigDecimal(value.toString());
        boolean isTooSmallToShow =
                exact.signum() != 0 && exact.abs().compareTo(BigDecimal.ONE.movePointLeft(MOST_DECIMALS)) < 0;
        return isTooSmallToShow ? "< " + format.format(0.01) : format.format(exact);
    }

    public String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= THOUSAND && unit < BYTES.size() - 1) {
            value /= THOUSAND;
            unit++;
        }
        NumberFormat format = NumberFormat.getNumberInstance(locale);
        format.setMaximumFractionDigits(unit == 0 || value >= 100 ? 0 : 1);
        return format.format(value) + " " + BYTES.get(unit);
    }

    /** Euro from whole cents. */
    public String euro(long cents) {
        NumberFormat format = NumberFormat.getNumberInstance(locale);
        format.setMinimumFractionDigits(2);
        return "€ " + format.format(BigDecimal.valueOf(cents, 2));
    }

    /** In UTC; the script of the frame shows it where the reader is. */
    public String time(Instant instant) {
        return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.SHORT)
                        .withLocale(locale)
                        .format(instant.atZone(ZoneOffset.UTC))
                + " UTC";
    }

    public String date(Instant instant) {
        return DateTimeFormatter.ofLocalizedDate(FormatStyle.MEDIUM)
                .withLocale(locale)
                .format(instant.atZone(ZoneOffset.UTC));
    }

    public String day(LocalDate day) {
        return DateTimeFormatter.ofLocalizedDate(FormatStyle.MEDIUM)
                .withLocale(locale)
                .format(day);
    }

    /** {@code 1:02:03}, or {@code 2:03} under an hour. */
    public String duration(Duration duration) {
        long hours = duration.toHours();
        return hours > 0
                ? String.format(Locale.ROOT, "%d:%02d:%02d", hours, duration.toMinutesPart(), duration.toSecondsPart())
                : String.format(Locale.ROOT, "%d:%02d", duration.toMinutes(), duration.toSecondsPart());
    }

    /** @param code as ISO 3166-1 writes it in two letters */
    public String country(String code) {
        return Locale.of("", code).getDisplayCountry(locale);
    }

    /** For the width of a bar: {@code 12.5%}, never beyond the whole. */
    public String share(long part, long whole) {
        double share = whole <= 0 ? 0 : Math.clamp(100.0 * part / whole, 0, 100);
        return String.format(Locale.ROOT, "%.2f%%", share);
    }
}
