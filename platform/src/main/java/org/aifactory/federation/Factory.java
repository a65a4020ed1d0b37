package org.aifactory.federation;

import java.util.List;
import java.util.Optional;
import org.aifactory.identity.OrganisationId;

/**
 * A place that has machines and shares them out.
 *
 * @param slug as it stands in addresses: {@code lumi}
 * @param operator whose members operate it; empty until an administrator says whose it is, and until then administrators do
 * @param country ISO 3166-1 alpha-2; empty for this computer
 */
public record Factory(
        FactoryId id,
        String slug,
        String name,
        Optional<OrganisationId> operator,
        String host,
        String city,
        Optional<String> country,
        List<Fact> facts) {}
