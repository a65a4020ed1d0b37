package org.aifactory.training;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.access.AllocationId;
import org.aifactory.data.VersionId;
import org.aifactory.federation.PartitionId;
import org.aifactory.federation.Reason;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.PersonId;

/**
 * Work on a machine for an organisation, paid for by an allocation.
 *
 * @param project whom among the organisation's own projects it is counted for
 * @param dataset what it learns from
 * @param base the model that it goes on from, or serves
 * @param baseVersion likewise, where that is a version of a dataset
 * @param started when its first attempt began
 * @param reason why it waits, or how it ended
 * @param charged by all its attempts together, in the unit of the partition
 * @param attempts how often it was tried
 */
public record Run(
        RunId id,
        OrganisationId organisation,
        PersonId submitter,
        AllocationId allocation,
        PartitionId partition,
        String project,
        Recipe recipe,
        String name,
        Optional<VersionId> dataset,
        Optional<UUID> base,
        Optional<VersionId> baseVersion,
        Resources resources,
        RunState state,
        Instant submitted,
        Optional<Instant> started,
        Optional<Instant> ended,
        Reason reason,
        long charged,
        int attempts) {

    /** As it is called in the audit trail, and where data is kept for it. */
    String subject() {
        return subject(id);
    }

    static String subject(RunId id) {
        return "run " + id;
    }
}
