package org.aifactory.engine.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.aifactory.engine.distributed.Group;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.Ops;
import org.aifactory.engine.model.Rope;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.indexer.DoubleIndexer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A model that learns on this machine, one step at a time: weights, replicas with their gradients, and the optimizer. Its memory
 * is that of the scope around its making.
 *
 * <p>In a group of processes each has the whole model and a part of the replicas. Their gradients are added up over all, and each moves
 * its weights by the same sum.
 */
public final class Learner implements AutoCloseable {
    private static final double GRADIENT_NORM_MAX = 1.0;

    private final Plan plan;
    private final Device device;
    private final Team team;
    private final Tensor weights; // 32 bits
    private final Tensor computed; // the weights in the number format of the computation; itself where that is 32 bits
    private final Tensor gradient; // 32 bits, sum over the replicas
    private final Group group;
    private final int firstReplica; // of all processes' replicas, the first that is here
    private final List<Replica> replicas = new ArrayList<>();
    private final Optimizer optimizer;

    /**
     * What one step showed.
     *
     * @param loss mean over the learned targets, in nats
     * @param gradientNorm before clipping
     * @param endWished whether another process was asked to stop
     */
    public record StepResult(double loss, double gradientNorm, boolean endWished) {}

    /**
     * @param weights flat weights, 32 bits, on the CPU; taken over
     * @param threads threads that share the work of the replicas
     */
    public Learner(Plan plan, Tensor weights, Device device, int threads) {
        this(plan, weights, device, threads, Group.alone());
    }

    /** @param group of which each process has a part of the plan's replicas, one at least */
    Learner(Plan plan, Tensor weights, Device device, int threads, Group group) {
        this.plan = plan;
        this.group = group;
        this.firstReplica = group.rank() * plan.replicas() / group.size();
        this.device = device;
        this.team = new Team(threads);
        this.weights = Ops.scoped(() -> weights.to(device, ScalarType.Float));
        this.computed = plan.precision() == Precision.FLOAT32
                ? this.weights
                : Ops.scoped(() -> this.weights.to(plan.precision().type()));
        this.gradient = Ops.scoped(() -> torch.zeros_like(this.weights));
        ModelConfig config = plan.model();
        Rope rope =
                Rope.of(config, plan.contextLength(), device, plan.precision().type());
        int end = (group.rank() + 1) * plan.replicas() / group.size();
        for (int i = firstReplica; i < end; i++) {
            replicas.add(new Replica(config, computed, rope, plan.recompute()));
        }
        this.optimizer =
                new Optimizer(config, this.weights, gradient, plan.optimizer(), plan.weightDecay(), plan.precision());
    }

    /** Learns from one batch. */
    public StepResult step(Batch batch, double learningRate) {
        return step(batch, learningRate, false);
    }

    /** @param endWished whether this process was asked to stop, which the first one is to know */
    StepResult step(Batch batch, double learningRate, boolean endWished) {
        double weight = 1.0 / Math.max(1, batch.learnedTargets());
        double[] nats = new double[replicas.size()];
        try (PointerScope scope = new PointerScope()) {
            team.run(replicas.size(), index -> nats[index] = accumulate(index, batch, weight));
            double[] all = total(Arrays.stream(nats).sum(), endWished ? 1 : 0);
            double norm = sumAndClip();
            if (Double.isFinite(norm)) {
                optimizer.step(team, learningRate);
                refresh();
            }
            return new StepResult(all[0] * weight, norm, all[1] > 0);
        }
    }

    /** Some numbers, each added up over all processes. */
    private double[] total(double... own) {
        if (group.size() > 1) {
            Tensor sums = Tensor.create(own);
            group.sum(sums);
            DoubleIndexer each = sums.createIndexer();
            for (int i = 0; i < own.length; i++) {
                own[i] = each.get(i);
            }
        }
        return own;
    }

    /** One replica's share of the batch, a few rows at a time. */
    private double accumulate(int index, Batch batch, double weight) {
        Replica replica = replicas.get(index);
        replica.clear();
        int part = firstReplica + index;
        int from = part * batch.rows() / plan.replicas();
        int to = (part + 1) * batch.rows() / plan.replicas();
        double nats = 0;
        for (int row = from; row < to; row += plan.rowsPerMicroBatch()) {
            Batch rows = batch.rows(row, Math.min(to, row + plan.rowsPerMicroBatch()));
            nats += replica.accumulate(rows, weight, device);
        }
        return nats;
    }

    private double sumAndClip() {
        try (NoGradGuard guard = new NoGradGuard()) {
            gradient.copy_(replicas.getFirst().gradient());
            for (Replica replica : replicas.subList(1, replicas.size())) {
                gradient.add_(replica.gradient());
            }
            group.sum(gradient);
            double norm = gradient.norm().item_double();
            if (norm > GRADIENT_NORM_MAX) {
                gradient.mul_(new Scalar(GRADIENT_NORM_MAX / norm));
            }
            return norm;
        }
    }

    /** Brings the computed weights up to date with the 32-bit ones. */
    void refresh() {
        if (plan.precision() != Precision.FLOAT32) {
            try (NoGradGuard guard = new NoGradGuard()) {
                computed.copy_(weights);
            }
        }
    }

    /** Gives all processes the state of the first. */
    void spread() {
        state().forEach(group::spread);
        refresh();
    }

    Tensor weights() {
        return weights;
    }

    Device device() {
        return device;
    }

    Team team() {
        return team;
    }

    /** What a checkpoint keeps: the weights and the optimizer's state. After writing into these call {@link #refresh}. */
    List<Tensor> state() {
        List<Tensor> state = new ArrayList<>(List.of(weights));
        state.addAll(optimizer.state());
        return state;
    }

    @Override
    public void close() {
        team.close();
    }
}
