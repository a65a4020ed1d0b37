package org.aifactory.training;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.aifactory.federation.Connectors;
import org.aifactory.federation.JobRequest;
import org.aifactory.federation.Partitions;
import org.springframework.stereotype.Component;

/** What runs on a machine for each recipe. What a program of the organisation's own is told stands in the handbook, and is kept. */
@Component
class Programs {
    /** Before the names of all variables by which the platform speaks to a program. */
    static final String PREFIX = "AIFACTORY_";

    private final RunPlaces places;
    private final EngineProgram engine;
    private final Partitions partitions;
    private final Connectors connectors;

    Programs(RunPlaces places, EngineProgram engine, Partitions partitions, Connectors connectors) {
        this.places = places;
        this.engine = engine;
        this.partitions = partitions;
        this.connectors = connectors;
    }

    /** @param confined where the machine can, and the program is not ours */
    JobRequest job(Run run, Settings settings, Attempt attempt, Map<String, String> secrets, boolean confined) {
        Resources resources = run.resources();
        return new JobRequest(
                attempt.job(),
                run.partition(),
                command(run, settings),
                environment(run, settings, attempt),
                secrets,
                places.folder(run.id()),
                readable(run, settings),
                resources.nodes(),
                resources.cores(),
                resources.gpus(),
                resources.memoryBytes(),
                resources.wallTime(),
                confined);
    }

    /** Where the machine is another computer, this is what has to get there. */
    private List<Path> readable(Run run, Settings settings) {
        List<Path> readable = new ArrayList<>(List.of(places.inputs(run.id())));
        if (settings.folder() != null) {
            readable.add(Path.of(settings.folder()));
        }
        if (run.recipe() != Recipe.COMMAND) {
            readable.addAll(engine.needs());
        }
        return readable;
    }

    private List<String> command(Run run, Settings settings) {
        return switch (run.recipe()) {
            case CHATBOT -> engine.command(train(run, settings));
            case FINETUNE -> {
                List<String> words = train(run, settings);
                words.addAll(List.of("--base", base(run, settings).toString()));
                yield engine.command(words);
            }
            case SERVE ->
                engine.command(
                        List.of("serve", base(run, settings).toString(), "--port", "0", "--host", listensOn(run)));
            case COMMAND ->
                inImage(
                        run,
                        settings,
                        Scripts.start(Objects.requireNonNull(settings.command()), places.program(run.id())));
        };
    }

    private List<String> inImage(Run run, Settings settings, List<String> program) {
        String image = settings.image();
        return image == null
                ? program
                : ContainerImages.inside(
                        image,
                        places.data(run.id()),
                        places.folder(run.id()),
                        readable(run, settings),
                        run.resources().gpus() > 0,
                        program);
    }

    private String listensOn(Run run) {
        return connectors.of(partitions.require(run.partition()).machine()).listensOn();
    }

    private List<String> train(Run run, Settings settings) {
        List<String> words = new ArrayList<>(List.of(
                "train",
                "--text",
                places.data(run.id()).toString(),
                "--out",
                places.output(run.id()).toString(),
                "--seed",
                Long.toString(settings.seed())));
        if (settings.steps() != null) {
            words.addAll(List.of("--steps", settings.steps().toString()));
        } else {
            words.addAll(List.of(
                    "--minutes",
                    BigDecimal.valueOf(Objects.requireNonNull(settings.minutes()))
                            .toPlainString()));
        }
        if (run.resources().gpus() > 0) {
            words.addAll(List.of("--device", "cuda"));
        }
        return words;
    }

    private Path base(Run run, Settings settings) {
        String folder = settings.folder();
        return folder == null ? places.base(run.id()) : Path.of(folder);
    }

    private Map<String, String> environment(Run run, Settings settings, Attempt attempt) {
        Map<String, String> environment = new HashMap<>(settings.environment());
        if (run.recipe() == Recipe.COMMAND) {
            environment.putAll(contract(run, settings, attempt));
        } else {
            environment.putAll(engine.environment());
        }
        return environment;
    }

    /** The contract with programs of others; {@code docs/handbook/run-your-own-program.md} describes it. */
    private Map<String, String> contract(Run run, Settings settings, Attempt attempt) {
        Resources resources = run.resources();
        String cores = Integer.toString(resources.cores());
        Map<String, String> contract = new HashMap<>(Map.of(
                PREFIX + "DATA",
                places.data(run.id()).toString(),
                PREFIX + "OUTPUT",
                places.output(run.id()).toString(),
                PREFIX + "CHECKPOINT",
                places.checkpoint(run.id()).toString(),
                PREFIX + "METRICS",
                places.folder(run.id()).resolve(Readings.METRICS).toString(),
                PREFIX + "CORES",
                cores,
                PREFIX + "GPUS",
                Integer.toString(resources.gpus()),
                PREFIX + "MEMORY_BYTES",
                Long.toString(resources.memoryBytes()),
                PREFIX + "SECONDS",
                Long.toString(resources.wallTime().toSeconds()),
                PREFIX + "ATTEMPT",
                Integer.toString(attempt.number()),
                "OMP_NUM_THREADS",
                cores));
        if (settings.image() != null) {
            contract.put(PREFIX + "IMAGE", settings.image());
        }
        contract.put(PREFIX + "NODES", Integer.toString(resources.nodes()));
        // Of more than one node, each is given its own by the machine.
        contract.put(PREFIX + "NODE_RANK", "0");
        contract.put(
                PREFIX + "SAMPLES",
                places.folder(run.id()).resolve(Readings.SAMPLES).toString());
        if (run.base().isPresent() || run.baseVersion().isPresent()) {
            contract.put(PREFIX + "BASE", base(run, settings).toString());
        }
        return contract;
    }
}
