package org.aifactory.federation.slurm;

import java.net.URI;

/**
 * How a cluster is reached.
 *
 * @param address of slurmrestd
 * @param person as whom jobs are submitted; the same person as the platform's own at a site whose folders both see
 * @param account on which of Slurm's accounts they run
 * @param token a JSON web token of Slurm's for that person
 */
public record SlurmSite(URI address, String person, String account, String token) {

    /** Never tells the token. */
    @Override
    public String toString() {
        return "SlurmSite[" + person + " at " + address + ", account " + account + "]";
    }
}
