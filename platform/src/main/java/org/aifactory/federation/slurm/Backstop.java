package org.aifactory.federation.slurm;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.aifactory.federation.Partition;
import org.aifactory.federation.PartitionId;
import org.aifactory.federation.PartitionKind;

/**
 * The most that Slurm lets all jobs of an organisation ever take, in minutes of what it counts. It is a little more than what was granted:
 * the ledger decides who may run what, and Slurm also counts what the site itself bears, as where a node failed.
 */
record Backstop(Map<String, Long> minutes) {
    private static final int TENTHS = 10;
    private static final long MINUTE = 60;
    /** More at the least, so that what is left of a small grant can still be used to its end. */
    private static final long LEAST_MORE = 600;

    /** @param granted in seconds of what is granted on each partition */
    static Backstop of(List<Partition> partitions, Map<PartitionId, Long> granted) {
        Map<String, Long> seconds = new TreeMap<>();
        for (Partition partition : partitions) {
            long time = granted.getOrDefault(partition.id(), 0L);
            if (partition.kind() == PartitionKind.GPU && time > 0) {
                seconds.merge("gres/gpu", time, Long::sum);
                // Whoever has one GPU of a node may have all its cores.
                seconds.merge("cpu", time * partition.coresPerNode(), Long::sum);
            } else {
                seconds.merge("cpu", time, Long::sum);
            }
        }
        seconds.replaceAll(
                (counted, time) -> Math.ceilDiv(time, MINUTE) + Math.max(LEAST_MORE, time / MINUTE / TENTHS));
        return new Backstop(seconds);
    }

    /** As Slurm writes it. */
    @Override
    public String toString() {
        return minutes.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(","));
    }
}
