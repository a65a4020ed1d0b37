package org.aifactory.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.aifactory.training.Correction.Forecast;
import org.aifactory.training.Correction.Outcome;
import org.assertj.core.data.Offset;

/** What a machine foretells is worth what its forecasts were worth before. */
class CorrectionTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private static List<Outcome> always(double times, int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> new Outcome(600 * (number + 1), 600 * (number + 1) * times))
                .toList();
    }

    @Example
    void a_machine_of_which_nothing_is_known_is_believed_with_much_room() {
        Forecast forecast = Correction.of(List.of()).apply(HOUR);
        assertThat(forecast.likely()).isEqualTo(HOUR);
        assertThat(forecast.latest()).isGreaterThan(HOUR.multipliedBy(18).dividedBy(10));
        assertThat(forecast.earliest()).isLessThan(HOUR.multipliedBy(6).dividedBy(10));
    }

    @Property(tries = 100)
    void one_that_was_always_off_by_the_same_is_set_right(@ForAll @DoubleRange(min = 0.1, max = 10) double times) {
        Forecast forecast = Correction.of(always(times, 50)).apply(Duration.ofHours(10));
        assertThat(forecast.likely().toSeconds() / 36_000.0).isCloseTo(times, Offset.offset(times * 0.1 + 0.02));
    }

    @Example
    void one_odd_afternoon_moves_little() {
        List<Outcome> outcomes = new ArrayList<>(always(1, 20));
        outcomes.add(new Outcome(60, 1e7));
        outcomes.add(new Outcome(60, 1e7));
        assertThat(Correction.of(outcomes).apply(HOUR).likely()).isEqualTo(HOUR);
    }

    @Property(tries = 200)
    void early_comes_before_late_and_a_longer_forecast_is_never_a_shorter_wait(
            @ForAll @Size(max = 60) List<@DoubleRange(min = -10, max = 1e9) Double> numbers,
            @ForAll @LongRange(min = 0, max = 10_000_000) long shorter,
            @ForAll @LongRange(min = 0, max = 10_000_000) long more) {
        List<Outcome> outcomes = IntStream.range(1, numbers.size())
                .mapToObj(number -> new Outcome(numbers.get(number - 1), numbers.get(number)))
                .toList();
        Correction correction = Correction.of(outcomes);
        Forecast first = correction.apply(Duration.ofSeconds(shorter));
        Forecast second = correction.apply(Duration.ofSeconds(shorter + more));
        assertThat(first.earliest()).isLessThanOrEqualTo(second.earliest());
        assertThat(first.likely()).isLessThanOrEqualTo(second.likely());
        assertThat(first.latest()).isLessThanOrEqualTo(second.latest());
        assertThat(first.earliest()).isLessThanOrEqualTo(first.likely());
        assertThat(first.likely()).isLessThanOrEqualTo(first.latest());
    }
}
