package org.aifactory.observatory;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** How much was announced, as exactly as it was said, in whole units of its own currency. */
sealed interface Amount {

    /** Nobody said how much. */
    record None() implements Amount {}

    record Exact(BigDecimal value) implements Amount {}

    /** Both bounds are possible. */
    record Range(BigDecimal least, BigDecimal most) implements Amount {
        public Range {
            if (least.compareTo(most) >= 0) {
                throw new IllegalArgumentException("A range goes from less to more: " + least + " to " + most);
            }
        }
    }

    /** So much or more. */
    record AtLeast(BigDecimal least) implements Amount {}

    /** The lower bound; empty where nobody said how much. */
    default Optional<BigDecimal> lower() {
        return switch (this) {
            case None() -> Optional.empty();
            case Exact(BigDecimal value) -> Optional.of(value);
            case Range(BigDecimal least, BigDecimal most) -> Optional.of(least);
            case AtLeast(BigDecimal least) -> Optional.of(least);
        };
    }

    /** The upper bound; empty where there is none. */
    default Optional<BigDecimal> upper() {
        return switch (this) {
            case None() -> Optional.empty();
            case Exact(BigDecimal value) -> Optional.of(value);
            case Range(BigDecimal least, BigDecimal most) -> Optional.of(most);
            case AtLeast(BigDecimal least) -> Optional.empty();
        };
    }

    /** The same after a calculation that keeps the order, such as a conversion; it stays as exact or inexact as it is. */
    default Amount with(UnaryOperator<BigDecimal> calculation) {
        return switch (this) {
            case None none -> none;
            case Exact(BigDecimal value) -> new Exact(calculation.apply(value));
            case Range(BigDecimal least, BigDecimal most) ->
                new Range(calculation.apply(least), calculation.apply(most));
            case AtLeast(BigDecimal least) -> new AtLeast(calculation.apply(least));
        };
    }
}
