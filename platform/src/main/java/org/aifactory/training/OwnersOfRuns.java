package org.aifactory.training;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.access.Allocation;
import org.aifactory.access.Allocations;
import org.aifactory.federation.JobKey;
import org.aifactory.federation.JobOwners;
import org.aifactory.federation.PartitionId;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.Organisations;
import org.aifactory.ledger.AccountId;
import org.aifactory.ledger.Balance;
import org.aifactory.ledger.Ledger;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Whose the jobs are: the organisations whose runs they are attempts of. */
@Component
class OwnersOfRuns implements JobOwners {
    private final JdbcClient jdbc;
    private final Organisations organisations;
    private final Allocations allocations;
    private final Ledger ledger;

    OwnersOfRuns(JdbcClient jdbc, Organisations organisations, Allocations allocations, Ledger ledger) {
        this.jdbc = jdbc;
        this.organisations = organisations;
        this.allocations = allocations;
        this.ledger = ledger;
    }

    @Override
    public Optional<Owner> of(JobKey job) {
        return jdbc.sql("""
                select run.organisation from training.attempt join training.run on run.id = attempt.run where attempt.job = :job
                """)
                .param("job", job.value())
                .query((row, number) -> new OrganisationId(row.getObject(1, UUID.class)))
                .optional()
                .flatMap(organisations::find)
                .map(organisation ->
                        new Owner(organisation.id(), organisation.name(), granted(allocations.of(organisation.id()))));
    }

    private Map<PartitionId, Long> granted(List<Allocation> all) {
        Map<AccountId, Balance> balances =
                ledger.balances(all.stream().map(Allocation::account).toList());
        Map<PartitionId, Long> granted = new HashMap<>();
        for (Allocation allocation : all) {
            Balance balance = balances.get(allocation.account());
            if (balance != null) {
                granted.merge(allocation.partition(), balance.granted(), Long::sum);
            }
        }
        return granted;
    }
}
