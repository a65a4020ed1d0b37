package org.aifactory.chat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.access.AllocationId;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.PersonId;
import org.aifactory.models.ModelId;
import org.aifactory.web.Message;

/**
 * What there is to answer for a model, paid for by an organisation.
 *
 * @param wanted false where a person has stopped it
 * @param asked the key by which a run was asked for
 * @param wallTime that was asked for
 * @param run that serves, or served when somebody last looked
 * @param secret empty where there is no run, and where it was sealed under a key that is not here
 * @param address empty until the run has said where it listens
 * @param failure why the last run ended that was not asked to, and when
 */
record ChatServer(
        ModelId model,
        OrganisationId organisation,
        AllocationId allocation,
        PersonId startedBy,
        boolean wanted,
        Optional<UUID> asked,
        Duration wallTime,
        Optional<UUID> run,
        String secret,
        String address,
        Instant since,
        Instant used,
        Message failure,
        Optional<Instant> failed) {

    /** Whether what it asks of whoever calls it cannot be told any more, as after a restoration: a backup has no keys. */
    boolean lostItsSecret() {
        return asked.isPresent() && secret.isEmpty();
    }

    /** Never tells the secret. */
    @Override
    public String toString() {
        return "ChatServer[" + model + " for " + organisation + ", run " + run + "]";
    }
}
