package org.aifactory.federation.slurm;

import java.util.List;
import java.util.Map;

/** Slurm's books of who may use the cluster, and how much of it. Every method may throw {@link org.aifactory.federation.MachineUnavailable}. */
interface AccountBooks {

    /** All of an account, and of those who may use it; none where there is no such account. */
    List<Association> of(String account);

    /**
     * Opens an account on each cluster that the one above it is on, and lets a person use it; what is there already stays.
     *
     * @param description no word of it means anything to Slurm
     * @throws Cluster.Refused when this is not ours to do
     */
    void open(String account, String description, String under, String person) throws Cluster.Refused;

    /**
     * Sets the most that all jobs of a person on an account may ever take together; of one that we opened these are all its jobs.
     *
     * @throws Cluster.Refused when this is not ours to do, or Slurm does not count one of them
     */
    void limit(String account, String person, Map<String, Long> minutes) throws Cluster.Refused;

    /** Whether a person may open accounts under one: whoever administrates Slurm, or coordinates that account. */
    boolean mayOpen(String under, String person);
}
