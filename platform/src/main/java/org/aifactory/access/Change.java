package org.aifactory.access;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.access.Application.Decision;
import org.aifactory.identity.PersonId;

/**
 * A later end or more time, asked for on an allocation.
 *
 * @param months by how many it is to last longer; zero for a top-up
 * @param amount how much more in the ledger's unit; zero for an extension
 * @param purpose why, in the words of whoever asks
 */
record Change(
        UUID id,
        AllocationId allocation,
        Kind kind,
        int months,
        long amount,
        String purpose,
        ApplicationState state,
        PersonId askedBy,
        Instant asked,
        Optional<Instant> promisedBy,
        Optional<Decision> decision) {

    enum Kind {
        EXTENSION,
        TOP_UP;

        /** As it stands in keys of messages. */
        public String slug() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
