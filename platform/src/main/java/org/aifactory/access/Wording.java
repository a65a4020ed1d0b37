package org.aifactory.access;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Locale;
import java.util.stream.Collectors;
import org.aifactory.federation.HourUnit;
import org.aifactory.federation.Partition;
import org.aifactory.web.Message;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.stereotype.Component;

/** Sentences of this module, in the language of whoever asks. */
@Component
class Wording {

    private final Policy policy;

    Wording(Policy policy) {
        this.policy = policy;
    }

    Locale locale() {
        return LocaleContextHolder.getLocale();
    }

    String say(String key, Object... arguments) {
        return Message.of(key, arguments).toString();
    }

    /** {@code 5,000 core-hours}. */
    static Message hours(BigDecimal hours, HourUnit unit) {
        return Message.of("access.hours." + unit.slug(), hours);
    }

    /** Seconds of the ledger in the unit that the partition is granted in. */
    static Message time(Partition partition, long seconds) {
        HourUnit unit = partition.kind().hours();
        return hours(partition.hours(seconds, unit), unit);
    }

    /** The day in the programme's zone. */
    LocalDate day(Instant instant) {
        return LocalDate.ofInstant(instant, policy.zone());
    }

    String units(Partition partition) {
        return partition.hourUnits().stream().map(Enum::name).collect(Collectors.joining(", "));
    }
}
