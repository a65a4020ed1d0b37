package org.aifactory.cofunding;

import java.time.LocalDate;
import java.util.Locale;
import java.util.Optional;
import org.aifactory.ledger.EntryId;

/**
 * What was booked of a line. Nothing is ever edited; what was wrong is taken back by another movement.
 *
 * @param entry of the ledger
 * @param number grows
 * @param due of an instalment, when it is to be paid
 * @param instalment of a receipt, what was paid
 * @param cents euro cents
 * @param undoes the movement that this takes back
 */
record Movement(
        EntryId entry,
        long number,
        Line line,
        Kind kind,
        LocalDate day,
        Optional<LocalDate> due,
        Optional<EntryId> instalment,
        long cents,
        String reason,
        Optional<EntryId> undoes) {

    /** In the order in which money goes. */
    enum Kind {
        /** Somebody means to pay. */
        PLEDGE,
        /** Somebody is bound to pay. */
        COMMITMENT,
        /** Part of what was committed is asked for by a day. */
        INSTALMENT,
        /** It has come. */
        RECEIPT,
        /** It went to what the factory costs. */
        SPENDING,
        TAKEN_BACK;

        public String slug() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Whether the two ask for the same. */
    boolean isLike(Movement other) {
        return entry.equals(other.entry)
                && line.id().equals(other.line.id())
                && kind == other.kind
                && (day.equals(other.day) || kind == Kind.TAKEN_BACK)
                && due.equals(other.due)
                && instalment.equals(other.instalment)
                && cents == other.cents
                && reason.equals(other.reason)
                && undoes.equals(other.undoes);
    }
}
