package org.aifactory.engine.training;

import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.chat.ChatTemplate;
import org.aifactory.engine.corpus.Corpus;
import org.aifactory.engine.corpus.Split;
import org.aifactory.engine.distributed.Group;
import org.aifactory.engine.distributed.GroupLostException;
import org.aifactory.engine.evaluation.TextScore;
import org.aifactory.engine.model.Weights;
import org.aifactory.engine.tokenizer.Tokenizer;
import org.aifactory.engine.training.BestWeights.Measure;
import org.aifactory.engine.training.Checkpoint.Position;
import org.aifactory.engine.weights.DataType;
import org.aifactory.engine.weights.GenerationConfig;
import org.aifactory.engine.weights.HuggingFaceFolder;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A run from the request to the written model: reads the corpus, makes the tokenizer and the tokens, plans, trains, and writes
 * the folder. A run that was interrupted goes on from its last checkpoint.
 */
public final class TrainingRun {
    private static final double READ_BYTES_PER_SECOND = 5e6;

    private final TrainingRequest request;
    private final Progress progress;
    private final Clock clock;
    private final Pace pace;
    private final Group group;

    /**
     * What came of a run.
     *
     * @param finished false where it was stopped and can be resumed
     * @param conversations that it learned from
     */
    public record Outcome(boolean finished, long conversations) {
        static final Outcome STOPPED = new Outcome(false, 0);
    }

    /** A run whose time counts from when the process began. */
    public TrainingRun(TrainingRequest request, Progress progress) {
        this(request, progress, Group.alone());
    }

    /** @param group of which this process is the first */
    public TrainingRun(TrainingRequest request, Progress progress, Group group) {
        this(request, progress, Clock.ofTheProcess(), Pace.USUAL, group);
    }

    TrainingRun(TrainingRequest request, Progress progress, Clock clock, Pace pace) {
        this(request, progress, clock, pace, Group.alone());
    }

    TrainingRun(TrainingRequest request, Progress progress, Clock clock, Pace pace, Group group) {
        this.request = request;
        this.progress = progress;
        this.clock = clock;
        this.pace = pace;
        this.group = group;
    }

    /** Runs to the end, or until the process is asked to stop. */
    public Outcome run() {
        try (StopRequest stop = StopRequest.listen()) {
            return run(stop);
        }
    }

    /** Whatever comes of it, the others of the group hear of it. */
    Outcome run(StopRequest stop) {
        try {
            Outcome outcome = lead(stop);
            group.end((outcome.finished() ? LastWords.FINISHED : LastWords.STOPPED).written());
            return outcome;
        } catch (GroupLostException lost) {
            EngineException failure = new EngineException(
                    Kind.RESOURCE,
                    lost.getMessage() + " The same command, on all nodes, goes on from the last checkpoint.",
                    lost);
            group.end(LastWords.of(failure).written());
            throw failure;
        } catch (EngineException failure) {
            group.end(LastWords.of(failure).written());
            throw failure;
        }
    }

    private Outcome lead(StopRequest stop) {
        requireAnotherFolderThanTheBase();
        try (RunFolder folder = RunFolder.open(request.folder())) {
            return run(folder, stop);
        } catch (StopRequest.StoppedException asked) {
            progress.say("Stopped before the training began; nothing was kept.");
            return Outcome.STOPPED;
        }
    }

    /** A run would remove the model that it is to continue from. */
    private void requireAnotherFolderThanTheBase() {
        boolean same = request.base()
                .map(base -> base.toAbsolutePath().normalize())
                .filter(base -> base.equals(request.folder().toAbsolutePath().normalize()))
                .isPresent();
        if (same) {
            throw new EngineException(
                    Kind.INPUT, "--base and --out are the same folder. Give --out another one; --base stays as it is.");
        }
    }

