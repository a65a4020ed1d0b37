package org.aifactory.review;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.aifactory.identity.OrganisationId;

/**
 * What is judged, as far as judging needs to know it.
 *
 * @param id of the proposal or application
 * @param organisation whose it is, and {@code partners} who else has a part in it: their people may not judge it
 * @param country where what it is about would stand; ISO 3166-1 alpha-2
 * @param topics what a reviewer should know of
 * @param asked what it would cost where it is selected; euro cents
 */
public record Paper(
        UUID id,
        String title,
        OrganisationId organisation,
        Set<OrganisationId> partners,
        String country,
        Set<String> topics,
        long asked,
        Instant submitted) {
    public Paper {
        partners = Set.copyOf(partners);
        topics = Set.copyOf(topics);
    }

    boolean concerns(OrganisationId some) {
        return organisation.equals(some) || partners.contains(some);
    }
}
