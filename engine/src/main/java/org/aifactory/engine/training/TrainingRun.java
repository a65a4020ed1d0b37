package org.aifactory.engine.training;

import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.chat.ChatTemplate;
import org.aifactory.engine.corpus.Corpus;
import org.aifactory.engine.model.Weights;
import org.aifactory.engine.tokenizer.Tokenizer;
import org.aifactory.engine.training.Checkpoint.Position;
import org.aifactory.engine.weights.DataType;
import org.aifactory.engine.weights.GenerationConfig;
import org.aifactory.engine.weights.HuggingFaceFolder;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A run from the request to the written model: reads the corpus, makes the tokenizer and the tokens, plans, trains, and writes
 * the folder. A run that was interrupted goes on from its last checkpoint.
 */
public final class TrainingRun {
    private final TrainingRequest request;
    private final RunFolder folder;
    private final Progress progress;
    private final Clock clock;

    /**
     * What came of a run.
     *
     * @param finished false where it was stopped and can be resumed
     * @param bitsPerByte of held-out text, where there is any
     */
    public record Outcome(boolean finished, Optional<Double> bitsPerByte, long conversations) {}

    /** @param startedNanos when the command began, by {@link System#nanoTime} */
    public TrainingRun(TrainingRequest request, Progress progress, long startedNanos) {
        this.request = request;
        this.folder = new RunFolder(request.folder());
        this.progress = progress;
        this.clock = new Clock(startedNanos);
    }

    /** Runs to the end, or until the process is asked to stop. */
    public Outcome run() {
        Hardware hardware = Hardware.detect(request.device());
        Corpus corpus = Corpus.open(request.texts());
        Optional<RunRecord> earlier = earlierRun(corpus);
        Reports.corpus(corpus.summary(), progress);
        try (PreparedRun prepared = earlier.isPresent()
                ? PreparedRun.open(
                        folder, MemoryNeed.fitted(earlier.get().plan(), hardware.memoryBytes()), request.base())
                : new Preparation(request, folder, hardware, progress, clock).prepare(corpus)) {
            return train(prepared, hardware, earlier.isPresent());
        }
    }

    private Optional<RunRecord> earlierRun(Corpus corpus) {
        folder.requireOurs();
        if (request.fresh()) {
            folder.clear();
        }
        Optional<RunRecord> earlier = folder.record();
        if (earlier.isEmpty()) {
            // What a run left that was interrupted before its plan was recorded is of no use.
            folder.clear();
            folder.prepare();
            return earlier;
        }
        if (earlier.get().finished()) {
            throw new EngineException(
                    Kind.CONFLICT,
                    "The run in " + folder.path()
                            + " is finished. Use its model, choose another --out, or start anew with --fresh.");
        }
        List<String> differences = earlier.get().differences(request.options(), corpus.fingerprint());
        if (!differences.isEmpty()) {
            throw new EngineException(
                    Kind.CONFLICT,
                    folder.path() + " holds an unfinished run of other text or options: "
                            + String.join(" ", differences)
                            + " Repeat the command as it was to go on with it, or start anew with --fresh.");
        }
        return earlier;
    }

    private Outcome train(PreparedRun prepared, Hardware hardware, boolean resumed) {
        Plan plan = prepared.plan();
        Tensor weights = prepared.initialWeights();
        try (Learner learner = new Learner(plan, weights, hardware.device(), hardware.cores());
                Validation validation = new Validation(
                        plan.model(),
                        learner,
                        prepared.validation(),
                        plan.contextLength(),
                        prepared.tokenizer().endOfText())) {
            Position start = resumed ? restore(learner) : Position.START;
            Trainer trainer = new Trainer(
                    folder,
                    plan,
                    learner,
                    rows(prepared),
                    validation::quickBitsPerByte,
                    hardware.measurePeak(learner.team()),
                    progress,
                    resumed ? null : deadline());
            if (!runUntilAskedToStop(trainer, start)) {
                progress.say("Stopped. The same command goes on from here.");
                return new Outcome(false, Optional.empty(), 0);
            }
            return finish(prepared, learner, validation);
        }
    }

    private Position restore(Learner learner) {
        Optional<Position> restored = Checkpoint.restore(folder.training(), learner, progress::say);
        Position position = restored.orElse(Position.START);
        progress.say("Going on with the unfinished run at step %,d.", position.order());
        return position;
    }

    private static Map<Stage.Kind, Rows> rows(PreparedRun prepared) {
        Plan plan = prepared.plan();
        Map<Stage.Kind, Rows> rows = new EnumMap<>(Stage.Kind.class);
        for (Stage stage : plan.stages()) {
            switch (stage.kind()) {
                case TEXT ->
                    rows.put(Stage.Kind.TEXT, new TextRows(prepared.text(), plan.contextLength(), plan.seed()));
                case CONVERSATIONS ->
                    rows.put(
                            Stage.Kind.CONVERSATIONS,
                            new ConversationRows(
                                    prepared.conversations(),
                                    plan.contextLength(),
                                    plan.seed(),
                                    prepared.tokenizer().endOfText()));
            }
        }
        return rows;
    }

    /** Lets SIGINT and SIGTERM end the loop after a step, and the process only when the checkpoint is written. */
    private static boolean runUntilAskedToStop(Trainer trainer, Position start) {
        CountDownLatch ended = new CountDownLatch(1);
        Thread hook = new Thread(() -> {
            trainer.stop();
            try {
                ended.await();
            } catch (InterruptedException interruption) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return trainer.run(start);
        } finally {
            ended.countDown();
            removeHook(hook);
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // The process is on its way out already, and the hook has done its work.
            return;
        }
    }

    private Outcome finish(PreparedRun prepared, Learner learner, Validation validation) {
        Optional<Double> bitsPerByte = validation.bitsPerByte();
        Tensor weights = Weights.onCpu(learner.weights());
        HuggingFaceFolder.write(
                folder.path(),
                prepared.plan().model(),
                Weights.segment(weights),
                DataType.F32,
                generationConfig(prepared));
        folder.write(folder.record().orElseThrow().done());
        folder.removeScaffolding();
        return new Outcome(true, bitsPerByte, prepared.conversations().documents());
    }

    /** A promise in minutes holds for a run that is not interrupted; a resumed one does the steps that were planned. */
    private @Nullable Deadline deadline() {
        return switch (request.budget()) {
            case Budget.Minutes(double minutes) -> new Deadline(clock.trainingSeconds(minutes * 60));
            case Budget.GpuHours(double hours) -> new Deadline(clock.trainingSeconds(hours * 3600));
            case Budget.Tokens(long tokens) -> null;
            case Budget.Steps(long steps) -> null;
        };
    }

    /** What ends a reply, and of a base all that it says about how it wants to be sampled. */
    private static GenerationConfig generationConfig(PreparedRun prepared) {
        Tokenizer tokenizer = prepared.tokenizer();
        Optional<GenerationConfig> base =
                prepared.base().map(path -> HuggingFaceFolder.open(path).generation());
        Set<Integer> ends = new LinkedHashSet<>();
        if (base.isEmpty() || prepared.conversations().documents() > 0) {
            ends.add(ChatTemplate.of(tokenizer).turnEnd());
        }
        base.ifPresent(generation -> ends.addAll(generation.endIds()));
        ends.add(tokenizer.endOfText());
        return base.map(generation -> generation.withEndIds(List.copyOf(ends)))
                .orElseGet(() -> GenerationConfig.of(
                        OptionalInt.of(tokenizer.endOfText()),
                        List.copyOf(ends),
                        OptionalInt.of(tokenizer.endOfText())));
    }
}