    private Outcome run(RunFolder folder, StopRequest stop) {
        if (request.otherRun() == TrainingRequest.OtherRun.REFUSE) {
            folder.record().filter(RunRecord::finished).ifPresent(this::refuseFinished);
        }
        clock.spentOn("start");
        Hardware hardware = Hardware.detect(request.device()).times(group.size());
        Corpus corpus = Corpus.open(request.texts(), readable(request.budget()));
        clock.spentOn("text");
        stop.check();
        Optional<RunRecord> earlier = earlierRun(folder, corpus);
        Reports.corpus(corpus.summary(), progress);
        RunRecord record = earlier.orElseGet(() -> prepare(folder, corpus, hardware, stop));
        Plan plan = MemoryNeed.fitted(record.plan(), hardware);
        requirePartForEach(plan);
        stop.trainingBegins();
        group.tell(Follower.RECORD, folder.writtenRecord());
        try (PreparedRun prepared = PreparedRun.open(folder, plan, request.base())) {
            return train(folder, prepared, corpus.split(request.seed()), hardware, earlier.isPresent(), stop);
        }
    }

    private void requirePartForEach(Plan plan) {
        if (plan.replicas() < group.size()) {
            throw new EngineException(
                    Kind.CONFLICT,
                    "The batches of the run in " + request.folder() + " are split in " + plan.replicas()
                            + ", so that no more than " + plan.replicas()
                            + " processes can go on with it, and there are "
                            + group.size() + ".");
        }
    }

    /** Bytes that are worth reading: many times more than can be learned from in the time, and few enough to keep it. */
    private static long readable(Budget budget) {
        OptionalDouble seconds = budget.seconds();
        return seconds.isEmpty() ? Long.MAX_VALUE : Math.round(seconds.getAsDouble() * READ_BYTES_PER_SECOND);
    }

    private RunRecord prepare(RunFolder folder, Corpus corpus, Hardware hardware, StopRequest stop) {
        RunRecord record =
                new Preparation(request, folder.preparation(), hardware, progress, clock, stop).prepare(corpus);
        if (request.otherRun() == TrainingRequest.OtherRun.SET_ASIDE && folder.holdsRun()) {
            progress.say("Earlier run   kept in %s", folder.setAside());
        }
        folder.begin(record);
        return record;
    }

    /** The unfinished run that this one goes on with. */
    private Optional<RunRecord> earlierRun(RunFolder folder, Corpus corpus) {
        return switch (request.otherRun()) {
            case DISCARD -> Optional.empty();
            case REFUSE -> {
                Optional<RunRecord> earlier = folder.record();
                earlier.ifPresent(record -> requireSame(record, corpus));
                yield earlier;
            }
            case SET_ASIDE ->
                folder.record()
                        .filter(record -> !record.finished()
                                && differences(record, corpus).isEmpty());
        };
    }

    private void refuseFinished(RunRecord record) {
        throw new EngineException(
                Kind.CONFLICT,
                "The run in " + request.folder()
                        + " is finished. Use its model, choose another --out, or start anew with --fresh.");
    }

    private void requireSame(RunRecord earlier, Corpus corpus) {
        List<String> differences = differences(earlier, corpus);
        if (!differences.isEmpty()) {
            throw new EngineException(
                    Kind.CONFLICT,
                    request.folder() + " holds an unfinished run of other text or options: "
                            + String.join(" ", differences)
                            + " Repeat the command as it was to go on with it, or start anew with --fresh.");
        }
    }

    private List<String> differences(RunRecord earlier, Corpus corpus) {
        return earlier.differences(request.options(), corpus.fingerprint());
    }

    private Outcome train(
            RunFolder folder, PreparedRun prepared, Split split, Hardware hardware, boolean resumed, StopRequest stop) {
        Plan plan = prepared.plan();
        try (PointerScope scope = new PointerScope();
                Learner learner =
                        new Learner(plan, prepared.initialWeights(), hardware.device(), hardware.cores(), group);
                Validation validation = new Validation(prepared, learner)) {
            Position start = resumed ? restore(folder, learner) : Position.START;
            group.connect();
            learner.spread();
            Watch watch = watch(folder, prepared, split, learner, validation, start);
            Trainer trainer = new Trainer(
                    folder,
                    plan,
                    learner,
                    new Orders(group),
                    rows(prepared),
                    watch,
                    Backend.measurePeak(hardware, learner.team()) * group.size(),
                    progress,
                    pace);
            clock.spentOn("model");
            progress.say("Ready         after %s", clock.account());
            Optional<Position> stopped = trainer.run(start, resumed ? null : deadline(), stop::isMade);
            if (stopped.isPresent()) {
                progress.say(
                        "Stopped after step %,d of %,d, with a checkpoint. The same command goes on from there.",
                        stopped.get().order(), plan.steps());
                return Outcome.STOPPED;
            }
            return finish(folder, prepared, learner, validation, watch);
        }
    }

