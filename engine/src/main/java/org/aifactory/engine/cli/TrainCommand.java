package org.aifactory.engine.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.distributed.Group;
import org.aifactory.engine.distributed.Membership;
import org.aifactory.engine.training.Budget;
import org.aifactory.engine.training.Follower;
import org.aifactory.engine.training.Progress;
import org.aifactory.engine.training.TrainingRequest;
import org.aifactory.engine.training.TrainingRequest.OtherRun;
import org.aifactory.engine.training.TrainingRun;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        customSynopsis = {
            "aifactory engine train --text PATH... --out DIR",
            "           [--minutes M | --gpu-hours H | --tokens N | --steps N] [OPTION...]"
        },
        description = {
            "Trains a chatbot from your own text, or continues from an open model.",
            "What you do not choose is chosen for you, for this text, this machine and this time. A run that was interrupted goes on "
                    + "when the same command is given again."
        },
        footer = {
            "",
            "Example: ten minutes of training on a folder of documents and conversations",
            "  ./aifactory engine train --text documents/ --out my-model --minutes 10"
        })
final class TrainCommand implements Callable<Integer> {
    private static final double DEFAULT_MINUTES = 10;
    private static final int STOPPED = 130;
    private static final int SMALLEST_VOCABULARY = 320;

    // Beyond any run there was, and few enough that products of them can be counted.
    private static final double MINUTES_MAX = 60 * 24 * 366 * 10.0;
    private static final double TOKENS_MAX = 1e15;
    private static final double STEPS_MAX = 1e9;
    private static final double LEARNING_RATE_MAX = 1e6;

    @Option(
            names = "--text",
            required = true,
            arity = "1..*",
            paramLabel = "PATH",
            description = "Files or folders of .txt, .md and .jsonl.")
    private List<Path> texts = List.of();

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder for the model.")
    private Path out = Path.of("");

    @ArgGroup
    private @Nullable BudgetOptions budget;

    @Option(names = "--depth", paramLabel = "D", description = "Number of layers.")
    private @Nullable Integer depth;

    @Option(names = "--width", paramLabel = "W", description = "Width, a multiple of 64.")
    private @Nullable Integer width;

    @Option(names = "--vocab", paramLabel = "V", description = "Tokens of the vocabulary, a multiple of 64.")
    private @Nullable Integer vocabulary;

    @Option(names = "--context", paramLabel = "T", description = "Tokens that the model sees at once.")
    private @Nullable Integer context;

    @Option(names = "--learning-rate", paramLabel = "X", description = "Highest learning rate.")
    private @Nullable Double learningRate;

    @Option(
            names = "--base",
            paramLabel = "HF_DIR",
            description = "Folder of an open model (Llama, Mistral or Qwen3) to continue from.")
    private @Nullable Path base;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Seed of all chance (default: 1).")
    private long seed;

    @Option(
            names = "--device",
            paramLabel = "cpu|cuda",
            defaultValue = "cpu",
            description = "Where to train (default: cpu).")
    private String device = "cpu";

    @Option(names = "--fresh", description = "Discard a run that the folder holds.")
    private boolean fresh;

    @ArgGroup(exclusive = false)
    private @Nullable GroupOptions several;

    /** Which of several processes this is, where neither the platform nor Slurm says it. */
    private static final class GroupOptions {
        @Option(
                names = "--rank",
                required = true,
                paramLabel = "R",
                description = "For training by several processes, one on each node: the number of this one, from 0.")
        private int rank;

        @Option(names = "--world", required = true, paramLabel = "N", description = "How many there are.")
        private int world;

        @Option(
                names = "--master",
                required = true,
                paramLabel = "HOST:PORT",
                description =
                        "Where the first is to listen for the others. All need the same --out, in a folder that they share.")
        private String master = "";
    }

