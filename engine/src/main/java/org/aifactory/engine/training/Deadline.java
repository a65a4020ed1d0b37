package org.aifactory.engine.training;

import org.aifactory.engine.training.Checkpoint.Position;

/**
 * Keeps a run that was promised in minutes to its time: now and then it compares the speed so far with what is left and, where
 * they disagree, changes the number of steps to come.
 */
final class Deadline {
    private static final double TOLERANCE = 0.01;
    private static final double SECONDS_BETWEEN = 2;
    /** Speed is judged after this many seconds, when caches and clocks have settled. */
    private static final double SECONDS_FIRST = 4;

    private final double seconds;
    private double lastLook;

    /** @param seconds of training, from now on */
    Deadline(double seconds) {
        this.seconds = seconds;
    }

    /**
     * The plan with as many steps left as fit.
     *
     * @param elapsed seconds of training so far
     * @return {@code plan} itself where nothing needs to change
     */
    Plan correct(Plan plan, Position position, double elapsed) {
        if (elapsed < Math.max(SECONDS_FIRST, lastLook + SECONDS_BETWEEN)) {
            return plan;
        }
        lastLook = elapsed;
        double rowsLeft = rowsLeft(plan, position);
        double rowsPossible = (seconds - elapsed) * rowsDone(plan, position) / elapsed;
        double ratio = rowsPossible / rowsLeft;
        if (rowsLeft <= 0 || Math.abs(ratio - 1) < TOLERANCE) {
            return plan;
        }
        Plan corrected = plan;
        for (int stage = position.stage(); stage < plan.stages().size(); stage++) {
            long from = stage == position.stage() ? position.step() : 0;
            corrected = correctStage(corrected, stage, from, Math.max(0, ratio));
        }
        return corrected;
    }

    private static Plan correctStage(Plan plan, int stage, long from, double ratio) {
        Schedule schedule = plan.stages().get(stage).schedule();
        long left = schedule.length() - from;
        long corrected = Math.max(1, Math.round(left * ratio));
        return left <= 0 || corrected == left
                ? plan
                : plan.withSchedule(stage, schedule.corrected(from, from + corrected));
    }

    private static double rowsLeft(Plan plan, Position position) {
        double rows = 0;
        for (int i = position.stage(); i < plan.stages().size(); i++) {
            Stage stage = plan.stages().get(i);
            long from = i == position.stage() ? position.step() : 0;
            rows += (double) (stage.schedule().length() - from) * stage.rowsPerStep();
        }
        return rows;
    }

    private static double rowsDone(Plan plan, Position position) {
        double rows = 0;
        for (int i = 0; i <= position.stage(); i++) {
            Stage stage = plan.stages().get(i);
            long steps =
                    i == position.stage() ? position.step() : stage.schedule().length();
            rows += (double) steps * stage.rowsPerStep();
        }
        return rows;
    }
}
