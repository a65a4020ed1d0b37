package org.aifactory.federation;

import java.util.List;

/**
 * A supercomputer, or this computer.
 *
 * @param slug as it stands in addresses, unique among all machines
 * @param open whether jobs may start on it
 */
public record Machine(
        MachineId id,
        FactoryId factory,
        String slug,
        String name,
        Connection connection,
        boolean open,
        List<Fact> facts) {

    /** How the platform reaches a machine. */
    public enum Connection {
        /** Not at all: its figures are known, and nothing can run on it. */
        NONE,
        /** It is the computer that the platform runs on. */
        LOCAL,
        /** Slurm drives it, and its nodes see the platform's folders at the same places. */
        SLURM
    }
}
