package org.aifactory.engine.training;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.distributed.GroupLostException;
import org.aifactory.engine.training.Checkpoint.Position;
import org.aifactory.engine.training.Orders.Order;
import org.jspecify.annotations.Nullable;

/** The loop of a run: batches in, metrics out, checkpoints on the way. */
final class Trainer {
    /** A loss this far above that of guessing by chance means that training has broken down. */
    private static final double EXPLODED = 1.5;

    private final RunFolder folder;
    private final Learner learner;
    private final Orders orders;
    private final Map<Stage.Kind, Rows> data;
    private final Watch watch;
    private final double peakFlops;
    private final Progress progress;
    private final Pace pace;
    private Plan plan;

    /**
     * @param orders for the other processes that learn the same
     * @param data rows for each kind of stage in the plan
     * @param watch looks at the model on the way
     * @param peakFlops floating-point operations per second of this machine's matrix product
     */
    Trainer(
            RunFolder folder,
            Plan plan,
            Learner learner,
            Orders orders,
            Map<Stage.Kind, Rows> data,
            Watch watch,
            double peakFlops,
            Progress progress,
            Pace pace) {
        this.folder = folder;
        this.plan = plan;
        this.learner = learner;
        this.orders = orders;
        this.data = data;
        this.watch = watch;
        this.peakFlops = peakFlops;
        this.progress = progress;
        this.pace = pace;
    }

    /**
     * Runs from {@code start} to the end of the plan.
     *
     * @param deadline when the run has to end, where it was promised in minutes
     * @param stop asked after each step whether to end there, with a checkpoint
     * @return where the run was stopped; empty where it came to its end
     */
    Optional<Position> run(Position start, @Nullable Deadline deadline, BooleanSupplier stop) {
        Position position = start;
        Session session = new Session(start, deadline);
        while (position.stage() < plan.stages().size()) {
            if (position.step()
                    >= plan.stages().get(position.stage()).schedule().length()) {
                position = position.nextStage();
            } else if (stop.getAsBoolean() || session.othersWishEnd) {
                session.checkpoint(position);
                endOthers();
                return Optional.of(position);
            } else {
                position = stepOrKeep(position, session);
            }
        }
        endOthers();
        return Optional.empty();
    }

    /** What was learned is here; nobody else is needed any more. */
    private void endOthers() {
        try {
            orders.give(Order.END);
        } catch (GroupLostException gone) {
            // They have ended already.
        }
    }

    /** Where another process is gone, nothing is lost but the step that was under way: the weights had not moved yet. */
    private Position stepOrKeep(Position position, Session session) {
        try {
            return step(position, session);
        } catch (GroupLostException gone) {
            session.checkpoint(position);
            throw gone;
        }
    }

    private Position step(Position position, Session session) {
        Stage stage = plan.stages().get(position.stage());
        double learningRate = stage.peakLearningRate() * stage.schedule().learningRate(position.step());
        Rows rows = Objects.requireNonNull(data.get(stage.kind()));
        Batch batch = rows.batch(position.step() * stage.rowsPerStep(), stage.rowsPerStep(), plan.contextLength());
        orders.give(new Order(position.stage(), position.step(), learningRate));
        Learner.StepResult result = learner.step(batch, learningRate);
        session.othersWishEnd |= result.endWished();
        Position next = position.at(position.step() + 1, session.seconds());
        requireSound(result, next);
        session.record(next, stage, result, learningRate);
        return next;
    }

    private void requireSound(Learner.StepResult result, Position position) {
        double chance = Math.log(plan.model().vocabularySize());
        boolean sound = Double.isFinite(result.gradientNorm()) && result.loss() < EXPLODED * chance;
        if (!sound) {
            throw new EngineException(
                    EngineException.Kind.DIVERGED,
                    String.format(
                            Locale.ROOT,
                            "Training broke down at step %,d: the loss is %.2f (guessing by chance gives %.2f) and the gradient "
                                    + "norm %.2f. Checkpoints from before are kept in %s. Try again with --fresh and another "
                                    + "--seed or a smaller --learning-rate.",
                            position.order(),
                            result.loss(),
                            chance,
                            result.gradientNorm(),
                            folder.training()));
        }
    }

