package org.aifactory.access;

import java.time.Instant;
import org.aifactory.identity.OrganisationId;
import org.jspecify.annotations.Nullable;

/**
 * An application waits for a person who decides it; {@link Deciders} says who may. Published in the transaction that sends it.
 *
 * @param promisedBy null where nothing is promised
 */
public record ApplicationWaits(
        ApplicationId application,
        OrganisationId organisation,
        String project,
        @Nullable Instant promisedBy) {}
