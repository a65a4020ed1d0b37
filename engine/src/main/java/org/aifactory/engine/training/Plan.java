package org.aifactory.engine.training;

import java.util.ArrayList;
import java.util.List;
import org.aifactory.engine.model.ModelConfig;

/**
 * All that decides the outcome of a run, in steps and not in minutes, so that a run that was interrupted ends as one that was
 * not.
 *
 * @param model shape of the model
 * @param contextLength tokens of a training row
 * @param precision number format of the computation
 * @param replicas parts into which the gradient of a step is split; the order in which they are added decides the last bits
 * @param rowsPerMicroBatch rows that a replica takes at a time
 * @param recompute whether activations are computed again for the backward pass to save memory; changes no bit of the outcome
 * @param optimizer rule that moves the matrices
 * @param weightDecay decoupled weight decay
 * @param seed of the initial weights and of the order of the data
 * @param stages one after another
 */
public record Plan(
        ModelConfig model,
        int contextLength,
        Precision precision,
        int replicas,
        int rowsPerMicroBatch,
        boolean recompute,
        Optimizer.Kind optimizer,
        double weightDecay,
        long seed,
        List<Stage> stages) {

    public Plan {
        stages = List.copyOf(stages);
        if (stages.isEmpty()) {
            throw new IllegalArgumentException("a plan needs a stage");
        }
    }

    /** Steps of all stages. */
    public long steps() {
        return stages.stream().mapToLong(stage -> stage.schedule().length()).sum();
    }

    /** Tokens read in all stages. */
    public long tokens() {
        return stages.stream()
                .mapToLong(stage -> stage.schedule().length() * stage.rowsPerStep() * contextLength)
                .sum();
    }

    /** Floating-point operations of the whole run. */
    public double flops() {
        return model.trainingFlopsPerToken(contextLength) * tokens();
    }

    Plan withSchedule(int stage, Schedule schedule) {
        List<Stage> changed = new ArrayList<>(stages);
        changed.set(stage, stages.get(stage).withSchedule(schedule));
        return with(model, recompute, changed);
    }

    Plan withModel(ModelConfig other) {
        return with(other, recompute, stages);
    }

    Plan recomputing() {
        return with(model, true, stages);
    }

    /** The part of it that each of so many processes has, the largest of them, as far as memory goes. */
    Plan shared(int processes) {
        return new Plan(
                model,
                contextLength,
                precision,
                Math.ceilDiv(replicas, processes),
                rowsPerMicroBatch,
                recompute,
                optimizer,
                weightDecay,
                seed,
                stages);
    }

    private Plan with(ModelConfig otherModel, boolean recomputes, List<Stage> otherStages) {
        return new Plan(
                otherModel,
                contextLength,
                precision,
                replicas,
                rowsPerMicroBatch,
                recomputes,
                optimizer,
                weightDecay,
                seed,
                otherStages);
    }
}
