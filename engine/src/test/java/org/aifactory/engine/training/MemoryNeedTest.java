package org.aifactory.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.aifactory.engine.ChildProcess;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.Weights;
import org.bytedeco.pytorch.Device;
import org.junit.jupiter.api.Test;

class MemoryNeedTest {
    private static final Pattern SUGGESTION = Pattern.compile("--depth (\\d+) --width (\\d+)");

    private static Plan plan(int depth, int width, Precision precision) {
        ModelConfig model = Planner.shape(1024, depth, width, 256);
        List<Stage> stages = List.of(new Stage(Stage.Kind.TEXT, 8, 0.01, Schedule.of(10, 1)));
        return new Plan(model, 256, precision, 2, 4, false, Optimizer.Kind.MUON, 0.1, 1, stages);
    }

    @Test
    void aPlanThatFitsStaysAsItIs() {
        Plan plan = plan(6, 384, Precision.FLOAT32);
        assertThat(MemoryNeed.fitted(plan, MemoryNeed.bytes(plan))).isSameAs(plan);
    }

    @Test
    void activationsAreRecomputedWhereMemoryIsShort() {
        Plan plan = plan(6, 384, Precision.FLOAT32);
        assertThat(MemoryNeed.fitted(plan, MemoryNeed.bytes(plan) - 1)).isEqualTo(plan.recomputing());
    }

    @Property(tries = 100)
    void aModelTooLargeIsRefusedWithOneThatFits(
            @ForAll @IntRange(min = 1, max = 500) int depth,
            @ForAll @IntRange(min = 1, max = 100) int heads,
            @ForAll @IntRange(min = 1, max = 99) int percent,
            @ForAll Precision precision) {
        Plan plan = plan(depth, 64 * heads, precision);
        long memory = MemoryNeed.least(plan) * percent / 100;

        EngineException refusal = catchThrowableOfType(EngineException.class, () -> MemoryNeed.fitted(plan, memory));

        assertThat(refusal.kind()).isEqualTo(Kind.RESOURCE);
        assertThat(refusal).hasMessageContaining("takes about").hasMessageContaining("are free");
        Matcher suggestion = SUGGESTION.matcher(refusal.getMessage());
        if (suggestion.find()) {
            Plan suggested =
                    plan(Integer.parseInt(suggestion.group(1)), Integer.parseInt(suggestion.group(2)), precision);
            assertThat(MemoryNeed.least(suggested)).isLessThanOrEqualTo(memory);
        } else {
            assertThat(MemoryNeed.least(plan(1, 64, precision))).isGreaterThan(memory);
        }
    }

    @Test
    void whereNoModelFitsTheMessageSaysSo() {
        assertThatThrownBy(() -> MemoryNeed.fitted(plan(2, 64, Precision.FLOAT32), 1 << 20))
                .hasMessageContaining("Not even the smallest model");
    }

    /** The estimate is held against the peak that Linux saw, in a process of its own, which nothing else has made larger. */
    @Test
    void theEstimateIsNearTheMemoryThatTrainingTakes() throws Exception {
        ChildProcess.Ended child = ChildProcess.of(Steps.class).run();

        assertThat(child.status()).as(child.errors()).isZero();
        double share = Double.parseDouble(child.output().strip());
        assertThat(share).isBetween(0.7, 1.1);
    }

    /** Prints which share of the estimated memory some steps took. */
    static final class Steps {
        private Steps() {}

        public static void main(String[] arguments) throws IOException {
            Plan small = plan(1, 64, Precision.FLOAT32);
            learn(small);
            long before = kilobytes("VmRSS");
            Plan plan = plan(4, 256, Precision.FLOAT32);
            learn(plan);
            double taken = (kilobytes("VmHWM") - before) * 1024.0;
            double expected = MemoryNeed.bytes(plan) - MemoryNeed.BASE_BYTES;
            System.out.println(taken / expected);
        }

        private static void learn(Plan plan) {
            int rows = plan.stages().getFirst().rowsPerStep();
            long[] ids = new SplittableRandom(1)
                    .longs((long) rows * plan.contextLength(), 0, plan.model().vocabularySize())
                    .toArray();
            try (Learner learner = new Learner(plan, Weights.random(plan.model(), 1), new Device("cpu"), 2)) {
                for (int step = 0; step < 2; step++) {
                    learner.step(new Batch(rows, plan.contextLength(), ids, ids), 0.01);
                }
            }
        }

        private static long kilobytes(String name) throws IOException {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith(name))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
