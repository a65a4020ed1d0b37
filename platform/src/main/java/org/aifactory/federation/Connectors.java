package org.aifactory.federation;

import org.aifactory.federation.local.LocalMachine;
import org.aifactory.federation.slurm.SlurmSites;
import org.aifactory.web.Message;
import org.springframework.stereotype.Service;

/** Which connector leads to a machine. */
@Service
public class Connectors {
    private final Machines machines;
    private final LocalMachine local;
    private final SlurmSites slurm;

    Connectors(Machines machines, LocalMachine local, SlurmSites slurm) {
        this.machines = machines;
        this.local = local;
        this.slurm = slurm;
    }

    /** @throws MachineUnavailable when the platform has no way to the machine */
    public MachineConnector of(MachineId id) {
        Machine machine = machines.require(id);
        return switch (machine.connection()) {
            case LOCAL -> local;
            case SLURM -> slurm.machine(id);
            case NONE -> throw new MachineUnavailable(Message.of("federation.refused.not-connected", machine.name()));
        };
    }
}
