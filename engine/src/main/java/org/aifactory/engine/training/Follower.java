package org.aifactory.engine.training;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.distributed.Group;
import org.aifactory.engine.distributed.GroupEndedException;
import org.aifactory.engine.distributed.GroupLostException;
import org.aifactory.engine.model.Weights;
import org.aifactory.engine.training.Orders.Order;
import org.bytedeco.javacpp.PointerScope;

/**
 * What every process of a group does but the first: it waits until the first has prepared the run, in the folder that all of them see,
 * and does its part of each step. Nothing is written here: metrics, samples, checkpoints and the model are the first one's.
 */
public final class Follower {
    /** By this name the first tells which run it is. */
    static final String RECORD = "record";
    /** A shared file system may show what was written elsewhere after a while only. */
    private static final double FOLDER_SECONDS_MAX = 90;

    private static final long LOOK_NANOS = 500_000_000;

    private final TrainingRequest request;
    private final Group group;

    public Follower(TrainingRequest request, Group group) {
        this.request = request;
        this.group = group;
    }

    /**
     * Follows to the end.
     *
     * @return whether the run came to its end
     */
    public boolean run() {
        try (StopRequest stop = StopRequest.listen()) {
            // The first decides when all stop, and where it is gone, nobody waits for ever.
            stop.trainingBegins();
            follow(stop);
            return ended(group.await("nothing that is ever told"));
        } catch (GroupEndedException end) {
            return ended(end.words());
        } catch (GroupLostException lost) {
            throw new EngineException(Kind.RESOURCE, String.valueOf(lost.getMessage()), lost);
        } catch (EngineException failure) {
            group.fail(String.valueOf(failure.getMessage()));
            throw failure;
        }
    }

    private static boolean ended(String words) {
        LastWords last = LastWords.read(words);
        last.requireNoFailure();
        return last.finished();
    }

    private void follow(StopRequest stop) {
        RunFolder folder = prepared(group.await(RECORD));
        Hardware hardware = Hardware.detect(request.device()).times(group.size());
        Plan plan = MemoryNeed.fitted(folder.record().orElseThrow().plan(), hardware);
        try (PreparedRun run = PreparedRun.open(folder, plan, request.base());
                PointerScope scope = new PointerScope();
                Learner learner =
                        new Learner(plan, Weights.zeros(plan.model()), hardware.device(), hardware.cores(), group)) {
            group.connect();
            learner.spread();
            follow(plan, learner, TrainingRun.rows(run), stop);
        }
    }

    private void follow(Plan plan, Learner learner, Map<Stage.Kind, Rows> data, StopRequest stop) {
        Orders orders = new Orders(group);
        Order order = orders.take();
        while (!order.isEnd()) {
            Stage stage = plan.stages().get(order.stage());
            Rows rows = Objects.requireNonNull(data.get(stage.kind()));
            Batch batch = rows.batch(order.step() * stage.rowsPerStep(), stage.rowsPerStep(), plan.contextLength());
            learner.step(batch, order.learningRate(), stop.isMade());
            order = orders.take();
        }
    }

    /** The folder of the run, once it is seen here as the first has written it. */
    private RunFolder prepared(String record) {
        RunFolder folder = RunFolder.ofAnother(request.folder());
        Clock clock = new Clock(System.nanoTime());
        while (!folder.writtenRecord().equals(record)) {
            if (clock.seconds() > FOLDER_SECONDS_MAX) {
                throw new EngineException(
                        Kind.INPUT,
                        "What the first process has prepared in " + request.folder()
                                + " is not seen here. --out has to be a folder that all nodes share.");
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return folder;
    }
}
