package org.aifactory.federation;

import java.util.List;
import java.util.Optional;
import org.aifactory.federation.Machine.Connection;
import org.aifactory.federation.local.LocalMachine;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What there is without a catalogue: a factory with one machine, this computer. */
@Component
class LocalFactory {
    private static final String SLUG = "local";

    private final Factories factories;
    private final Machines machines;
    private final Partitions partitions;
    private final LocalMachine computer;

    LocalFactory(Factories factories, Machines machines, Partitions partitions, LocalMachine computer) {
        this.factories = factories;
        this.machines = machines;
        this.partitions = partitions;
        this.computer = computer;
    }

    /** Enters this computer as it is today: it may have got more memory since. */
    @EventListener(ApplicationStartedEvent.class)
    @Order(0)
    @Transactional
    public void enter() {
        FactoryId factory = factories.enter(new Factory(
                FactoryId.random(), SLUG, "Local", Optional.empty(), "This computer", "", Optional.empty(), List.of()));
        MachineId machine = machines.enter(
                new Machine(MachineId.random(), factory, SLUG, "This computer", Connection.LOCAL, true, List.of()));
        partitions.enter(partition(machine, PartitionKind.CPU, 0));
        if (computer.gpus() > 0) {
            partitions.enter(partition(machine, PartitionKind.GPU, computer.gpus()));
        }
    }

    private Partition partition(MachineId machine, PartitionKind kind, int gpus) {
        boolean cpu = kind == PartitionKind.CPU;
        return new Partition(
                PartitionId.random(),
                machine,
                SLUG + (cpu ? "-cpu" : "-gpu"),
                cpu ? "Cores of this computer" : "GPUs of this computer",
                kind,
                gpus,
                computer.cores(),
                computer.memoryBytes(),
                1,
                Optional.empty(),
                true,
                Optional.empty(),
                List.of());
    }
}
