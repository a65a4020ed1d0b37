package org.aifactory.cofunding;

import java.math.BigDecimal;
import org.aifactory.facts.Mark;

/**
 * The most that the Union pays of a category.
 *
 * @param basisPoints of its cost: 5000 is half
 * @param costCents what the category is planned to cost in all years
 * @param takenCents what the Union has committed
 * @param leftCents what it may still commit
 */
record Ceiling(
        String category,
        int basisPoints,
        String article,
        String source,
        Mark mark,
        long costCents,
        long takenCents,
        long leftCents) {

    /** {@code 17}, {@code 50}. */
    public BigDecimal percent() {
        BigDecimal percent = BigDecimal.valueOf(basisPoints, 2).stripTrailingZeros();
        return percent.setScale(Math.max(0, percent.scale()));
    }

    /** Whole cents of what something costs, never more than the rate. */
    static long of(int basisPoints, long cents) {
        return BigDecimal.valueOf(cents)
                .multiply(BigDecimal.valueOf(basisPoints, 4))
                .toBigInteger()
                .longValueExact();
    }
}
