package org.aifactory.engine.distributed;

import java.util.Map;
import java.util.Optional;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Which one of the processes that train a model together this is.
 *
 * @param rank its number from zero; the first leads
 * @param size how many there are, two at least
 * @param host of the first, as the others reach it
 * @param port where the first listens
 */
public record Membership(int rank, int size, String host, int port) {
    private static final int PORTS_FROM = 20_000;
    private static final int PORTS = 12_000;
    private static final int SIZE_MAX = 4096;
    private static final int PORT_MAX = 65_535;

    public Membership {
        if (size < 2 || size > SIZE_MAX) {
            throw refused("There are from 2 to " + SIZE_MAX + " processes in a group, not " + size + ".");
        }
        if (rank < 0 || rank >= size) {
            throw refused(
                    "Of " + size + " processes each has a number from 0 to " + (size - 1) + ", not " + rank + ".");
        }
        if (host.isBlank() || port < 1 || port > PORT_MAX) {
            throw refused("Where the first process listens is HOST:PORT, with a port from 1 to " + PORT_MAX + ".");
        }
    }

    /** @param master where the first listens, {@code HOST:PORT} */
    public static Membership of(int rank, int size, String master) {
        int colon = master.lastIndexOf(':');
        if (colon < 1) {
            throw refused("Where the first process listens is HOST:PORT, not " + master + ".");
        }
        String host = master.substring(0, colon).replaceAll("^\\[|]$", "");
        return new Membership(rank, size, host, number("the port", master.substring(colon + 1)));
    }

    /**
     * As the platform's variables say it, or Slurm's in a step of several tasks.
     *
     * @return nothing where this process is alone
     */
    public static Optional<Membership> of(Map<String, String> environment) {
        int nodes = number("AIFACTORY_NODES", environment.getOrDefault("AIFACTORY_NODES", "1"));
        if (nodes > 1) {
            return Optional.of(of(
                    number("AIFACTORY_NODE_RANK", environment.get("AIFACTORY_NODE_RANK")),
                    nodes,
                    needed("AIFACTORY_MASTER", environment.get("AIFACTORY_MASTER"))));
        }
        // Of the step, and not of the job: what one task does in a job of many, it does alone.
        int tasks = number("SLURM_STEP_NUM_TASKS", environment.getOrDefault("SLURM_STEP_NUM_TASKS", "1"));
        if (tasks > 1) {
            long job = number("SLURM_JOB_ID", environment.get("SLURM_JOB_ID"));
            return Optional.of(new Membership(
                    number("SLURM_PROCID", environment.get("SLURM_PROCID")),
                    tasks,
                    first(needed("SLURM_STEP_NODELIST", environment.get("SLURM_STEP_NODELIST"))),
                    (int) (PORTS_FROM + job % PORTS)));
        }
        return Optional.empty();
    }

    /** The first of the nodes that Slurm writes as {@code rack1-n[07-09,12],rack2-n1}. */
    static String first(String nodes) {
        int comma = nodes.indexOf(',');
        int open = nodes.indexOf('[');
        if (open < 0 || (comma >= 0 && comma < open)) {
            return comma < 0 ? nodes : nodes.substring(0, comma);
        }
        int close = nodes.indexOf(']', open);
        int after = nodes.indexOf(',', close);
        String number = nodes.substring(open + 1, close).split("[-,]", 2)[0];
        return nodes.substring(0, open) + number + nodes.substring(close + 1, after < 0 ? nodes.length() : after);
    }

    private static int number(String name, @Nullable String word) {
        try {
            return Integer.parseInt(needed(name, word).strip());
        } catch (NumberFormatException no) {
            throw refused(name + " is a whole number, not " + word + ".");
        }
    }

    private static String needed(String name, @Nullable String word) {
        if (word == null) {
            throw refused("This process is one of several, but " + name + " is not set, so it cannot find the others.");
        }
        return word;
    }

    private static EngineException refused(String sentence) {
        return new EngineException(Kind.INPUT, sentence);
    }
}
