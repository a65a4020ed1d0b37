package org.aifactory.federation.slurm;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.aifactory.federation.Booking;
import org.aifactory.federation.JobState;
import org.aifactory.federation.slurm.Cluster.Load;
import org.aifactory.federation.slurm.Cluster.Shape;
import tools.jackson.databind.JsonNode;

/** Reads what slurmrestd answers, in whatever version. */
record RestReader(RestDialect dialect) {
    /** {@code NO_VAL} of {@code slurm.h}. */
    private static final long NONE = 0xfffffffeL;

    static List<JsonNode> array(JsonNode node, String field) {
        List<JsonNode> all = new ArrayList<>();
        node.path(field).forEach(all::add);
        return all;
    }

    /** As the controller tells of it. */
    SlurmJob live(JsonNode job) {
        SlurmState state = dialect.state(job.path("job_state"));
        String allocated = job.path("tres_alloc_str").asString("");
        boolean waits = state.meaning() == JobState.QUEUED;
        Optional<Instant> start = instant(job.path("start_time"));
        return new SlurmJob(
                job.path("job_id").asLong(),
                job.path("name").asString(""),
                state,
                why(job),
                waits ? Optional.empty() : start,
                state.meaning().hasEnded() ? instant(job.path("end_time")) : Optional.empty(),
                waits ? start : Optional.empty(),
                job.path("restart_cnt").asInt(0),
                Tres.amount(allocated, "cpu"),
                Tres.amount(allocated, "gres/gpu"));
    }

    /** Of nodes that are down or drained Slurm says so in its sentence alone. */
    private static String why(JsonNode job) {
        return job.path("state_description").asString("").startsWith("Nodes required for job are DOWN")
                ? "ReqNodeNotAvail"
                : job.path("state_reason").asString("");
    }

    /** As the accounts have it. */
    SlurmJob accounted(JsonNode job) {
        SlurmState state = dialect.state(job.path("state").path("current"));
        JsonNode time = job.path("time");
        return new SlurmJob(
                job.path("job_id").asLong(),
                job.path("name").asString(""),
                state,
                job.path("state").path("reason").asString(""),
                instant(time.path("start")),
                state.meaning().hasEnded() ? instant(time.path("end")) : Optional.empty(),
                Optional.empty(),
                job.path("restart_cnt").asInt(0),
                counted(job, "cpu", ""),
                counted(job, "gres", "gpu"));
    }

    Booking booking(JsonNode job) {
        SlurmJob known = accounted(job);
        return new Booking(
                dialect.number(job.path("time").path("elapsed")),
                known.cores(),
                known.gpus(),
                // One that was begun anew has an end each time, and no state of an end but the last.
                instant(job.path("time").path("end")).isPresent());
    }

    private int counted(JsonNode job, String type, String name) {
        return array(job.path("tres"), "allocated").stream()
                .filter(one -> one.path("type").asString("").equals(type)
                        && one.path("name").asString("").equals(name))
                .mapToInt(one -> (int) dialect.number(one.path("count")))
                .findFirst()
                .orElse(0);
    }

    /** Empty for what has ended, and for what waits for something else than its turn. */
    Optional<Load> load(JsonNode job) {
        JobState state = dialect.state(job.path("job_state")).meaning();
        long priority = dialect.number(job.path("priority"));
        boolean runs = state == JobState.RUNNING;
        boolean waits = state == JobState.QUEUED
                && Load.isInTurn(priority, job.path("state_reason").asString(""));
        if (!runs && !waits) {
            return Optional.empty();
        }
        String resources = job.path(runs ? "tres_alloc_str" : "tres_req_str").asString("");
        return Optional.of(new Load(
                job.path("job_id").asLong(),
                job.path("name").asString(""),
                runs,
                Math.max(1, Tres.amount(resources, "cpu")),
                Tres.amount(resources, "gres/gpu"),
                runs ? Optional.empty() : instant(job.path("start_time")),
                runs ? instant(job.path("end_time")) : Optional.empty(),
                Duration.ofMinutes(Math.max(1, dialect.number(job.path("time_limit")))),
                priority));
    }

    Shape shape(JsonNode partition, List<JsonNode> nodes) {
        String name = partition.path("name").asString("");
        List<JsonNode> own = in(name, nodes);
        return new Shape(
                name,
                own.size(),
                (int) least(own, "cpus"),
                own.stream().mapToInt(node -> gpus(node, "tres")).min().orElse(0),
                own.stream()
                        .flatMap(node -> Tres.gpuNames(node.path("gres").asString("")).stream())
                        .distinct()
                        .toList(),
                least(own, "real_memory"),
                Duration.ofMinutes(Math.max(0, dialect.limitMinutes(partition))),
                dialect.allowedAccounts(partition),
                dialect.isPartitionUp(partition));
    }

    static List<JsonNode> in(String partition, List<JsonNode> nodes) {
        return nodes.stream()
                .filter(node -> StreamSupport.stream(node.path("partitions").spliterator(), false)
                        .anyMatch(name -> name.asString("").equals(partition)))
                .toList();
    }

    private long least(List<JsonNode> nodes, String field) {
        return nodes.stream()
                .mapToLong(node -> dialect.number(node.path(field)))
                .min()
                .orElse(0);
    }

    private static int gpus(JsonNode node, String field) {
        return Tres.amount(node.path(field).asString(""), "gres/gpu");
    }

    /** Nodes that are drained or down come back; what asks for them waits. */
    Cluster.Free free(List<JsonNode> nodes) {
        int cores = 0;
        int freeCores = 0;
        int gpus = 0;
        int freeGpus = 0;
        long memory = 0;
        long freeMemory = 0;
        for (JsonNode node : nodes) {
            long memoryHere = dialect.number(node.path("real_memory"));
            cores += (int) dialect.number(node.path("cpus"));
            gpus += gpus(node, "tres");
            memory += memoryHere;
            if (dialect.isNodeUp(node)) {
                freeCores += dialect.idleCores(node);
                freeGpus += gpus(node, "tres") - gpus(node, "tres_used");
                freeMemory += memoryHere - dialect.number(node.path("alloc_memory"));
            }
        }
        return new Cluster.Free(cores, freeCores, gpus, freeGpus, memory, freeMemory);
    }

    /** Zero is Slurm's word for “not yet”; in the accounts of newer versions a number that stands for none is one for “never”. */
    private Optional<Instant> instant(JsonNode seconds) {
        return Optional.of(dialect.number(seconds))
                .filter(time -> time > 0 && time < NONE)
                .map(Instant::ofEpochSecond);
    }
}
