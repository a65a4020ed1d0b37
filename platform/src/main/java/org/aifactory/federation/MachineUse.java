package org.aifactory.federation;

/** What whoever brings jobs to machines knows of them, so that operators see whom it meets when a machine is away or closed. */
public interface MachineUse {

    /**
     * @param waiting how many runs wait for it
     * @param running how many go on there
     * @param organisations whose they are, how many
     */
    record Use(int waiting, int running, int organisations) {}

    Use of(MachineId machine);
}
