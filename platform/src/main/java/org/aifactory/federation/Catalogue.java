package org.aifactory.federation;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.aifactory.federation.Machine.Connection;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.Organisations;
import org.aifactory.ledger.Balance;
import org.aifactory.ledger.Unit;
import org.aifactory.web.Problem;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Everything that is known of factories, put together as everybody may read it. */
@Component
@Transactional(readOnly = true)
class Catalogue {
    private final Factories factories;
    private final Machines machines;
    private final Partitions partitions;
    private final Pools pools;
    private final Connectors connectors;
    private final Organisations organisations;

    Catalogue(
            Factories factories,
            Machines machines,
            Partitions partitions,
            Pools pools,
            Connectors connectors,
            Organisations organisations) {
        this.factories = factories;
        this.machines = machines;
        this.partitions = partitions;
        this.pools = pools;
        this.connectors = connectors;
        this.organisations = organisations;
    }

    /** By what something is called in an answer about something else. */
    record Name(String slug, String name) {}

    record Operator(OrganisationId id, String name) {}

    record FactoryView(
            FactoryId id,
            String slug,
            String name,
            String host,
            String city,
            Optional<String> country,
            Optional<Operator> operator,
            List<Fact> facts,
            List<MachineView> machines) {}

    /** @param connected whether jobs can reach it from here at all */
    record MachineView(
            MachineId id,
            String slug,
            String name,
            Name factory,
            boolean connected,
            boolean open,
            List<Maintenance> maintenance,
            List<Fact> facts,
            List<PartitionView> partitions) {}

    /**
     * A partition as everybody may read of it.
     *
     * @param unit in which time on it is granted, and what a price is for
     * @param ledgerUnit what the ledger counts; 3600 of it are one of {@code unit}
     * @param nodeHour one node-hour in every unit that the partition has
     * @param memoryPerNode in bytes; 0 where it is not known
     * @param open whether its operator takes new allocations and jobs on it
     * @param usable whether jobs can be submitted now: it and its machine are open and connected
     * @param now what of it is free at this moment; empty where nobody can know
     */
    record PartitionView(
            PartitionId id,
            String slug,
            String name,
            Name machine,
            Name factory,
            PartitionKind kind,
            HourUnit unit,
            Unit ledgerUnit,
            int nodes,
            int gpusPerNode,
            int coresPerNode,
            long memoryPerNode,
            Map<HourUnit, BigDecimal> nodeHour,
            Optional<Long> maxWallSeconds,
            Optional<Long> priceCents,
            boolean connected,
            boolean open,
            boolean usable,
            List<Maintenance> maintenance,
            PoolView pool,
            Optional<Capacity> now,
            List<Fact> facts) {}

    /** The four numbers of a pool in the ledger's unit, and all of them in hours of every unit. */
    record PoolView(Unit unit, long granted, long held, long spent, long free, PoolHours hours) {}

    record PoolHours(
            Map<HourUnit, BigDecimal> granted,
            Map<HourUnit, BigDecimal> held,
            Map<HourUnit, BigDecimal> spent,
            Map<HourUnit, BigDecimal> free) {}

    List<FactoryView> factories() {
        return factories.all().stream().map(this::view).toList();
    }

    FactoryView factory(String slug) {
        return view(requireFactory(slug));
    }

    MachineView machine(String slug) {
        Machine machine = machines.require(slug);
        return view(factories.require(machine.factory()), machine);
    }

    List<PartitionView> partitions() {
        return factories().stream()
                .flatMap(factory -> factory.machines().stream())
                .flatMap(machine -> machine.partitions().stream())
                .toList();
    }

    PartitionView partition(String slug) {
        Partition partition = partitions.require(slug);
        Machine machine = machines.require(partition.machine());
        Factory factory = factories.require(machine.factory());
        return view(name(factory), machine, machines.maintenance(machine.id()), partition);
    }

    PoolView pool(Partition partition) {
        Balance balance = pools.balance(partition.id());
        return new PoolView(
                balance.unit(),
                balance.granted(),
                balance.held(),
                balance.spent(),
                balance.free(),
                new PoolHours(
                        partition.inAllUnits(balance.granted()),
                        partition.inAllUnits(balance.held()),
                        partition.inAllUnits(balance.spent()),
                        partition.inAllUnits(balance.free())));
    }

    Factory requireFactory(String slug) {
        return factories.named(slug).orElseThrow(() -> Problem.notFound("factory", slug));
    }

    private FactoryView view(Factory factory) {
        return new FactoryView(
                factory.id(),
                factory.slug(),
                factory.name(),
                factory.host(),
                factory.city(),
                factory.country(),
                factory.operator()
                        .flatMap(organisations::find)
                        .map(operator -> new Operator(operator.id(), operator.name())),
                factory.facts(),
                machines.of(factory.id()).stream()
                        .map(machine -> view(factory, machine))
                        .toList());
    }

    private MachineView view(Factory factory, Machine machine) {
        List<Maintenance> maintenance = machines.maintenance(machine.id());
        return new MachineView(
                machine.id(),
                machine.slug(),
                machine.name(),
                name(factory),
                isConnected(machine),
                machine.open(),
                maintenance,
                machine.facts(),
                partitions.of(machine.id()).stream()
                        .map(partition -> view(name(factory), machine, maintenance, partition))
                        .toList());
    }

    private PartitionView view(Name factory, Machine machine, List<Maintenance> maintenance, Partition partition) {
        boolean connected = isConnected(machine);
        return new PartitionView(
                partition.id(),
                partition.slug(),
                partition.name(),
                new Name(machine.slug(), machine.name()),
                factory,
                partition.kind(),
                partition.kind().hours(),
                partition.unit(),
                partition.nodes(),
                partition.gpusPerNode(),
                partition.coresPerNode(),
                partition.memoryPerNode(),
                partition.inAllUnits(
                        partition.amount(BigDecimal.ONE, HourUnit.NODE_HOUR).value()),
                partition.maxWallTime().map(Duration::toSeconds),
                partition.priceCents(),
                connected,
                partition.open(),
                connected && machine.open() && partition.open(),
                maintenance,
                pool(partition),
                connected ? capacity(machine, partition) : Optional.empty(),
                partition.facts());
    }

    /** A machine that does not answer must not take the page with it on which its figures stand. */
    private Optional<Capacity> capacity(Machine machine, Partition partition) {
        try {
            return Optional.of(connectors.of(machine.id()).capacity(partition.id()));
        } catch (MachineUnavailable silent) {
            return Optional.empty();
        }
    }

    private static boolean isConnected(Machine machine) {
        return machine.connection() != Connection.NONE;
    }

    private static Name name(Factory factory) {
        return new Name(factory.slug(), factory.name());
    }
}
