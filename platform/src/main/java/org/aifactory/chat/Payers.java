package org.aifactory.chat;

import java.time.InstantSource;
import org.aifactory.access.Allocation;
import org.aifactory.access.AllocationState;
import org.aifactory.access.Allocations;
import org.aifactory.federation.Connectors;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.Machines;
import org.aifactory.federation.Partition;
import org.aifactory.federation.Partitions;
import org.aifactory.identity.Actor;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.stereotype.Component;

/**
 * Which allocation pays for what a model answers. Where it was trained does not matter, but who answers has to be reached: the nodes of
 * many machines let nobody in, and what is served at the cost of an allocation there is served where the organisation has another.
 */
@Component
class Payers {
    private final Allocations allocations;
    private final Partitions partitions;
    private final Machines machines;
    private final Connectors connectors;
    private final InstantSource clock;

    Payers(
            Allocations allocations,
            Partitions partitions,
            Machines machines,
            Connectors connectors,
            InstantSource clock) {
        this.allocations = allocations;
        this.partitions = partitions;
        this.machines = machines;
        this.connectors = connectors;
        this.clock = clock;
    }

    /**
     * The one that was asked for, or another of its organisation's where that one's machine lets nobody in.
     *
     * @throws Problem where the person may use neither
     */
    Allocation payer(Actor actor, Allocation asked) {
        if (canServe(asked)) {
            return asked;
        }
        return allocations.of(actor).stream()
                .filter(other -> other.organisation().equals(asked.organisation()) && isUsable(actor, other))
                // Whoever named one that costs nothing has not agreed to pay.
                .filter(other -> other.cost().isEmpty() || asked.cost().isPresent())
                .filter(other -> allocations.balance(other.id()).free() > 0)
                .filter(this::canServe)
                .findFirst()
                .map(other -> allocations.requireUsable(actor, other.id()))
                .orElseThrow(() -> Problem.of(
                        ProblemType.AGAINST_RULES,
                        "training.refused.lets-nobody-in",
                        partitions.require(asked.partition()).name()));
    }

    /** The machine on which is served what it pays for. */
    String place(Allocation allocation) {
        return machines.require(partitions.require(allocation.partition()).machine())
                .name();
    }

    /** Whether it is offered to the person. */
    boolean mayPay(Actor actor, Allocation allocation) {
        return isUsable(actor, allocation) && canServe(allocation);
    }

    private boolean isUsable(Actor actor, Allocation allocation) {
        return allocation.state() == AllocationState.ACTIVE
                && actor.mayChange(allocation.organisation())
                && !clock.instant().isBefore(allocation.from())
                && clock.instant().isBefore(allocation.until());
    }

    /** A machine that cannot be asked just now is not taken for one that lets nobody in. */
    private boolean canServe(Allocation allocation) {
        Partition partition = partitions.require(allocation.partition());
        try {
            return connectors.of(partition.machine()).letsIn();
        } catch (MachineUnavailable away) {
            return true;
        }
    }
}
