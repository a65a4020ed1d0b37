package org.aifactory.models;

import java.time.Instant;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.PersonId;
import org.aifactory.training.RunId;

/**
 * A model that came of a run.
 *
 * @param maker who submitted the run
 * @param slug names it in addresses and in calls of OpenAI's API; unique, and stays when the name changes
 * @param parameters how many numbers its weights are
 * @param bytes of all its files
 * @param licence an SPDX licence expression
 * @param foreign whether a program of the organisation's own made it, so that nothing but its files is known of its making
 */
public record Model(
        ModelId id,
        OrganisationId organisation,
        RunId run,
        PersonId maker,
        String slug,
        String name,
        Instant registered,
        long parameters,
        long bytes,
        String licence,
        Visibility visibility,
        boolean foreign) {}