    /** What one sitting at a run keeps track of: the clock, the averages of the next metrics line, the last checkpoint. */
    private final class Session {
        private final long started = System.nanoTime();
        private final double secondsBefore;
        private final @Nullable Deadline deadline;
        private final StepLines metrics;
        private boolean othersWishEnd;
        private double lastCheckpoint;
        private double checkpointCost;
        private double lastMetrics;
        private double lossSum;
        private long stepsSinceMetrics;
        private long tokensSinceMetrics;

        Session(Position start, @Nullable Deadline deadline) {
            this.deadline = deadline;
            this.secondsBefore = start.seconds();
            this.metrics = new StepLines(folder.metrics(), start.order());
            this.lastCheckpoint = secondsBefore;
            this.lastMetrics = secondsBefore;
        }

        /** Seconds of training, those of earlier sittings included. */
        double seconds() {
            return secondsBefore + Duration.ofNanos(System.nanoTime() - started).toNanos() / 1e9;
        }

        void record(Position position, Stage stage, Learner.StepResult result, double learningRate) {
            lossSum += result.loss();
            stepsSinceMetrics++;
            tokensSinceMetrics += (long) stage.rowsPerStep() * plan.contextLength();
            boolean last = position.order() == plan.steps();
            boolean looks = Watch.isDue(position.order(), plan.steps());
            if (last || looks || seconds() - lastMetrics >= pace.metricsSeconds()) {
                write(position, stage, result, learningRate, looks);
                correct(position);
            }
            if (!last && pace.checkpointIsDue(seconds() - lastCheckpoint, checkpointCost)) {
                checkpoint(position);
            }
        }

        private void write(
                Position position, Stage stage, Learner.StepResult result, double learningRate, boolean looks) {
            double elapsed = seconds() - lastMetrics;
            double tokensPerSecond = tokensSinceMetrics / elapsed;
            double flops = tokensPerSecond * plan.model().trainingFlopsPerToken(plan.contextLength());
            double secondsPerStep = elapsed / stepsSinceMetrics;
            Metrics line = new Metrics(
                    stage.kind(),
                    position.order(),
                    plan.steps(),
                    tokens(position),
                    lossSum / stepsSinceMetrics,
                    looks ? look(position, stage) : null,
                    learningRate,
                    result.gradientNorm(),
                    tokensPerSecond,
                    flops,
                    flops / peakFlops,
                    position.seconds(),
                    (plan.steps() - position.order()) * secondsPerStep);
            metrics.append(line);
            progress.show(line);
            lossSum = 0;
            stepsSinceMetrics = 0;
            tokensSinceMetrics = 0;
            lastMetrics = seconds();
        }

        private @Nullable Double look(Position position, Stage stage) {
            return watch.look(position.stage(), stage.kind(), position.order(), seconds())
                    .orElse(null);
        }

        private long tokens(Position position) {
            long tokens = 0;
            List<Stage> stages = plan.stages();
            for (int i = 0; i <= position.stage(); i++) {
                long steps = i < position.stage() ? stages.get(i).schedule().length() : position.step();
                tokens += steps * stages.get(i).rowsPerStep() * plan.contextLength();
            }
            return tokens;
        }

        /** Keeps the promise of a run by the clock: where this machine turns out faster or slower, the plan is made to fit. */
        private void correct(Position position) {
            if (deadline == null) {
                return;
            }
            Plan corrected = deadline.correct(plan, position, seconds() - secondsBefore);
            if (!corrected.equals(plan)) {
                plan = corrected;
                folder.writePlan(plan);
            }
        }

        void checkpoint(Position position) {
            double before = seconds();
            Checkpoint.write(folder.training(), learner, position.at(position.step(), before));
            lastCheckpoint = seconds();
            checkpointCost = lastCheckpoint - before;
        }
    }
}
