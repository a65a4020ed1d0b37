package org.aifactory.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    @Property(tries = 200)
    void progressNeverGoesBackAndEndsAtOneHoweverTheLengthIsCorrected(
            @ForAll @IntRange(min = 2, max = 500) int steps,
            @ForAll @IntRange(min = 1, max = 400) int at,
            @ForAll @IntRange(min = 1, max = 400) int more) {
        int correctedAt = Math.min(at, steps - 1);
        Schedule schedule = Schedule.of(steps, 10).corrected(correctedAt, correctedAt + more);
        double before = -1;
        for (long step = 0; step <= schedule.length(); step++) {
            assertThat(schedule.progress(step)).isGreaterThanOrEqualTo(before).isBetween(0.0, 1.0);
            before = schedule.progress(step);
        }
        assertThat(before).isCloseTo(1, within(1e-9));
    }

    @Test
    void stepsBeforeACorrectionKeepTheirLearningRate() {
        Schedule planned = Schedule.of(100, 5);
        Schedule corrected = planned.corrected(50, 60);
        for (long step = 0; step <= 50; step++) {
            assertThat(corrected.learningRate(step)).isEqualTo(planned.learningRate(step));
        }
    }
}
