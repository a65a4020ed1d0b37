package org.aifactory.data;

import java.time.Instant;
import java.util.List;
import org.aifactory.identity.OrganisationId;

/**
 * Data under one name, seen by the members of its organisation alone.
 *
 * @param licence an SPDX licence expression
 * @param languages ISO 639 codes
 */
public record Dataset(
        DatasetId id,
        OrganisationId organisation,
        String name,
        String description,
        String licence,
        List<String> languages,
        Instant made) {}
