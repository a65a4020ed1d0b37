package org.aifactory.funds;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.aifactory.ledger.EntryId;

/**
 * What was booked of a fund. Nothing is ever edited; what was wrong is taken back by another movement.
 *
 * @param entry of the ledger
 * @param number grows
 * @param who committed, or the company that was invested in; empty for a drawdown
 * @param closing the closing that a commitment belongs to; 0 for the anchor commitments that a fund begins with
 * @param undoes the movement that this takes back
 */
record Movement(
        EntryId entry,
        long number,
        Kind kind,
        Optional<Payer> payer,
        String who,
        Optional<Integer> closing,
        LocalDate day,
        long cents,
        List<String> sources,
        String reason,
        Optional<EntryId> undoes) {

    enum Kind {
        COMMITMENT,
        /** Investors pay what they have committed. */
        DRAWDOWN,
        /** Into a start-up. */
        INVESTMENT,
        TAKEN_BACK
    }
}
