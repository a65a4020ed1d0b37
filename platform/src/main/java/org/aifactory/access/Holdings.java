package org.aifactory.access;

import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.aifactory.federation.Partition;
import org.aifactory.identity.OrganisationId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What organisations have already; it counts against the limits of the modes. */
@Component
class Holdings {
    private final JdbcClient jdbc;
    private final InstantSource clock;

    Holdings(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * What the organisation has been granted and not given back. What was used counts until its allocation would have ended, also where
     * that was given back before, so that nobody spends the limit of a mode again and again.
     *
     * @return by mode, in the ledger's unit of the partition
     */
    Map<String, Long> byMode(OrganisationId organisation, Partition partition) {
        Map<String, Long> held = new HashMap<>();
        jdbc.sql("""
                select allocation.mode, sum(grant_entry.amount - grant_entry.returned)::bigint as amount
                  from access.allocation
                  join access.grant_entry on grant_entry.allocation = allocation.id
                  join federation.partition on partition.id = allocation.partition
                 where allocation.organisation = :organisation and (allocation.state = 'ACTIVE' or allocation.until > :now)
                   and partition.kind = :kind
                 group by allocation.mode
                """)
                .param("organisation", organisation.value())
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .param("kind", partition.kind().name())
                .query(row -> {
                    held.put(row.getString("mode"), row.getLong("amount"));
                });
        return held;
    }
}
