package org.aifactory.funds;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import org.aifactory.ledger.Balance;

/**
 * What a fund has, in euro cents. What is committed comes from the ledger, what is expected or recommended from what was told; the three
 * stand beside each other, and there is no sum of them.
 *
 * @param investedCents in start-ups
 * @param leftCents drawn and not yet invested
 * @param leverage private money committed for each euro of public money committed; empty where there is no public money
 * @param hopedLeverage private money expected for each euro of public money committed
 */
record FundMoney(
        Committed ofPublicMoney,
        Committed ofPrivateMoney,
        long investedCents,
        long leftCents,
        Told expected,
        Told recommended,
        Optional<BigDecimal> leverage,
        Optional<BigDecimal> hopedLeverage) {
    private static final int DECIMALS = 2;

    /** Committed = drawn + undrawn. */
    record Committed(long committedCents, long drawnCents, long undrawnCents) {
        static Committed of(Balance balance) {
            return new Committed(balance.granted(), balance.spent(), balance.free());
        }
    }

    record Told(long publicCents, long privateCents) {
        static Told of(List<Target> targets, Standing standing) {
            return new Told(sum(targets, standing, Payer.PUBLIC), sum(targets, standing, Payer.PRIVATE));
        }

        private static long sum(List<Target> targets, Standing standing, Payer payer) {
            return targets.stream()
                    .filter(target -> target.standing() == standing && target.payer() == payer)
                    .mapToLong(Target::cents)
                    .reduce(0, Math::addExact);
        }
    }

    static FundMoney of(Balance publicMoney, Balance privateMoney, Balance cash, List<Target> targets) {
        Told expected = Told.of(targets, Standing.EXPECTED);
        return new FundMoney(
                Committed.of(publicMoney),
                Committed.of(privateMoney),
                cash.spent(),
                cash.free(),
                expected,
                Told.of(targets, Standing.RECOMMENDED),
                ratio(privateMoney.granted(), publicMoney.granted()),
                ratio(expected.privateCents(), publicMoney.granted()));
    }

    private static Optional<BigDecimal> ratio(long part, long base) {
        return base <= 0
                ? Optional.empty()
                : Optional.of(
                        BigDecimal.valueOf(part).divide(BigDecimal.valueOf(base), DECIMALS, RoundingMode.HALF_UP));
    }
}
