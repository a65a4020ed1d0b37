package org.aifactory.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.aifactory.engine.model.ModelConfig;
import org.junit.jupiter.api.Test;

class PlannerTest {
    private static final int VOCABULARY = 4096;
    private static final Planner.Data TEXT = new Planner.Data(1_000_000, 0);
    private static final Hardware MACHINE = new Hardware("cpu", 2, Precision.FLOAT32, 16L << 30);

    /** What a person may fix. */
    private record Choice(OptionalInt depth, OptionalInt width, OptionalInt context, OptionalDouble learningRate) {
        static final Choice NONE =
                new Choice(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalDouble.empty());
    }

    private static Planner planner(Choice choice, Hardware hardware) {
        TrainingRequest request = new TrainingRequest(
                List.of(Path.of("text")),
                Path.of("model"),
                new Budget.Tokens(1),
                choice.depth(),
                choice.width(),
                OptionalInt.empty(),
                choice.context(),
                choice.learningRate(),
                Optional.empty(),
                1,
                "cpu",
                TrainingRequest.OtherRun.REFUSE);
        return new Planner(request, hardware);
    }

    private static Plan plan(Choice choice, Hardware hardware, double tokens) {
        Planner planner = planner(choice, hardware);
        return planner.ofTokens(planner.shapeForTokens(VOCABULARY, tokens), tokens, TEXT);
    }

    @Property(tries = 60)
    void theSameRequestGivesTheSamePlan(@ForAll @DoubleRange(min = 1e3, max = 1e12) double tokens) {
        assertThat(plan(Choice.NONE, MACHINE, tokens)).isEqualTo(plan(Choice.NONE, MACHINE, tokens));
    }

    @Property(tries = 100)
    void aBudgetOfTokensIsKeptToAStep(
            @ForAll @DoubleRange(min = 1e4, max = 1e12) double tokens,
            @ForAll @IntRange(min = 1, max = 128) int cores) {
        Plan plan = plan(Choice.NONE, new Hardware("cpu", cores, Precision.FLOAT32, Long.MAX_VALUE), tokens);

        long step = (long) plan.stages().getFirst().rowsPerStep() * plan.contextLength();
        assertThat((double) plan.tokens()).isCloseTo(tokens, within((double) step));
    }

    @Property(tries = 100)
    void aBudgetOfStepsIsKeptToTheStepWhateverTheCorpusIsMadeOf(
            @ForAll @LongRange(min = 1, max = 100_000) long steps,
            @ForAll @LongRange(min = 0, max = 1_000_000) long text,
            @ForAll @LongRange(min = 1, max = 1_000_000) long conversations) {
        Planner planner = planner(Choice.NONE, MACHINE);
        ModelConfig model = Planner.shape(VOCABULARY, 2, 128, 256);

        Plan plan = planner.ofSteps(model, steps, new Planner.Data(text, conversations));

        assertThat(plan.steps()).isEqualTo(steps);
        assertThat(plan.stages().getLast().kind()).isEqualTo(Stage.Kind.CONVERSATIONS);
    }

    @Property(tries = 100)
    void whatIsFixedIsFixed(
            @ForAll @IntRange(min = 1, max = 64) int depth,
            @ForAll @IntRange(min = 1, max = 32) int heads,
            @ForAll @IntRange(min = 16, max = 4096) int context,
            @ForAll @DoubleRange(min = 0.01, max = 1) double learningRate) {
        Choice choice = new Choice(
                OptionalInt.of(depth),
                OptionalInt.of(64 * heads),
                OptionalInt.of(context),
                OptionalDouble.of(learningRate));

        Plan plan = plan(choice, MACHINE, 1e7);

        assertThat(plan.model().depth()).isEqualTo(depth);
        assertThat(plan.model().width()).isEqualTo(64 * heads);
        assertThat(plan.contextLength()).isEqualTo(context);
        assertThat(plan.stages()).allMatch(stage -> stage.peakLearningRate() == learningRate);
    }

    @Property(tries = 60)
    void rowsOfAStepAreSharedEquallyByTheCores(
            @ForAll @DoubleRange(min = 1e3, max = 1e12) double tokens,
            @ForAll @IntRange(min = 1, max = 128) int cores) {
        Plan plan = plan(Choice.NONE, new Hardware("cpu", cores, Precision.FLOAT32, Long.MAX_VALUE), tokens);

        assertThat(plan.replicas()).isEqualTo(cores);
        assertThat(plan.stages()).allMatch(stage -> stage.rowsPerStep() % cores == 0);
    }

    @Test
    void moreTimeBuysALargerModelAndNoneThatTheMemoryCannotHold() {
        Planner planner = planner(Choice.NONE, MACHINE);
        ModelConfig minutes = planner.shapeForTime(VOCABULARY, TEXT, model -> 1e15 / model.matrixParameters() / 6);
        ModelConfig days = planner.shapeForTime(VOCABULARY, TEXT, model -> 1e19 / model.matrixParameters() / 6);
        assertThat(days.parameters()).isGreaterThan(minutes.parameters());

        Hardware small = new Hardware("cpu", 2, Precision.FLOAT32, 1L << 30);
        ModelConfig held = planner(Choice.NONE, small)
                .shapeForTime(VOCABULARY, TEXT, model -> 1e19 / model.matrixParameters() / 6);
        assertThat(held.parameters()).isLessThan(days.parameters());
        Plan plan = planner(Choice.NONE, small).ofSteps(held, 1, TEXT);
        assertThat(MemoryNeed.fits(plan, small.memoryBytes())).isTrue();
    }

    @Property(tries = 100)
    void theVocabularyIsAMultipleOf64AndGrowsWithTheTextThatIsRead(
            @ForAll @LongRange(min = 0, max = 1L << 45) long bytes,
            @ForAll @LongRange(min = 0, max = 1L << 45) long more) {
        int vocabulary = Planner.vocabularyFor(bytes);

        assertThat(vocabulary % 64).isZero();
        assertThat(vocabulary).isLessThanOrEqualTo(Planner.vocabularyFor((double) bytes + more));
    }

    @Test
    void textThatIsNotComeToInTheTimeMakesNoVocabulary() {
        long gigabyte = 1_000_000_000;
        assertThat(minutes(1).vocabulary(gigabyte)).isLessThan(3000);
        assertThat(minutes(1).vocabulary(gigabyte)).isLessThan(minutes(60).vocabulary(gigabyte));
        assertThat(minutes(3).vocabulary(1_000_000)).isEqualTo(Planner.vocabularyFor(1_000_000));
    }

    private static Planner minutes(double minutes) {
        TrainingRequest request = new TrainingRequest(
                List.of(),
                Path.of("model"),
                new Budget.Minutes(minutes),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalDouble.empty(),
                Optional.empty(),
                1,
                "cpu",
                TrainingRequest.OtherRun.REFUSE);
        return new Planner(request, MACHINE);
    }
}
