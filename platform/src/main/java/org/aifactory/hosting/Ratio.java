package org.aifactory.hosting;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Collection;

/**
 * An exact share of a whole, from nothing to all of it, in its lowest terms.
 *
 * @param part of {@code whole}
 */
public record Ratio(long part, long whole) {
    private static final int PERCENT_DECIMALS = 4;

    public Ratio {
        if (part < 0 || whole <= 0 || part > whole) {
            throw new IllegalArgumentException(part + " of " + whole + " is no share.");
        }
        long common = BigInteger.valueOf(part).gcd(BigInteger.valueOf(whole)).longValueExact();
        part /= common;
        whole /= common;
    }

    /** In per cent with four decimals at most, for people. */
    public BigDecimal percent() {
        BigDecimal percent = BigDecimal.valueOf(part)
                .movePointRight(2)
                .divide(BigDecimal.valueOf(whole), PERCENT_DECIMALS, RoundingMode.HALF_UP)
                .stripTrailingZeros();
        // Not 5E+1.
        return percent.setScale(Math.max(0, percent.scale()));
    }

    /** Whether they are the whole together, no more and no less. */
    public static boolean areWhole(Collection<Ratio> parts) {
        return compareWithWhole(parts) == 0;
    }

    /** Less than zero where they are less than the whole together, more where they are more; worked out without rounding. */
    static int compareWithWhole(Collection<Ratio> parts) {
        BigInteger numerator = BigInteger.ZERO;
        BigInteger denominator = BigInteger.ONE;
        for (Ratio ratio : parts) {
            BigInteger whole = BigInteger.valueOf(ratio.whole);
            numerator =
                    numerator.multiply(whole).add(BigInteger.valueOf(ratio.part).multiply(denominator));
            denominator = denominator.multiply(whole);
        }
        return numerator.compareTo(denominator);
    }
}
