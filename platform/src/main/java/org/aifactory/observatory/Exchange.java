package org.aifactory.observatory;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** The rates of one day, or the latest before it. Every conversion goes through the euro, as the rates do. */
final class Exchange {
    private static final MathContext DIGITS = MathContext.DECIMAL128;

    private final Map<String, Rate> rates = new TreeMap<>();

    /** @param known one of each currency */
    Exchange(Collection<Rate> known) {
        known.forEach(rate -> rates.put(rate.currency(), rate));
    }

    boolean knows(String currency) {
        return currency.equals(Rate.EURO) || rates.containsKey(currency);
    }

    /** Empty for the euro, which is worth one euro on every day, and where there is none. */
    Optional<Rate> rate(String currency) {
        return Optional.ofNullable(rates.get(currency));
    }

    Collection<Rate> all() {
        return rates.values();
    }

    /** Not rounded; empty where the rate of one of the two is not known. */
    Optional<UnaryOperator<BigDecimal>> conversion(String from, String to) {
        if (!knows(from) || !knows(to)) {
            return Optional.empty();
        }
        if (from.equals(to)) {
            return Optional.of(value -> value);
        }
        return Optional.of(value -> value.multiply(perEuro(to), DIGITS).divide(perEuro(from), DIGITS));
    }

    private BigDecimal perEuro(String currency) {
        Rate rate = rates.get(currency);
        return rate == null ? BigDecimal.ONE : rate.perEuro();
    }
}
