package org.aifactory.federation.slurm;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.aifactory.federation.slurm.Cluster.Batch;
import tools.jackson.databind.JsonNode;

/** In what one version of slurmrestd's interface differs from the others; what is the same in all of them, {@link RestReader} knows. */
interface RestDialect {

    /**
     * Those that are spoken here, the newest first. Slurm 22.05 and 23.02 speak 38, 23.11 both 38 and 40, 24.05 to 26.05 their own and some
     * before. Whatever speaks 39 speaks one of these as well.
     */
    List<RestDialect> KNOWN = List.of(
            new RestV40("v0.0.45"),
            new RestV40("v0.0.44"),
            new RestV40("v0.0.43"),
            new RestV40("v0.0.42"),
            new RestV40("v0.0.41"),
            new RestV40("v0.0.40"),
            new RestV38());

    /** As it stands in addresses. */
    String version();

    /** What is sent to have a job taken. */
    Map<String, Object> submission(Batch job);

    /** A number that may not be there, which is read as zero. */
    long number(JsonNode number);

    SlurmState state(JsonNode state);

    boolean answers(JsonNode ping);

    /** Slurm's own version; empty where it is not told. */
    String release(JsonNode meta);

    /** How long a job may run in a partition, in minutes; zero where there is no limit. */
    long limitMinutes(JsonNode partition);

    boolean isPartitionUp(JsonNode partition);

    boolean isNodeUp(JsonNode node);

    int idleCores(JsonNode node);

    /** The accounts that may use a partition; none where all may. */
    List<String> allowedAccounts(JsonNode partition);

    /** Slurm separates names by commas. */
    static List<String> words(JsonNode list) {
        return Stream.of(list.asString("").split(",", -1))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
