package org.aifactory.engine.training;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What a person asks of {@code engine train}. What is left open the planner chooses.
 *
 * @param texts files and folders to learn from
 * @param folder where the run and its model go
 * @param budget how long it may be
 * @param base folder of an open model to continue from
 * @param device {@code cpu} or {@code cuda}
 * @param otherRun what becomes of another run that the folder holds
 */
public record TrainingRequest(
        List<Path> texts,
        Path folder,
        Budget budget,
        OptionalInt depth,
        OptionalInt width,
        OptionalInt vocabulary,
        OptionalInt context,
        OptionalDouble learningRate,
        Optional<Path> base,
        long seed,
        String device,
        OtherRun otherRun) {

    /** What becomes of a run that the folder holds, where it is finished or was one of other text or options. */
    public enum OtherRun {
        /** It stays, and the request is refused. */
        REFUSE,
        /** It is removed, and so is an unfinished one of the same text and options. */
        DISCARD,
        /** It gets another name beside the folder. */
        SET_ASIDE
    }

    /** All options that decide the outcome, by name. */
    Map<String, String> options() {
        Map<String, String> options = new TreeMap<>();
        String budgetOption = budget.option();
        options.put("The budget", budgetOption);
        options.put("--seed", Long.toString(seed));
        options.put("--device", device);
        depth.ifPresent(value -> options.put("--depth", Integer.toString(value)));
        width.ifPresent(value -> options.put("--width", Integer.toString(value)));
        vocabulary.ifPresent(value -> options.put("--vocab", Integer.toString(value)));
        context.ifPresent(value -> options.put("--context", Integer.toString(value)));
        learningRate.ifPresent(value -> options.put("--learning-rate", Double.toString(value)));
        base.ifPresent(value -> options.put("--base", value.toString()));
        return options;
    }
}
