package org.aifactory.federation;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.Unit;

/**
 * What an hour of commercial use costs.
 *
 * @param centsPerHour euro cents for one hour of what the ledger counts seconds of: a GPU-hour or a core-hour
 */
public record Price(long centsPerHour) {
    private static final BigDecimal SECONDS_PER_HOUR = BigDecimal.valueOf(3600);
    private static final BigDecimal MOST = BigDecimal.valueOf(Amount.MOST);

    public Price {
        if (centsPerHour < 0) {
            throw new IllegalArgumentException("A price is no less than nothing.");
        }
    }

    /**
     * What so many seconds of the ledger cost: whole cents, of which the last is full. This is the one place where money is rounded, and
     * since it is rounded down, parts never cost more than the whole that they are of: what is held and owed for pieces of an allocation
     * always fits into what all of it would cost.
     */
    public Amount of(long seconds) {
        BigDecimal cents = BigDecimal.valueOf(seconds)
                .multiply(BigDecimal.valueOf(centsPerHour))
                .divide(SECONDS_PER_HOUR, 0, RoundingMode.DOWN);
        return new Amount(cents.min(MOST).longValueExact(), Unit.EUR_CENT);
    }
}
