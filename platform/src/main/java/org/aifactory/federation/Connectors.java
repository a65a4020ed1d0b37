package org.aifactory.federation;

import org.aifactory.federation.local.LocalMachine;
import org.springframework.stereotype.Service;

/** Which connector leads to a machine. */
@Service
public class Connectors {
    private final Machines machines;
    private final LocalMachine local;

    Connectors(Machines machines, LocalMachine local) {
        this.machines = machines;
        this.local = local;
    }

    /** @throws MachineUnavailable when the platform has no way to the machine */
    public MachineConnector of(MachineId id) {
        Machine machine = machines.require(id);
        return switch (machine.connection()) {
            case LOCAL -> local;
            case NONE ->
                throw new MachineUnavailable(
                        machine.name() + " is not connected to this platform, so nothing can run on it.");
        };
    }
}
