package org.aifactory.ledger;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What can be asked of the ledger. Each carries an id made by the caller: asked again with the same content it is answered "exists",
 * with other content it is refused. The reason is for the people who read statements.
 */
public sealed interface Posting {
    EntryId id();

    String reason();

    /** Gives an amount at once. */
    record Transfer(EntryId id, AccountId from, AccountId to, Amount amount, String reason) implements Posting {
        public Transfer {
            requireSides(from, to);
            requirePositive(amount);
            requireReason(reason);
        }
    }

    /**
     * Keeps an amount back, to be given to {@code to} when it is settled.
     *
     * @param expires from this instant on it can no longer be settled, and what it kept back is free again
     */
    record Hold(EntryId id, AccountId from, AccountId to, Amount amount, Instant expires, String reason)
            implements Posting {
        public Hold {
            requireSides(from, to);
            requirePositive(amount);
            requireReason(reason);
            expires = expires.truncatedTo(ChronoUnit.MICROS);
        }
    }

    /**
     * Gives what a hold kept back, all or part of it, and frees the rest.
     *
     * @param amount at most what was held; zero gives nothing, for a run that cost nothing
     */
    record Settlement(EntryId id, EntryId hold, Amount amount, String reason) implements Posting {
        public Settlement {
            requireReason(reason);
        }
    }

    /** Frees all that a hold kept back. */
    record Voiding(EntryId id, EntryId hold, String reason) implements Posting {
        public Voiding {
            requireReason(reason);
        }
    }

    /**
     * Takes back all or part of what a transfer or a settlement gave: it no longer counts as granted there, nor as spent here.
     *
     * @param of the transfer or settlement
     * @param amount with earlier reversals of the same entry, at most what it gave
     */
    record Reversal(EntryId id, EntryId of, Amount amount, String reason) implements Posting {
        public Reversal {
            requirePositive(amount);
            requireReason(reason);
        }
    }

    private static void requireSides(AccountId from, AccountId to) {
        if (from.equals(to)) {
            throw new IllegalArgumentException("Nothing can be given by an account to itself: " + from);
        }
    }

    private static void requirePositive(Amount amount) {
        if (amount.value() == 0) {
            throw new IllegalArgumentException("An amount of nothing cannot be posted.");
        }
    }

    private static void requireReason(String reason) {
        if (reason.isBlank() || reason.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("An entry has a reason.");
        }
    }
}
