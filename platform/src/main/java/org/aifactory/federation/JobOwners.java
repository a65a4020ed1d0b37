package org.aifactory.federation;

import java.util.Map;
import java.util.Optional;
import org.aifactory.identity.OrganisationId;

/** What whoever brings jobs to machines knows of whose they are, so that a site can book each organisation's apart. */
public interface JobOwners {

    /**
     * @param granted all that the organisation was ever granted on each partition, less what it gave back, in seconds of what is granted there
     */
    record Owner(OrganisationId organisation, String name, Map<PartitionId, Long> granted) {
        public Owner {
            granted = Map.copyOf(granted);
        }
    }

    /** Empty for a job that is nobody's run. */
    Optional<Owner> of(JobKey job);
}
