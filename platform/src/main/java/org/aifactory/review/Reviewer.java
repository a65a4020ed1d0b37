package org.aifactory.review;

import java.util.Set;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.PersonId;

/**
 * Somebody who judges.
 *
 * @param topics what they know of
 * @param most how many papers they take at a time
 * @param load how many they have
 * @param organisations for whom they act
 * @param declared organisations and countries about which they said themselves that they cannot judge freely
 */
record Reviewer(
        PersonId person,
        String name,
        String country,
        Set<String> topics,
        int most,
        int load,
        Set<OrganisationId> organisations,
        Declared declared) {

    Reviewer {
        topics = Set.copyOf(topics);
        organisations = Set.copyOf(organisations);
    }

    record Declared(Set<OrganisationId> organisations, Set<String> countries) {
        static final Declared NOTHING = new Declared(Set.of(), Set.of());

        Declared {
            organisations = Set.copyOf(organisations);
            countries = Set.copyOf(countries);
        }
    }

    int room() {
        return Math.max(0, most - load);
    }
}
