package org.aifactory.access;

import java.time.Instant;
import org.aifactory.identity.OrganisationId;
import org.aifactory.ledger.Amount;

/**
 * Something about an allocation that its organisation should know. Published once for each kind and each step of it, in the transaction
 * that writes it down.
 *
 * @param project the title of the allocation
 * @param daysLeft until it ends; zero or less where it has
 * @param free what of it is neither spent nor held
 */
public record AllocationWarned(
        AllocationId allocation,
        OrganisationId organisation,
        String project,
        Kind kind,
        Instant until,
        long daysLeft,
        Amount free) {

    public enum Kind {
        /** It ends in so many days, and what is free then goes back to the pool. */
        ENDS_SOON,
        NEARLY_SPENT,
        /** Its time is over. */
        ENDED,
        /** No new application is taken before the final report is there. */
        REPORT_OVERDUE;

        /** As it stands in keys of messages. */
        public String slug() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }
}
