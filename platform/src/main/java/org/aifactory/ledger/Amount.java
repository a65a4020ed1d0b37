package org.aifactory.ledger;

/**
 * So much of a unit.
 *
 * @param value from zero to {@link #MOST}
 */
public record Amount(long value, Unit unit) {
    /** As far as the ledger counts; the sum or difference of any two numbers below it is exact. */
    public static final long MOST = (1L << 61) - 1;

    public Amount {
        if (value < 0 || value > MOST) {
            throw new IllegalArgumentException("An amount is from 0 to " + MOST + ", not " + value + ".");
        }
    }

    @Override
    public String toString() {
        return unit.count(value);
    }
}