    /** How long the run may be: one of these. */
    private static final class BudgetOptions {
        @Option(
                names = "--minutes",
                paramLabel = "M",
                description = "Wall time from the command to the written model (default: 10).")
        private @Nullable Double minutes;

        @Option(names = "--gpu-hours", paramLabel = "H", description = "Hours on one GPU, for --device cuda.")
        private @Nullable Double gpuHours;

        @Option(names = "--tokens", paramLabel = "N", description = "Tokens read, repetitions counted.")
        private @Nullable Long tokens;

        @Option(names = "--steps", paramLabel = "N", description = "Steps of the optimizer.")
        private @Nullable Long steps;
    }

    @Override
    public Integer call() {
        if (base != null && (depth != null || width != null || vocabulary != null)) {
            throw new EngineException(
                    Kind.INPUT, "With --base the model is as large as it is; leave --depth, --width and --vocab away.");
        }
        TrainingRequest request = new TrainingRequest(
                texts,
                out,
                budget(),
                whole("--depth", depth, 1, 1, 512),
                whole("--width", width, 64, 64, 32_768),
                whole("--vocab", vocabulary, 64, SMALLEST_VOCABULARY, 1 << 20),
                whole("--context", context, 1, 16, 131_072),
                learningRate == null
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(positive("--learning-rate", learningRate, LEARNING_RATE_MAX)),
                Optional.ofNullable(base),
                seed,
                device,
                fresh ? OtherRun.DISCARD : OtherRun.REFUSE);
        Optional<Membership> membership = several == null
                ? Membership.of(System.getenv())
                : Optional.of(Membership.of(several.rank, several.world, several.master));
        if (membership.isEmpty()) {
            return train(request, Group.alone());
        }
        try (Group group = Group.join(membership.get())) {
            return group.leads() ? train(request, group) : new Follower(request, group).run() ? 0 : STOPPED;
        }
    }

    private int train(TrainingRequest request, Group group) {
        Progress progress = Progress.onStandardError();
        TrainingRun.Outcome outcome = new TrainingRun(request, progress, group).run();
        if (!outcome.finished()) {
            return STOPPED;
        }
        progress.say("The model is in %s.", out);
        return 0;
    }

    private Budget budget() {
        if (budget == null) {
            return new Budget.Minutes(DEFAULT_MINUTES);
        }
        if (budget.minutes != null) {
            return new Budget.Minutes(minutes(budget.minutes));
        }
        if (budget.gpuHours != null) {
            if (!device.equals("cuda")) {
                throw new EngineException(Kind.INPUT, "--gpu-hours needs --device cuda; on the CPU give --minutes.");
            }
            return new Budget.GpuHours(positive("--gpu-hours", budget.gpuHours, MINUTES_MAX / 60));
        }
        if (budget.tokens != null) {
            return new Budget.Tokens((long) positive("--tokens", (double) budget.tokens, TOKENS_MAX));
        }
        return new Budget.Steps(
                (long) positive("--steps", budget.steps == null ? 0.0 : (double) budget.steps, STEPS_MAX));
    }

    /** Minutes that a run may take, checked. */
    static double minutes(double asked) {
        return positive("--minutes", asked, MINUTES_MAX);
    }

    private static double positive(String option, double value, double most) {
        if (!(value > 0)) {
            throw new EngineException(Kind.INPUT, option + " must be more than zero.");
        }
        if (value > most) {
            throw new EngineException(Kind.INPUT, String.format(Locale.ROOT, "%s must be at most %.0f.", option, most));
        }
        return value;
    }

    private static OptionalInt whole(String option, @Nullable Integer value, int multiple, int least, int most) {
        if (value == null) {
            return OptionalInt.empty();
        }
        if (value < least || value > most || value % multiple != 0) {
            throw new EngineException(
                    Kind.INPUT,
                    option + " must be between " + least + " and " + most
                            + (multiple > 1 ? " and a multiple of " + multiple : "") + ", not " + value + ".");
        }
        return OptionalInt.of(value);
    }
}
