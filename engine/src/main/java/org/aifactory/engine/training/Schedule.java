package org.aifactory.engine.training;

import java.util.ArrayList;
import java.util.List;

/**
 * How far a stage has come at each step, and so its learning rate: a linear warm-up, then a linear decay to zero ("Straight to
 * zero", Bergsma et al. 2025, arXiv:2502.15938). The length of a run that was promised in minutes may be corrected while it goes, when the
 * machine turns out faster or slower; each correction is kept, so that a resumed run takes the same way.
 *
 * @param steps steps of the stage as first planned
 * @param warmupSteps steps of the warm-up
 * @param corrections later changes of the length, in the order they were made
 */
public record Schedule(long steps, long warmupSteps, List<Correction> corrections) {

    /**
     * From step {@code step} on, what is left of the decay is spread so that it ends at {@code steps}.
     *
     * @param step first step that goes by it
     * @param steps new length of the stage
     */
    public record Correction(long step, long steps) {}

    public Schedule {
        if (steps <= 0 || warmupSteps < 0) {
            throw new IllegalArgumentException("a stage needs at least one step");
        }
        corrections = List.copyOf(corrections);
    }

    public static Schedule of(long steps, long warmupSteps) {
        return new Schedule(steps, Math.min(warmupSteps, steps / 2), List.of());
    }

    /** Length of the stage after all corrections. */
    public long length() {
        return corrections.isEmpty() ? steps : corrections.getLast().steps();
    }

    /** The same schedule, ending at {@code newSteps} instead, from {@code step} on. */
    public Schedule corrected(long step, long newSteps) {
        if (newSteps <= step) {
            throw new IllegalArgumentException("step " + step + " is already past the new end " + newSteps);
        }
        List<Correction> more = new ArrayList<>(corrections);
        more.add(new Correction(step, newSteps));
        return new Schedule(steps, warmupSteps, more);
    }

    /** Share of the stage that lies behind {@code step}, 0 to 1. */
    public double progress(long step) {
        double progress = 0;
        long from = 0;
        long end = steps;
        for (Correction correction : corrections) {
            if (correction.step() >= step) {
                break;
            }
            progress += (1 - progress) * (correction.step() - from) / (end - from);
            from = correction.step();
            end = correction.steps();
        }
        return Math.min(1, progress + (1 - progress) * (step - from) / (end - from));
    }

    /** The learning rate of {@code step} as a share of its peak. */
    public double learningRate(long step) {
        double warmup = warmupSteps == 0 ? 1 : Math.min(1, (step + 1.0) / warmupSteps);
        return warmup * (1 - progress(step));
    }
}
