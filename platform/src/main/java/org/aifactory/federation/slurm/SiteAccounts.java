package org.aifactory.federation.slurm;

/** On which of Slurm's accounts the jobs of a machine run. */
public enum SiteAccounts {
    /** All on the one that the machine is connected with; each run has a folder of its own. */
    SERVICE,
    /** Each organisation's on one of its own under that, with a limit of Slurm's. */
    PER_ORGANISATION
}
