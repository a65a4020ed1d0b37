package org.aifactory.federation.slurm;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.aifactory.federation.slurm.Cluster.Batch;
import tools.jackson.databind.JsonNode;

/**
 * {@code v0.0.40} of Slurm 23.11 and what came after it: numbers say whether they are set, states are lists of a state and its flags.
 * What of these versions is read and written here is the same in all of them but the word of a ping.
 */
record RestV40(String version) implements RestDialect {
    private static final Set<String> NODE_AWAY = Set.of(
            "DOWN",
            "DRAIN",
            "NOT_RESPONDING",
            "FAIL",
            "ERROR",
            "UNKNOWN",
            "FUTURE",
            "INVALID",
            "INVALID_REG",
            "POWERING_DOWN");

    /** Long enough for whatever has no limit. */
    private static final long FOREVER = 60L * 24 * 366;

    @Override
    public Map<String, Object> submission(Batch job) {
        Map<String, Object> wish = new HashMap<>(RestV38.wish(job));
        wish.put("script", job.script());
        wish.put("minimum_nodes", job.nodes());
        wish.put("maximum_nodes", job.nodes());
        wish.put("memory_per_node", set(job.memoryMib()));
        wish.put("time_limit", set(RestV38.minutes(job)));
        wish.put("environment", List.of("PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8"));
        if (job.gpus() > 0) {
            wish.put("tres_per_node", "gres/gpu:" + job.gpus());
        }
        return Map.of("job", wish);
    }

    private static Map<String, Object> set(long number) {
        return Map.of("set", true, "infinite", false, "number", number);
    }

    @Override
    public long number(JsonNode number) {
        if (!number.isObject()) {
            return number.asLong(0);
        }
        if (number.path("infinite").asBoolean(false)) {
            return FOREVER;
        }
        return number.path("set").asBoolean(false) ? number.path("number").asLong(0) : 0;
    }

    /** The state comes first and its flags follow; a flag that says more of what goes on counts, as where Slurm tells one word only. */
    @Override
    public SlurmState state(JsonNode state) {
        List<String> words = words(state);
        return words.stream()
                .skip(1)
                .map(SlurmState::named)
                .filter(known -> known != SlurmState.UNKNOWN)
                .findFirst()
                .orElseGet(() -> SlurmState.named(words.isEmpty() ? "" : words.getFirst()));
    }

    private static List<String> words(JsonNode list) {
        return (list.isArray() ? StreamSupport.stream(list.spliterator(), false) : Stream.of(list))
                .map(word -> word.asString(""))
                .toList();
    }

    /** {@code pinged} to 41 and for a while after; {@code responding} from 42 on. */
    @Override
    public boolean answers(JsonNode ping) {
        return ping.path("responding").asBoolean(false)
                || ping.path("pinged").asString("").equals("UP");
    }

    @Override
    public String release(JsonNode meta) {
        return meta.path("slurm").path("release").asString("");
    }

    @Override
    public long limitMinutes(JsonNode partition) {
        JsonNode limit = partition.path("maximums").path("time");
        return limit.path("infinite").asBoolean(false) ? 0 : number(limit);
    }

    @Override
    public boolean isPartitionUp(JsonNode partition) {
        return words(partition.path("partition").path("state")).contains("UP");
    }

    @Override
    public boolean isNodeUp(JsonNode node) {
        List<String> words = words(node.path("state"));
        return !words.isEmpty() && words.stream().noneMatch(NODE_AWAY::contains);
    }

    @Override
    public int idleCores(JsonNode node) {
        return node.path("alloc_idle_cpus").asInt(0);
    }

    @Override
    public List<String> allowedAccounts(JsonNode partition) {
        return RestDialect.words(partition.path("accounts").path("allowed"));
    }
}
