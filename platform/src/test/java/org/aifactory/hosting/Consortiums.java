package org.aifactory.hosting;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import org.aifactory.federation.FactoryId;
import org.aifactory.programme.Chosen;
import org.springframework.boot.test.context.TestComponent;

/** Consortia that a test gives to factories of its own. */
@TestComponent
public final class Consortiums {
    private final HostingTable table;
    private final Chosen chosen;

    Consortiums(HostingTable table, Chosen chosen) {
        this.table = table;
        this.chosen = chosen;
    }

    /**
     * Lets a factory be shared from a day on.
     *
     * @param shares such as {@code 1/2}, by participant; the country that is first by its code is the host
     */
    public void give(FactoryId factory, LocalDate from, Map<String, String> shares) {
        String host = shares.keySet().stream()
                .filter(participant -> !participant.equals(Share.UNION))
                .sorted()
                .findFirst()
                .orElseThrow();
        if (table.find(factory).isEmpty()) {
            table.add(new Hosting(factory, chosen.elsewhere(host), 1, Optional.empty(), true), null, Instant.now());
        }
        table.agree(
                factory,
                new Agreement(
                        from,
                        shares.entrySet().stream()
                                .map(share -> Share.agreed(
                                        share.getKey(), role(share.getKey(), host), ratio(share.getValue())))
                                .toList(),
                        ""),
                null,
                Instant.now());
    }

    private static Role role(String participant, String host) {
        if (participant.equals(Share.UNION)) {
            return Role.UNION;
        }
        return participant.equals(host) ? Role.HOST : Role.JOINER;
    }

    static Ratio ratio(String text) {
        String[] parts = text.split("/", -1);
        return new Ratio(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
    }
}
