package org.aifactory.cofunding;

import java.math.BigDecimal;

/** Money in sentences. */
final class Money {
    private Money() {}

    /** Euros without decimals where they are whole. */
    static BigDecimal euros(long cents) {
        return cents % 100 == 0 ? BigDecimal.valueOf(cents / 100) : BigDecimal.valueOf(cents, 2);
    }
}
