package org.aifactory.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.model.ModelConfig;
import org.junit.jupiter.api.Test;

class EstimateTest {
    private static final Hardware MACHINE = new Hardware("cpu", 2, Precision.FLOAT32, 16L << 30);
    private static final Speed SPEED = Speed.ofCores(2, Precision.FLOAT32);
    private static final Estimate.Text MEGABYTE = new Estimate.Text(1_000_000, 0);

    private static Estimate minutes(double minutes) {
        return Estimate.of(MEGABYTE, new Budget.Minutes(minutes), MACHINE, SPEED, Optional.empty());
    }

    @Test
    void threeMinutesOnTwoCoresComeToWhatTheyWereMeasuredToComeTo() {
        Estimate estimate = minutes(3);
        assertThat(estimate.model().width()).isIn(128, 192);
        assertThat(estimate.tokens()).isBetween(700_000L, 3_000_000L);
        assertThat(estimate.seconds()).isEqualTo(180);
        assertThat(estimate.memoryBytes()).isLessThan(1_500_000_000);
        assertThat(estimate.fits()).isTrue();
    }

    @Property(tries = 40)
    void moreTimeReadsMore(
            @ForAll @DoubleRange(min = 1, max = 10_000) double some,
            @ForAll @DoubleRange(min = 2, max = 100) double times) {
        assertThat(minutes(some * times).flops()).isGreaterThan(minutes(some).flops());
    }

    @Property(tries = 40)
    void aRunOfAsManyTokensTakesTheTimeThatTheyWereBoughtFor(
            @ForAll @DoubleRange(min = 2, max = 10_000) double minutes) {
        Estimate timed = minutes(minutes);
        Estimate counted =
                Estimate.of(MEGABYTE, new Budget.Tokens(timed.tokens()), MACHINE, SPEED, Optional.of(timed.model()));
        assertThat(counted.seconds()).isCloseTo(timed.seconds(), within(0.1 * timed.seconds()));
    }

    @Property(tries = 40)
    void anyTextCanBeAskedFor(
            @ForAll @LongRange(min = 0, max = 1L << 50) long text,
            @ForAll @LongRange(min = 1, max = 1L << 50) long conversations) {
        Estimate estimate = Estimate.of(
                new Estimate.Text(text, conversations), new Budget.Steps(100), MACHINE, SPEED, Optional.empty());
        assertThat(estimate.steps()).isEqualTo(100);
        assertThat(estimate.seconds()).isPositive().isFinite();
    }

    @Test
    void aBaseTooLargeForTheMemoryDoesNotFit() {
        ModelConfig large = Planner.shape(65_536, 32, 4096, 131_072);
        Estimate estimate = Estimate.of(MEGABYTE, new Budget.Steps(10), MACHINE, SPEED, Optional.of(large));
        assertThat(estimate.fits()).isFalse();
        assertThat(estimate.memoryBytes()).isGreaterThan(16 * large.parameters());
    }

    @Test
    void saysWhenThereIsNoTimeOrNothingToRead() {
        assertThatThrownBy(() -> minutes(0.05))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("--minutes");
        assertThatThrownBy(() ->
                        Estimate.of(new Estimate.Text(0, 0), new Budget.Steps(1), MACHINE, SPEED, Optional.empty()))
                .isInstanceOf(EngineException.class);
    }

    /** As the platform asks, which has the engine's classes and not LibTorch's. */
    @Test
    void needsNothingOfLibTorch() throws Exception {
        try (WithoutLibTorch classes = new WithoutLibTorch()) {
            Supplier<?> platform = (Supplier<?>) classes.loadClass(Platform.class.getName())
                    .getDeclaredConstructor()
                    .newInstance();
            assertThat(platform.get()).isEqualTo(minutes(3).toString());
        }
    }

    /** Asks for an estimate. */
    public static final class Platform implements Supplier<String> {
        @Override
        public String get() {
            Hardware detected = Hardware.detect("cpu");
            return Estimate.of(
                            MEGABYTE,
                            new Budget.Minutes(3),
                            new Hardware(detected.deviceName(), 2, Precision.FLOAT32, 16L << 30),
                            SPEED,
                            Optional.empty())
                    .toString();
        }
    }

    /** Loads the engine's classes anew and finds none of LibTorch. */
    private static final class WithoutLibTorch extends URLClassLoader {
        WithoutLibTorch() {
            super(
                    Stream.of(Estimate.class, EstimateTest.class)
                            .map(type ->
                                    type.getProtectionDomain().getCodeSource().getLocation())
                            .toArray(URL[]::new),
                    EstimateTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("org.bytedeco.")) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith("org.aifactory.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? findClass(name) : loaded;
        }
    }
}