    private Watch watch(
            RunFolder folder,
            PreparedRun prepared,
            Split split,
            Learner learner,
            Validation validation,
            Position start) {
        Tokenizer tokenizer = prepared.tokenizer();
        Samples samples = new Samples(prepared.plan().model(), tokenizer, Set.copyOf(endIds(prepared)), split);
        return new Watch(
                learner,
                validation,
                BestWeights.open(folder.training(), damage -> progress.say("%s", damage)),
                samples,
                new StepLines(folder.samples(), start.order()),
                pace,
                start.seconds());
    }

    private Position restore(RunFolder folder, Learner learner) {
        Optional<Position> restored =
                Checkpoint.restore(folder.training(), learner, damage -> progress.say("%s", damage));
        Position position = restored.orElse(Position.START);
        progress.say("Going on with the unfinished run at step %,d.", position.order());
        return position;
    }

    /** What each stage of a prepared run learns from. */
    static Map<Stage.Kind, Rows> rows(PreparedRun prepared) {
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

    private Outcome finish(
            RunFolder folder, PreparedRun prepared, Learner learner, Validation validation, Watch watch) {
        Plan plan = folder.record().orElseThrow().plan();
        Stage.Kind last = plan.stages().getLast().kind();
        Optional<Measure> kept = watch.end(plan.stages().size() - 1, last, plan.steps());
        kept.ifPresent(best -> Reports.learnedByHeart(best, plan, progress));
        HeldOut heldOut = heldOut(kept.map(Measure::step).orElse(plan.steps()), plan, validation);
        Reports.heldOut(heldOut, progress);
        Tensor weights = Weights.onCpu(learner.weights());
        HuggingFaceFolder.write(
                folder.path(), plan.model(), Weights.segment(weights), DataType.F32, generationConfig(prepared));
        prepared.tokenizer().save(folder.path());
        heldOut.write(folder);
        folder.write(folder.record().orElseThrow().done());
        folder.removeScaffolding();
        return new Outcome(true, prepared.conversations().documents());
    }

    private static HeldOut heldOut(long step, Plan plan, Validation validation) {
        Map<Stage.Kind, TextScore> scores = new EnumMap<>(Stage.Kind.class);
        for (Stage.Kind kind : Stage.Kind.values()) {
            validation.finalScore(kind, plan.tokens()).ifPresent(score -> scores.put(kind, score));
        }
        return new HeldOut(step, plan.steps(), scores);
    }

    /** A promise in minutes holds for a run that is not interrupted; a resumed one does the steps that were planned. */
    private @Nullable Deadline deadline() {
        OptionalDouble seconds = request.budget().seconds();
        return seconds.isPresent() ? new Deadline(clock.trainingSeconds(seconds.getAsDouble())) : null;
    }

    /** What ends a reply, and of a base all that it says about how it wants to be sampled. */
    private static GenerationConfig generationConfig(PreparedRun prepared) {
        List<Integer> ends = endIds(prepared);
        return baseGeneration(prepared)
                .map(generation -> generation.withEndIds(ends))
                .orElseGet(() -> {
                    OptionalInt endOfText = OptionalInt.of(prepared.tokenizer().endOfText());
                    return GenerationConfig.of(endOfText, ends, endOfText);
                });
    }

    private static Optional<GenerationConfig> baseGeneration(PreparedRun prepared) {
        return prepared.base().map(path -> HuggingFaceFolder.open(path).generation());
    }

    private static List<Integer> endIds(PreparedRun prepared) {
        Tokenizer tokenizer = prepared.tokenizer();
        Optional<GenerationConfig> base = baseGeneration(prepared);
        Set<Integer> ends = new LinkedHashSet<>();
        if (base.isEmpty() || prepared.conversations().documents() > 0) {
            ends.add(ChatTemplate.of(tokenizer).turnEnd());
        }
        base.ifPresent(generation -> ends.addAll(generation.endIds()));
        ends.add(tokenizer.endOfText());
        return List.copyOf(ends);
    }
}
