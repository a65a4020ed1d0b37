package org.aifactory.observatory;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import org.aifactory.facts.Mark;

/**
 * What one euro was worth on a day.
 *
 * @param currency ISO 4217
 * @param perEuro units of the currency for one euro
 * @param sources addresses where it can be read
 */
record Rate(LocalDate day, String currency, BigDecimal perEuro, Mark mark, List<String> sources) {
    static final String EURO = "EUR";
    /** Currencies whose unit is worth more than a million euros, or less than a millionth of a millionth, there are none. */
    private static final BigDecimal LEAST = new BigDecimal("1e-6");

    private static final BigDecimal MOST = new BigDecimal("1e12");
    private static final int MOST_DECIMALS = 12;

    Rate {
        if (currency.equals(EURO) || !isSane(perEuro)) {
            throw new IllegalArgumentException("No rate: " + perEuro + " " + currency);
        }
        sources = List.copyOf(sources);
    }

    static boolean isSane(BigDecimal perEuro) {
        return perEuro.scale() <= MOST_DECIMALS && perEuro.compareTo(LEAST) >= 0 && perEuro.compareTo(MOST) <= 0;
    }
}
