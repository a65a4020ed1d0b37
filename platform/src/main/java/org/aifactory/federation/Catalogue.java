package org.aifactory.federation;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.aifactory.federation.Machine.Connection;
import org.aifactory.identity.OrganisationId;
import org.aifactory.identity.OrganisationKind;
import org.aifactory.identity.Organisations;
import org.aifactory.ledger.Balance;
import org.aifactory.ledger.Unit;
import org.aifactory.web.Problem;
import org.springframework.stereotype.Component;

/**
 * Everything that is known of factories, put together as everybody may read it.
 *
 * <p>What is stored is read in a handful of statements however many partitions there are; then the machines are asked, with no transaction open.
 */
@Component
class Catalogue {
    private final Factories factories;
    private final Machines machines;
    private final Partitions partitions;
    private final Pools pools;
    private final Occupancy occupancy;
    private final Organisations organisations;

    Catalogue(
            Factories factories,
            Machines machines,
            Partitions partitions,
            Pools pools,
            Occupancy occupancy,
            Organisations organisations) {
        this.factories = factories;
        this.machines = machines;
        this.partitions = partitions;
        this.pools = pools;
        this.occupancy = occupancy;
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
        Stored stored = stored();
        return factories.all().stream().map(factory -> view(factory, stored)).toList();
    }

    FactoryView factory(String slug) {
        return view(requireFactory(slug), stored());
    }

    MachineView machine(String slug) {
        Machine machine = machines.require(slug);
        return view(factories.require(machine.factory()), machine, stored());
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
        return view(
                name(factory),
                machine,
                machines.maintenance(machine.id()),
                partition,
                pool(partition, pools.balance(partition.id())));
    }

    PoolView pool(Partition partition) {
        return pool(partition, pools.balance(partition.id()));
    }

    Factory requireFactory(String slug) {
        return factories.named(slug).orElseThrow(() -> Problem.notFound("factory", slug));
    }

    /** What lies below the factories, each list in the order in which it is shown. */
    private record Stored(
            Map<FactoryId, List<Machine>> machines,
            Map<MachineId, List<Partition>> partitions,
            Map<MachineId, List<Maintenance>> maintenance,
            Map<PartitionId, Balance> balances,
            Map<OrganisationId, Operator> operators) {
        List<Machine> machinesOf(FactoryId factory) {
            return machines.getOrDefault(factory, List.of());
        }

        List<Partition> partitionsOf(MachineId machine) {
            return partitions.getOrDefault(machine, List.of());
        }

        List<Maintenance> maintenanceOf(MachineId machine) {
            return maintenance.getOrDefault(machine, List.of());
        }

        /** Also for a partition that was entered between two statements. */
        Balance balance(Partition partition) {
            return balances.getOrDefault(partition.id(), new Balance(partition.unit(), 0, 0, 0));
        }
    }

    private Stored stored() {
        List<Machine> all = machines.all();
        Map<MachineId, List<Partition>> below = partitions.all().stream().collect(groupingBy(Partition::machine));
        all.forEach(machine -> below.getOrDefault(machine.id(), List.of())
                .forEach(partition -> occupancy.ask(machine, partition.id())));
        return new Stored(
                all.stream().collect(groupingBy(Machine::factory)),
                below,
                machines.maintenance().stream().collect(groupingBy(Maintenance::machine)),
                pools.balances(),
                organisations.of(OrganisationKind.FACTORY).stream()
                        .map(organisation -> new Operator(organisation.id(), organisation.name()))
                        .collect(toMap(Operator::id, identity())));
    }

    private FactoryView view(Factory factory, Stored stored) {
        return new FactoryView(
                factory.id(),
                factory.slug(),
                factory.name(),
                factory.host(),
                factory.city(),
                factory.country(),
                factory.operator().map(stored.operators()::get),
                factory.facts(),
                stored.machinesOf(factory.id()).stream()
                        .map(machine -> view(factory, machine, stored))
                        .toList());
    }

    private MachineView view(Factory factory, Machine machine, Stored stored) {
        List<Maintenance> maintenance = stored.maintenanceOf(machine.id());
        return new MachineView(
                machine.id(),
                machine.slug(),
                machine.name(),
                name(factory),
                isConnected(machine),
                machine.open(),
                maintenance,
                machine.facts(),
                stored.partitionsOf(machine.id()).stream()
                        .map(partition -> view(
                                name(factory),
                                machine,
                                maintenance,
                                partition,
                                pool(partition, stored.balance(partition))))
                        .toList());
    }

    private static PoolView pool(Partition partition, Balance balance) {
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

    private PartitionView view(
            Name factory, Machine machine, List<Maintenance> maintenance, Partition partition, PoolView pool) {
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
                pool,
                occupancy.now(machine, partition.id()),
                partition.facts());
    }

    private static boolean isConnected(Machine machine) {
        return machine.connection() != Connection.NONE;
    }

    private static Name name(Factory factory) {
        return new Name(factory.slug(), factory.name());
    }
}
