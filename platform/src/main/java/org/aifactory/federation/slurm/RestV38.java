package org.aifactory.federation.slurm;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.aifactory.federation.slurm.Cluster.Batch;
import tools.jackson.databind.JsonNode;

/** {@code v0.0.38}, of Slurm 22.05 to 23.11: numbers are numbers, states are words. */
record RestV38() implements RestDialect {
    private static final int MINUTE = 60;

    @Override
    public String version() {
        return "v0.0.38";
    }

    @Override
    public Map<String, Object> submission(Batch job) {
        Map<String, Object> wish = new HashMap<>(wish(job));
        wish.put("nodes", List.of(job.nodes(), job.nodes()));
        wish.put("memory_per_node", job.memoryMib());
        wish.put("time_limit", minutes(job));
        wish.put("environment", Map.of("PATH", "/usr/local/bin:/usr/bin:/bin", "LANG", "C.UTF-8"));
        if (job.gpus() > 0) {
            wish.put("gres", "gpu:" + job.gpus());
        }
        return Map.of("script", job.script(), "job", wish);
    }

    static long minutes(Batch job) {
        return Math.ceilDiv(job.limit().toSeconds(), MINUTE);
    }

    /** What all versions call the same. */
    static Map<String, Object> wish(Batch job) {
        return Map.of(
                "name",
                job.name(),
                // Also where names are cut or changed by a site's own rules, the comment stays.
                "comment",
                job.name(),
                "account",
                job.account(),
                "partition",
                job.partition(),
                "tasks",
                job.nodes(),
                "tasks_per_node",
                1,
                "cpus_per_task",
                job.cores(),
                "requeue",
                false,
                "current_working_directory",
                job.folder(),
                "standard_output",
                job.folder() + "/complaints");
    }

    @Override
    public long number(JsonNode number) {
        return number.asLong(0);
    }

    @Override
    public SlurmState state(JsonNode state) {
        return SlurmState.named(state.asString(""));
    }

    @Override
    public boolean answers(JsonNode ping) {
        return ping.path("ping").asString("").equals("UP");
    }

    @Override
    public String release(JsonNode meta) {
        return meta.path("Slurm").path("release").asString("");
    }

    @Override
    public long limitMinutes(JsonNode partition) {
        return number(partition.path("max_time_limit"));
    }

    @Override
    public boolean isPartitionUp(JsonNode partition) {
        return partition.path("state").asString("").contains("UP");
    }

    @Override
    public boolean isNodeUp(JsonNode node) {
        return !node.path("state").asString("").startsWith("down")
                && StreamSupport.stream(node.path("state_flags").spliterator(), false)
                        .map(flag -> flag.asString(""))
                        .noneMatch(flag -> flag.equals("DRAIN") || flag.equals("NOT_RESPONDING"));
    }

    @Override
    public int idleCores(JsonNode node) {
        return node.path("idle_cpus").asInt(0);
    }

    @Override
    public List<String> allowedAccounts(JsonNode partition) {
        return RestDialect.words(partition.path("allowed_accounts"));
    }
}
