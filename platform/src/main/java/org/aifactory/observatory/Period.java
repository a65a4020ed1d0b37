package org.aifactory.observatory;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** The time for which something was announced. */
sealed interface Period {
    int MONTHS_IN_A_YEAR = 12;

    /** Nobody said until when. */
    record Open(Optional<YearMonth> from) implements Period {}

    /** The first and the last month, both of them with all their days. */
    record Months(YearMonth from, YearMonth until) implements Period {
        public Months {
            if (until.isBefore(from)) {
                throw new IllegalArgumentException("A period ends after it has begun: " + from + " to " + until);
            }
        }
    }

    /** So many years, and nobody said from when. */
    record Years(int number) implements Period {}

    /** How long it is, in years; empty for an open one. */
    default Optional<BigDecimal> years() {
        return switch (this) {
            case Open open -> Optional.empty();
            case Months(YearMonth from, YearMonth until) ->
                Optional.of(BigDecimal.valueOf(from.until(until, ChronoUnit.MONTHS) + 1)
                        .divide(BigDecimal.valueOf(MONTHS_IN_A_YEAR), MathContext.DECIMAL128));
            case Years(int number) -> Optional.of(BigDecimal.valueOf(number));
        };
    }
}
