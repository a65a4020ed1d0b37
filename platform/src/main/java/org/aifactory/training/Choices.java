package org.aifactory.training;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.aifactory.federation.Capacity;
import org.aifactory.federation.Connectors;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.Partition;
import org.aifactory.federation.PartitionKind;
import org.aifactory.federation.Partitions;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.springframework.stereotype.Component;

/** Checks what is asked for, and chooses what is left out. */
@Component
class Choices {
    private static final double DEFAULT_MINUTES = 10;
    private static final double MOST_MINUTES = 366 * 24 * 60;
    private static final long MOST_STEPS = 1_000_000_000;
    /** The engine keeps to its minutes, and does not always; what is not needed is not charged. */
    private static final double MARGIN = 1.25;

    private static final Duration LEAST_MARGIN = Duration.ofMinutes(2);
    private static final Duration WHERE_STEPS_COUNT = Duration.ofHours(1);
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,199}");
    /** What starts a program keeps these for itself. */
    private static final Pattern KEPT =
            Pattern.compile("BASHOPTS|EUID|PPID|SHELLOPTS|UID|AIF_.*|AIFACTORY_.*|SLURM_JOB.*");

    private static final int MOST_VARIABLES = 100;
    private static final int MOST_OF_VARIABLES = 64 << 10;
    private static final long MIB = 1L << 20;

    private final Partitions partitions;
    private final Connectors connectors;
    private final EngineProgram engine;

    Choices(Partitions partitions, Connectors connectors, EngineProgram engine) {
        this.partitions = partitions;
        this.connectors = connectors;
        this.engine = engine;
    }

    /**
     * What the recipe needs to know.
     *
     * @param folder of the model to go on from, where that is not a version of a dataset
     */
    Settings settings(RunRequest request, Optional<String> folder) {
        requireVariables("environment", request.environment());
        requireVariables("secrets", request.secrets());
        request.environment().keySet().stream()
                .filter(request.secrets()::containsKey)
                .findFirst()
                .ifPresent(both -> {
                    throw Problem.invalid("secrets", "training.fault.variable-twice", both);
                });
        // They are kept nowhere once a program runs, so there are none for another attempt.
        requireAbsent(
                request.continues().orElse(false) && !request.secrets().isEmpty(),
                "continue",
                "training.fault.continue-secrets");
        switch (request.recipe()) {
            case CHATBOT, FINETUNE -> {
                requireAbsent(request.command().isPresent(), "command", "training.fault.no-script");
                requireAbsent(
                        !request.environment().isEmpty() || !request.secrets().isEmpty(),
                        "environment",
                        "training.fault.no-variables");
                if (request.dataset().isEmpty()) {
                    throw Problem.invalid("dataset", "training.fault.dataset");
                }
                requireAbsent(
                        request.minutes().isPresent() && request.steps().isPresent(),
                        "steps",
                        "training.fault.minutes-or-steps");
            }
            case COMMAND, SERVE -> {
                requireAbsent(request.steps().isPresent(), "steps", "training.fault.no-steps");
                if (request.minutes().isEmpty()) {
                    throw Problem.invalid("minutes", "training.fault.minutes-needed");
                }
            }
        }
        if ((request.recipe() == Recipe.FINETUNE) != request.base().isPresent() && request.recipe() != Recipe.COMMAND) {
            throw Problem.invalid(
                    "base", request.recipe() == Recipe.FINETUNE ? "training.fault.base" : "training.fault.no-base");
        }
        request.steps().ifPresent(steps -> {
            if (steps < 1 || steps > MOST_STEPS) {
                throw Problem.invalid("steps", "training.fault.steps", MOST_STEPS);
            }
        });
        String command = request.recipe() == Recipe.COMMAND
                ? Scripts.checked(request.command().orElse(""))
                : null;
        boolean byTime = request.recipe() != Recipe.COMMAND && request.steps().isEmpty();
        return new Settings(
                byTime ? minutes(request) : null,
                request.steps().orElse(null),
                request.seed().orElse(1L),
                command,
                folder.orElse(null),
                request.environment(),
                request.continues().orElse(null),
                request.image().orElse(null));
    }

    private static void requireAbsent(boolean present, String field, String key) {
        if (present) {
            throw Problem.invalid(field, key);
        }
    }

    private static double minutes(RunRequest request) {
        double minutes = request.minutes().orElse(DEFAULT_MINUTES);
        if (!(minutes > 0) || minutes > MOST_MINUTES) {
            throw Problem.invalid("minutes", "training.fault.minutes", (long) MOST_MINUTES);
        }
        return minutes;
    }

    void requireVariables(String field, Map<String, String> variables) {
        int size = 0;
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            String name = variable.getKey();
            if (!VARIABLE.matcher(name).matches() || KEPT.matcher(name).matches()) {
                throw Problem.invalid(
                        field, "training.fault.variable-name", name.substring(0, Math.min(60, name.length())));
            }
            if (variable.getValue().indexOf('\0') >= 0) {
                throw Problem.invalid(field, "training.fault.variable-nul", name);
            }
            size += name.length() + variable.getValue().length();
        }
        if (variables.size() > MOST_VARIABLES || size > MOST_OF_VARIABLES) {
            throw Problem.invalid(field, "training.fault.variables", MOST_VARIABLES, MOST_OF_VARIABLES >> 10);
        }
    }

    /** The resources of a run, those that were not asked for chosen by the partition. */
    Resources resources(RunRequest request, Partition partition) {
        boolean gpu = partition.kind() == PartitionKind.GPU;
        int nodes = request.nodes().orElse(1);
        if (nodes < 1 || nodes > partition.nodes()) {
            throw Problem.invalid("nodes", "training.fault.nodes", partition.nodes());
        }
        int gpus = request.gpus().orElse(gpu ? 1 : 0);
        if (gpu ? gpus < 1 || gpus > partition.gpusPerNode() : gpus != 0) {
            throw Problem.invalid(
                    "gpus", gpu ? "training.fault.gpus" : "training.fault.no-gpus", partition.gpusPerNode());
        }
        boolean engines = request.recipe() != Recipe.COMMAND;
        int share =
                gpu ? Math.max(1, partition.coresPerNode() * gpus / partition.gpusPerNode()) : partition.coresPerNode();
        int cores = request.cores().orElse(engines || gpu ? share : 1);
        return checked(
                nodes,
                cores,
                gpus,
                request.memoryBytes().orElseGet(() -> memory(partition, cores, gpus)),
                wallTime(request, partition),
                partition);
    }

    Resources resources(ServingRequest request, Partition partition) {
        int gpus = partition.kind() == PartitionKind.GPU ? 1 : 0;
        return checked(1, request.cores(), gpus, request.memoryBytes(), request.wallTime(), partition);
    }

    private static Resources checked(int nodes, int cores, int gpus, long memory, Duration wall, Partition partition) {
        if (cores < 1 || cores > partition.coresPerNode()) {
            throw Problem.invalid("cores", "training.fault.cores", partition.coresPerNode());
        }
        if (memory < MIB || (partition.memoryPerNode() > 0 && memory > partition.memoryPerNode())) {
            throw Problem.invalid("memoryBytes", "training.fault.memory", partition.memoryPerNode() / MIB);
        }
        Duration most = partition.maxWallTime().orElse(Duration.ofMinutes((long) MOST_MINUTES));
        if (wall.compareTo(most) > 0) {
            throw Problem.invalid("minutes", "training.fault.too-long", most.toMinutes());
        }
        return new Resources(nodes, cores, gpus, memory, wall);
    }

    /** Its share of a node, by what is scarcer there. */
    private static long memory(Partition partition, int cores, int gpus) {
        long node = partition.memoryPerNode();
        long share = partition.kind() == PartitionKind.GPU
                ? node / partition.gpusPerNode() * gpus
                : node / partition.coresPerNode() * Math.min(cores, partition.coresPerNode());
        return Math.max(MIB, share);
    }

    /** The other way round: for how many minutes a run may ask that is held for so long. */
    static double minutesWithin(Recipe recipe, long seconds) {
        return recipe == Recipe.COMMAND
                ? seconds / 60.0
                : Math.max(0, (seconds - LEAST_MARGIN.toSeconds() - 1) / MARGIN / 60);
    }

    private static Duration wallTime(RunRequest request, Partition partition) {
        Duration most = partition.maxWallTime().orElse(Duration.ofMinutes((long) MOST_MINUTES));
        if (request.steps().isPresent()) {
            return most.compareTo(WHERE_STEPS_COUNT) < 0 ? most : WHERE_STEPS_COUNT;
        }
        double seconds = minutes(request) * 60;
        Duration asked = Duration.ofSeconds((long) Math.ceil(seconds));
        if (request.recipe() == Recipe.COMMAND || asked.compareTo(most) > 0) {
            return asked;
        }
        Duration roomy = Duration.ofSeconds((long) Math.ceil(seconds * MARGIN)).plus(LEAST_MARGIN);
        return roomy.compareTo(most) < 0 ? roomy : most;
    }

    /** Asks whether the machine can run it at all, and whether the organisation may run such a thing there. */
    void requireAllowed(Run run, Partition partition) {
        if (run.recipe() != Recipe.COMMAND) {
            engine.requireBuilt();
        }
        if (run.recipe() == Recipe.SERVE && !connectors.of(partition.machine()).letsIn()) {
            throw Problem.of(ProblemType.AGAINST_RULES, "training.refused.lets-nobody-in", partition.name());
        }
        Capacity capacity = capacity(partition);
        Resources wanted = run.resources();
        int cores = Math.min(capacity.cores(), partition.coresPerNode());
        if (wanted.cores() > cores
                || wanted.allCores() > capacity.cores()
                || wanted.allGpus() > capacity.gpus()
                || wanted.memoryBytes() * wanted.nodes() > capacity.memoryBytes()) {
            throw Problem.of(
                    ProblemType.AGAINST_RULES,
                    "training.refused.capacity",
                    partition.name(),
                    cores,
                    capacity.gpus(),
                    capacity.memoryBytes() / MIB);
        }
        if (run.recipe() == Recipe.COMMAND && !capacity.confines() && !isOperators(run, partition)) {
            throw Problem.of(ProblemType.AGAINST_RULES, "training.refused.cannot-confine", partition.name());
        }
    }

    /** Programs of others are confined; only where a machine cannot do it may its operator's own run without. */
    boolean confines(Run run, Partition partition) {
        return run.recipe() == Recipe.COMMAND && (capacity(partition).confines() || !isOperators(run, partition));
    }

    private boolean isOperators(Run run, Partition partition) {
        return partitions
                .operatorOf(partition.id())
                .filter(run.organisation()::equals)
                .isPresent();
    }

    Capacity capacity(Partition partition) {
        try {
            return connectors.of(partition.machine()).capacity(partition.id());
        } catch (MachineUnavailable away) {
            throw Problem.of(ProblemType.UNAVAILABLE, away.sentence());
        }
    }
}
