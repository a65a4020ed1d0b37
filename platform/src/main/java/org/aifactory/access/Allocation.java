package org.aifactory.access;

import java.time.Instant;
import java.util.Optional;
import org.aifactory.federation.PartitionId;
import org.aifactory.federation.Price;
import org.aifactory.identity.OrganisationId;
import org.aifactory.ledger.AccountId;

/**
 * Time on a partition that an organisation was granted. How much, and what is left of it, the ledger knows.
 *
 * @param application what it was granted for
 * @param project the title of the project that it was granted for
 * @param mode the slug of the access mode: {@code playground}
 * @param account in the ledger; in the partition's unit
 * @param until from this instant on nothing new may start
 * @param commercial whether its use is paid for
 * @param cost where what it costs is booked; empty where it costs nothing
 */
public record Allocation(
        AllocationId id,
        ApplicationId application,
        OrganisationId organisation,
        String project,
        String mode,
        PartitionId partition,
        AccountId account,
        Instant from,
        Instant until,
        AllocationState state,
        boolean commercial,
        Optional<Cost> cost) {

    /**
     * What commercial use costs.
     *
     * @param price as it stood when the allocation was granted
     * @param account in the ledger, in euro cents: granted is the most that all may cost, and spent is what is owed
     */
    public record Cost(Price price, AccountId account) {}
}
