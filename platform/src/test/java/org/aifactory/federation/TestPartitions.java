package org.aifactory.federation;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.identity.OrganisationId;
import org.aifactory.ledger.AccountId;
import org.aifactory.ledger.Amount;
import org.aifactory.ledger.EntryId;
import org.aifactory.ledger.Ledger;
import org.aifactory.ledger.Posting.Transfer;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Partitions that a test has for itself, with what their pools have; nothing runs on them. */
@TestComponent
public final class TestPartitions {
    private final JdbcClient jdbc;
    private final Factories factories;
    private final Machines machines;
    private final Partitions partitions;
    private final Ledger ledger;

    TestPartitions(JdbcClient jdbc, Factories factories, Machines machines, Partitions partitions, Ledger ledger) {
        this.jdbc = jdbc;
        this.factories = factories;
        this.machines = machines;
        this.partitions = partitions;
        this.ledger = ledger;
    }

    /** Of nodes with 16 cores. */
    public Partition cpus(long coreHours) {
        return partition(PartitionKind.CPU, 0, coreHours, Optional.empty());
    }

    /** Of nodes with 4 GPUs and 32 cores. */
    public Partition gpus(long gpuHours) {
        return partition(PartitionKind.GPU, 4, gpuHours, Optional.empty());
    }

    public Partition priced(long coreHours, long cents) {
        return partition(PartitionKind.CPU, 0, coreHours, Optional.of(cents));
    }

    /** Says whose factory a partition is in. */
    public void give(Partition partition, String organisation) {
        FactoryId factory = machines.require(partition.machine()).factory();
        jdbc.sql("update federation.factory set operator = :operator where id = :id")
                .param("operator", new OrganisationId(UUID.fromString(organisation)).value())
                .param("id", factory.value())
                .update();
    }

    /** A factory without machines that an organisation operates; by its slug. */
    public String factory(String operator) {
        String slug = "test-" + UUID.randomUUID();
        factories.enter(new Factory(
                FactoryId.random(),
                slug,
                "Factory",
                Optional.of(new OrganisationId(UUID.fromString(operator))),
                "Host",
                "City",
                Optional.of("FI"),
                List.of()));
        return slug;
    }

    private Partition partition(PartitionKind kind, int gpus, long hours, Optional<Long> cents) {
        String slug = "test-" + UUID.randomUUID();
        FactoryId factory = factories.enter(new Factory(
                FactoryId.random(), slug, "Factory", Optional.empty(), "Host", "City", Optional.of("FI"), List.of()));
        MachineId machine = machines.enter(
                new Machine(MachineId.random(), factory, slug, "Machine", Machine.Connection.NONE, true, List.of()));
        PartitionId id = partitions.enter(new Partition(
                PartitionId.random(),
                machine,
                slug,
                "Partition",
                kind,
                gpus,
                gpus == 0 ? 16 : 32,
                1L << 36,
                100,
                Optional.empty(),
                true,
                cents,
                List.of()));
        Partition partition = partitions.require(id);
        fill(partition, hours);
        return partition;
    }

    /** Adds to the pool of a partition, in the unit that it is granted in. */
    public void fill(Partition partition, long hours) {
        Amount amount =
                partition.amount(BigDecimal.valueOf(hours), partition.kind().hours());
        if (amount.value() > 0) {
            ledger.post(new Transfer(
                    new EntryId(UUID.randomUUID()),
                    account(partition, "supply_account"),
                    account(partition, "pool_account"),
                    amount,
                    "filled for a test"));
        }
    }

    private AccountId account(Partition partition, String column) {
        return new AccountId(jdbc.sql("select " + column + " from federation.partition where id = :id")
                .param("id", partition.id().value())
                .query(UUID.class)
                .single());
    }
}
