package org.aifactory.ledger;

import java.util.UUID;

/** Names an account. Whoever opens the account makes it, and keeps it before asking, so that a lost answer can be asked for again. */
public record AccountId(UUID value) {

    @Override
    public String toString() {
        return value.toString();
    }
}
