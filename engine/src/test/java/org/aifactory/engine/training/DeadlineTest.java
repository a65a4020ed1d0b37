package org.aifactory.engine.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.aifactory.engine.training.Checkpoint.Position;

/** Aim: a run by the clock ends on time. Method: the loop of a run in a time that is only counted. */
class DeadlineTest {
    private static final double SECONDS_BETWEEN_METRICS = 1;
    private static final double PLANNED_ROWS_PER_SECOND = 40;
    private static final int ROWS_PER_STEP = 8;

    /** How a simulated run went. */
    private record Ended(double seconds, double longestStep) {}

    @Property(tries = 300)
    void aRunNeverOverrunsByMoreThanAStepOfEachStageHoweverTheSpeedChanges(
            @ForAll @IntRange(min = 10, max = 900) int seconds,
            @ForAll @IntRange(min = 1, max = 2) int stages,
            @ForAll @Size(min = 1, max = 6) List<@DoubleRange(min = 0.1, max = 10) Double> speeds) {
        Ended ended = simulate(seconds, stages, speeds);

        double untilSeen = 2 + SECONDS_BETWEEN_METRICS + ended.longestStep();
        assertThat(ended.seconds()).isLessThan(seconds + untilSeen + stages * ended.longestStep());
    }

    @Property(tries = 300)
    void aMachineFasterOrSlowerThanMeasuredStillUsesItsTime(
            @ForAll @IntRange(min = 60, max = 900) int seconds,
            @ForAll @IntRange(min = 1, max = 2) int stages,
            @ForAll @DoubleRange(min = 0.1, max = 10) double speed) {
        Ended ended = simulate(seconds, stages, List.of(speed));

        double step = stages * ended.longestStep();
        assertThat(ended.seconds()).isBetween(0.95 * seconds - step, 1.05 * seconds + step);
    }

    /** @param speeds of the machine, as a share of what was planned for, each for an equal part of the time */
    private static Ended simulate(double seconds, int stages, List<Double> speeds) {
        Plan plan = plan(seconds, stages);
        Deadline deadline = new Deadline(seconds);
        Position position = Position.START;
        double now = 0;
        double lastMetrics = 0;
        double longestStep = 0;
        while (position.stage() < stages) {
            while (position.step()
                    < plan.stages().get(position.stage()).schedule().length()) {
                int part = (int) Math.min(speeds.size() - 1, now / seconds * speeds.size());
                double step = ROWS_PER_STEP / (PLANNED_ROWS_PER_SECOND * speeds.get(part));
                longestStep = Math.max(longestStep, step);
                now += step;
                position = position.at(position.step() + 1, now);
                if (now - lastMetrics >= SECONDS_BETWEEN_METRICS) {
                    lastMetrics = now;
                    plan = deadline.correct(plan, position, now);
                }
            }
            position = position.nextStage();
        }
        return new Ended(now, longestStep);
    }

    private static Plan plan(double seconds, int stages) {
        long steps = Math.round(seconds * PLANNED_ROWS_PER_SECOND / ROWS_PER_STEP / stages);
        List<Stage> list = new ArrayList<>();
        for (int i = 0; i < stages; i++) {
            list.add(new Stage(
                    i == 0 ? Stage.Kind.TEXT : Stage.Kind.CONVERSATIONS, ROWS_PER_STEP, 0.01, Schedule.of(steps, 2)));
        }
        return new Plan(
                Planner.shape(512, 1, 64, 64), 64, Precision.FLOAT32, 1, 1, false, Optimizer.Kind.MUON, 0.1, 1, list);
    }
}
