package org.aifactory.federation.slurm;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.slurm.Cluster.Free;
import org.aifactory.federation.slurm.Cluster.Shape;
import org.aifactory.web.Message;

/** A node as {@code scontrol show nodes} tells of it. */
record SlurmNode(
        List<String> partitions,
        boolean up,
        int cores,
        int usedCores,
        int gpus,
        int usedGpus,
        List<String> gpuNames,
        long memoryMib,
        long usedMemoryMib) {
    private static final Pattern LIMIT = Pattern.compile("(?:(\\d+)-)?(\\d+):(\\d+):(\\d+)");

    static SlurmNode of(Map<String, String> fields) {
        String state = fields.getOrDefault("State", "");
        return new SlurmNode(
                Arrays.asList(fields.getOrDefault("Partitions", "").split(",", -1)),
                // A star behind it: it does not answer.
                !state.startsWith("DOWN") && !state.contains("DRAIN") && !state.contains("*") && !state.isEmpty(),
                number(fields, "CPUTot"),
                number(fields, "CPUAlloc"),
                Tres.amount(fields.getOrDefault("CfgTRES", ""), "gres/gpu"),
                Tres.amount(fields.getOrDefault("AllocTRES", ""), "gres/gpu"),
                Tres.gpuNames(fields.getOrDefault("Gres", "")),
                number(fields, "RealMemory"),
                number(fields, "AllocMem"));
    }

    private static int number(Map<String, String> fields, String name) {
        String word = fields.getOrDefault(name, "0");
        return word.matches("\\d{1,9}") ? Integer.parseInt(word) : 0;
    }

    static Shape shape(Map<String, String> partition, List<SlurmNode> nodes) {
        String name = partition.getOrDefault("PartitionName", "");
        List<SlurmNode> own = in(name, nodes);
        return new Shape(
                name,
                own.size(),
                own.stream().mapToInt(SlurmNode::cores).min().orElse(0),
                own.stream().mapToInt(SlurmNode::gpus).min().orElse(0),
                own.stream()
                        .flatMap(node -> node.gpuNames().stream())
                        .distinct()
                        .toList(),
                own.stream().mapToLong(SlurmNode::memoryMib).min().orElse(0),
                limit(partition.getOrDefault("MaxTime", "")),
                allowed(partition.getOrDefault("AllowAccounts", "ALL")),
                partition.getOrDefault("State", "").equals("UP"));
    }

    private static List<String> allowed(String accounts) {
        return accounts.equals("ALL") ? List.of() : List.of(accounts.split(",", -1));
    }

    static Free free(String partition, List<SlurmNode> nodes) {
        List<SlurmNode> own = in(partition, nodes);
        if (own.isEmpty()) {
            throw new MachineUnavailable(Message.of("federation.slurm.partition-gone", partition));
        }
        // Nodes that are drained or down come back; what asks for them waits.
        List<SlurmNode> up = own.stream().filter(SlurmNode::up).toList();
        return new Free(
                own.stream().mapToInt(SlurmNode::cores).sum(),
                up.stream().mapToInt(node -> node.cores() - node.usedCores()).sum(),
                own.stream().mapToInt(SlurmNode::gpus).sum(),
                up.stream().mapToInt(node -> node.gpus() - node.usedGpus()).sum(),
                own.stream().mapToLong(SlurmNode::memoryMib).sum(),
                up.stream()
                        .mapToLong(node -> node.memoryMib() - node.usedMemoryMib())
                        .sum());
    }

    private static List<SlurmNode> in(String partition, List<SlurmNode> nodes) {
        return nodes.stream()
                .filter(node -> node.partitions().contains(partition))
                .toList();
    }

    /** {@code 2-00:00:00}; zero for {@code UNLIMITED}. */
    private static Duration limit(String text) {
        Matcher parts = LIMIT.matcher(text);
        return !parts.matches()
                ? Duration.ZERO
                : Duration.ofDays(parts.group(1) == null ? 0 : Long.parseLong(parts.group(1)))
                        .plusHours(Long.parseLong(parts.group(2)))
                        .plusMinutes(Long.parseLong(parts.group(3)))
                        .plusSeconds(Long.parseLong(parts.group(4)));
    }
}
