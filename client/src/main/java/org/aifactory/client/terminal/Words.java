package org.aifactory.client.terminal;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/** Numbers, sizes and times in the words of people. */
public final class Words {
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);
    private static final String[] SIZES = {"bytes", "kB", "MB", "GB", "TB", "PB"};
    private static final int SHOWN_OF_AN_ID = 8;

    private Words() {}

    /** {@code 47 s}, {@code 2 min 05 s}, {@code 3 h 20 min}, {@code 12 days}. */
    public static String duration(double seconds) {
        long whole = Math.max(0, Math.round(seconds));
        if (whole < 60) {
            return whole + " s";
        }
        if (whole < 3600) {
            return String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60);
        }
        if (whole < 48 * 3600) {
            return String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
        }
        return whole / 86_400 + " days";
    }

    public static String duration(Duration duration) {
        return duration(duration.toMillis() / 1000.0);
    }

    /** By thousands, as disks and networks are sold. */
    public static String bytes(double bytes) {
        double number = bytes;
        int size = 0;
        while (number >= 999.5 && size < SIZES.length - 1) {
            number /= 1000;
            size++;
        }
        return String.format(Locale.ROOT, size == 0 || number >= 99.95 ? "%.0f %s" : "%.1f %s", number, SIZES[size]);
    }

    /** At most {@code decimals} digits after the point, and none that is zero: {@code 5,000}, {@code 0.25}. */
    public static String number(BigDecimal number, int decimals) {
        BigDecimal rounded = number.setScale(decimals, RoundingMode.HALF_UP).stripTrailingZeros();
        return String.format(Locale.ROOT, "%,." + Math.max(0, rounded.scale()) + "f", rounded);
    }

    public static String number(double number, int decimals) {
        return Double.isFinite(number) ? number(BigDecimal.valueOf(number), decimals) : "–";
    }

    public static String count(long number, String one, String many) {
        return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? one : many);
    }

    /** {@code 5.8 M}, for numbers whose last digits nobody reads. */
    public static String about(double number) {
        if (number >= 1e9) {
            return number(number / 1e9, 1) + " G";
        }
        if (number >= 1e6) {
            return number(number / 1e6, 1) + " M";
        }
        return number >= 1e4 ? number(number / 1e3, 0) + " k" : number(number, 0);
    }

    /** In the time of the place where the program runs, to the minute. */
    public static String time(Instant time) {
        return MINUTE.format(time.atZone(ZoneId.systemDefault()));
    }

    public static String time(Optional<Instant> time) {
        return time.map(Words::time).orElse("–");
    }

    /** {@code CORE_HOUR} as {@code core-hours}, {@code GPU_SECOND} as {@code GPU-seconds}. */
    public static String unit(String name) {
        return switch (name) {
            case "GPU_HOUR" -> "GPU-hours";
            case "NODE_HOUR" -> "node-hours";
            case "CORE_HOUR" -> "core-hours";
            case "GPU_SECOND" -> "GPU-seconds";
            case "CPU_CORE_SECOND" -> "core-seconds";
            case "EUR_CENT" -> "euro cents";
            default -> name.toLowerCase(Locale.ROOT).replace('_', ' ');
        };
    }

    /** A number of them: {@code 1 core-second}, {@code 7,200 core-seconds}. */
    public static String amount(long number, String unit) {
        String many = unit(unit);
        return count(number, many.replaceFirst("s$", ""), many);
    }

    /** {@code MACHINE_FAILED} as {@code machine failed}. */
    public static String state(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** As much of an id as a person copies; commands take it wherever it names one thing alone. */
    public static String shortId(String id) {
        return id.length() > SHOWN_OF_AN_ID ? id.substring(0, SHOWN_OF_AN_ID) : id;
    }

    public static String untilThen(Instant now, Instant then) {
        return now.isBefore(then) ? "in " + duration(Duration.between(now, then)) : ago(now, then);
    }

    private static String ago(Instant now, Instant then) {
        return duration(ChronoUnit.SECONDS.between(then, now)) + " ago";
    }
}
