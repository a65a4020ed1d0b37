package org.aifactory.access;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.aifactory.federation.HourUnit;
import org.aifactory.federation.Partition;
import org.springframework.context.MessageSource;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.stereotype.Component;

/** Sentences of this module, in the language of whoever asks. */
@Component
class Wording {
    private static final int DECIMALS = 2;

    private final MessageSource messages;
    private final Policy policy;

    Wording(MessageSource messages, Policy policy) {
        this.messages = messages;
        this.policy = policy;
    }

    Locale locale() {
        return LocaleContextHolder.getLocale();
    }

    /** Numbers among the arguments are written as people write them, with two decimals at most. */
    String say(String key, Object... arguments) {
        Object[] rounded = Arrays.stream(arguments)
                .map(argument -> argument instanceof BigDecimal number
                        ? number.setScale(DECIMALS, RoundingMode.HALF_UP)
                        : argument)
                .toArray();
        return messages.getMessage(key, rounded, locale());
    }

    /** {@code 5,000 core-hours}. */
    String hours(BigDecimal hours, HourUnit unit) {
        return say("access.hours." + unit.slug(), hours);
    }

    /** Seconds of the ledger in the unit that the partition is granted in. */
    String time(Partition partition, long seconds) {
        HourUnit unit = partition.kind().hours();
        return hours(partition.hours(seconds, unit), unit);
    }

    /** The day in the programme's zone. */
    String day(Instant instant) {
        return DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG)
                .withLocale(locale())
                .format(instant.atZone(policy.zone()));
    }

    String units(Partition partition) {
        return partition.hourUnits().stream().map(Enum::name).collect(Collectors.joining(", "));
    }
}
