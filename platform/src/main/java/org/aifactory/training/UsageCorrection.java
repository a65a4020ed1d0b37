package org.aifactory.training;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.aifactory.federation.MachineId;
import org.aifactory.ledger.EntryId;

/**
 * What the books of a machine have of an attempt, where that is not what was settled. Its names follow from the attempt's and its
 * number, so that it is booked once.
 *
 * @param number counts those of an attempt from 1
 */
record UsageCorrection(RunId run, int attempt, int number, MachineId machine, Instant at, Charge before, Charge after) {

    /** Whose part of an attempt something moves. */
    enum Side {
        CHARGED,
        SITE,
        /** What is owed for it, in cents. */
        EURO
    }

    UUID id() {
        return named("correction " + number);
    }

    /** @param which counts the entries of one side from 0 */
    EntryId entry(Side side, int which) {
        return new EntryId(named("entry " + which + " of correction " + number + ", " + side));
    }

    private UUID named(String what) {
        return UUID.nameUUIDFromBytes(
                (what + " of attempt " + attempt + " of run " + run).getBytes(StandardCharsets.UTF_8));
    }
}
