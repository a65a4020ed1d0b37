package org.aifactory.chat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.aifactory.identity.OrganisationId;
import org.aifactory.models.ModelId;

/**
 * A key by which programs ask an organisation's models.
 *
 * @param models that it may ask; empty for all that the organisation may use
 * @param tokensPerDay questions and answers together, in a day of UTC
 */
record ChatKey(
        UUID id,
        OrganisationId organisation,
        String name,
        List<ModelId> models,
        OptionalLong tokensPerDay,
        OptionalInt requestsPerMinute,
        Instant made,
        Instant expires,
        Optional<Instant> lastUsed) {

    ChatKey {
        models = List.copyOf(models);
    }
}
