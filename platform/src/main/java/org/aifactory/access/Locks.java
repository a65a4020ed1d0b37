package org.aifactory.access;

import java.util.UUID;
import org.aifactory.federation.PartitionId;
import org.aifactory.identity.OrganisationId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Lets one transaction after another do what rests on sums that neither would see of the other. An organisation is locked first. */
@Component
@Transactional(propagation = Propagation.MANDATORY)
class Locks {
    private final JdbcClient jdbc;

    Locks(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void organisation(OrganisationId organisation) {
        lock("access.organisation", organisation.value());
    }

    void partition(PartitionId partition) {
        lock("access.partition", partition.value());
    }

    private void lock(String what, UUID id) {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended(:name, 0))")
                .param("name", what + " " + id)
                .query((row, number) -> number)
                .list();
    }
}
