package org.aifactory.federation;

import java.util.Locale;
import org.aifactory.ledger.Amount;
import org.aifactory.web.Message;

/** Amounts of the ledger as people read them. */
public final class Amounts {
    private Amounts() {}

    /** {@code 7,200 core-seconds}. */
    public static Message inWords(Amount amount) {
        String unit = amount.unit().name().toLowerCase(Locale.ROOT).replace('_', '-');
        return Message.of("ledger.amount." + unit, amount.value());
    }
}
