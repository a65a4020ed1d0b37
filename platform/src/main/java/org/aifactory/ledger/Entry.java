package org.aifactory.ledger;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One line of the ledger, as it stands there for good.
 *
 * @param from whose it was
 * @param to whose it became, or for a hold would become
 * @param moved what went from one to the other; negative where it went back
 * @param held what was added to that kept back by {@code from}; negative where it was freed
 * @param concerns the hold that this ends, or the entry that this reverses
 * @param expires for a hold, when it does
 */
public record Entry(
        EntryId id,
        Kind kind,
        Unit unit,
        AccountId from,
        AccountId to,
        long moved,
        long held,
        @Nullable EntryId concerns,
        @Nullable Instant expires,
        String reason,
        Instant at) {

    /** For an entry of a kind that concerns another. */
    EntryId concerned() {
        return Objects.requireNonNull(concerns);
    }

    /** The same content, posted at another time. */
    Entry postedAt(Instant time) {
        return new Entry(id, kind, unit, from, to, moved, held, concerns, expires, reason, time);
    }

    /** What an entry does. */
    public enum Kind {
        TRANSFER,
        HOLD,
        SETTLEMENT,
        VOIDING,
        EXPIRY,
        REVERSAL;

        /** Whether it ends a hold. */
        boolean endsHold() {
            return switch (this) {
                case SETTLEMENT, VOIDING, EXPIRY -> true;
                case TRANSFER, HOLD, REVERSAL -> false;
            };
        }
    }
}
