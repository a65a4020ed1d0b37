package org.aifactory.ledger;

import java.util.UUID;

/** Names an entry. Whoever posts the entry makes it, and keeps it before posting, so that posting it again is harmless. */
public record EntryId(UUID value) {

    @Override
    public String toString() {
        return value.toString();
    }
}
