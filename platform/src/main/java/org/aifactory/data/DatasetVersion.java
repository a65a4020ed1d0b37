package org.aifactory.data;

import java.time.Instant;
import java.util.List;
import org.aifactory.identity.OrganisationId;

/**
 * What a dataset held at one time; never changes.
 *
 * @param number counts the versions of a dataset from 1
 * @param dataset its name, for people
 * @param licence an SPDX licence expression
 * @param languages ISO 639 codes
 */
public record DatasetVersion(
        VersionId id,
        int number,
        String dataset,
        OrganisationId organisation,
        String licence,
        List<String> languages,
        Instant made,
        int files,
        long bytes,
        Documents documents) {}
