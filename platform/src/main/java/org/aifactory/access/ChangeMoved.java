package org.aifactory.access;

import java.time.Instant;
import java.util.UUID;
import org.aifactory.identity.OrganisationId;
import org.aifactory.web.KeptMessage;
import org.jspecify.annotations.Nullable;

/**
 * More time, or a later end, was asked for on an allocation and waits for a person, or was decided. Published in the transaction that
 * moves it.
 *
 * @param project the title of the allocation
 * @param state IN_REVIEW, GRANTED or REFUSED
 * @param reason in the words of whoever decided; null while it waits
 * @param promisedBy null where nothing is promised
 */
public record ChangeMoved(
        UUID change,
        AllocationId allocation,
        ApplicationId application,
        OrganisationId organisation,
        String project,
        Kind kind,
        ApplicationState state,
        @Nullable KeptMessage reason,
        @Nullable Instant promisedBy) {

    public enum Kind {
        EXTENSION,
        TOP_UP
    }
}
