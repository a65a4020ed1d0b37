package org.aifactory.federation.slurm;

import java.util.List;
import java.util.Map;

/**
 * That an account of Slurm's may be used, as Slurm's own books have it.
 *
 * @param person empty for what holds for the whole account
 * @param qos what its jobs may ask for
 * @param minutes the most that all its jobs may ever take together, by what is counted: {@code cpu}, {@code gres/gpu}
 */
record Association(String cluster, String account, String person, List<String> qos, Map<String, Long> minutes) {
    Association {
        qos = List.copyOf(qos);
        minutes = Map.copyOf(minutes);
    }
}
