package org.aifactory.engine.training;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.RopeScaling;

/**
 * Turns a budget into a plan: which vocabulary, depth and width, how many tokens in which batches at which learning rate, for
 * this corpus on this machine. The same request always gives the same plan, but for budgets of time, which depend on the speed of
 * the machine.
 */
final class Planner {
    static final int TOKENS_PER_STEP_MIN = 2048;

    private static final int TOKENS_PER_STEP_MAX = 1 << 19;
    private static final double TOKENS_PER_PARAMETER = 20;
    private static final double PARAMETERS_MIN = 800_000;
    private static final int HEAD_WIDTH = 64;
    private static final double BYTES_PER_TOKEN = 3;
    /** Of the small models of runs of minutes. */
    private static final double TOKENS_PER_CORE_SECOND = 5000;

    private static final int VOCABULARY_MIN = 512;
    private static final int VOCABULARY_MAX = 65_536;
    private static final int DEPTH_MAX = 48;
    /** Width per layer: two broad layers learn less than four narrow ones of as many weights (measured, docs/performance.md). */
    private static final int WIDTH_PER_LAYER_MIN = 16;

    private static final int WIDTH_PER_LAYER_MAX = 48;
    private static final double WARMUP_SHARE = 0.05;
    private static final double WEIGHT_DECAY = 0.1;
    private static final double NORM_EPSILON = 1e-6;
    private static final double ROPE_THETA = 10_000;
    private static final double CONTINUED_LEARNING_RATE = 1e-4;
    private static final int CONTINUED_CONTEXT_MAX = 1024;

    private final TrainingRequest request;
    private final Hardware hardware;

    /**
     * What a corpus offers.
     *
     * @param textTokens tokens of running text for training
     * @param conversationTokens tokens of conversations for training
     */
    record Data(long textTokens, long conversationTokens) {
        long tokens() {
            return textTokens + conversationTokens;
        }
    }

    Planner(TrainingRequest request, Hardware hardware) {
        this.request = request;
        this.hardware = hardware;
    }

    /**
     * Tokens of the vocabulary: with more text there is evidence for more words, roughly with the square root (Tao et al. 2024,
     * arXiv:2407.13623, for far larger corpora). Text that is not come to in the time is none.
     */
    int vocabulary(long corpusBytes) {
        return request.vocabulary().orElseGet(() -> vocabularyFor(Math.min(corpusBytes, readableBytes())));
    }

    static int vocabularyFor(double textBytes) {
        long words = Math.clamp(Math.round(2 * Math.sqrt(textBytes)), VOCABULARY_MIN, VOCABULARY_MAX);
        return (int) ((words + 63) / 64 * 64);
    }

    /** About as much text as the run can read. */
    private double readableBytes() {
        double tokens = switch (request.budget()) {
            case Budget.Steps(long steps) -> (double) steps * TOKENS_PER_STEP_MIN;
            case Budget.Tokens(long count) -> count;
            case Budget.Minutes _, Budget.GpuHours _ ->
                hardware.isGpu()
                        ? Double.POSITIVE_INFINITY
                        : request.budget().seconds().orElseThrow() * hardware.workers() * TOKENS_PER_CORE_SECOND;
        };
        return tokens * BYTES_PER_TOKEN;
    }

    /**
     * The model that learns most in a given time.
     *
     * @param affordable tokens that the time buys for a model
     */
    ModelConfig shapeForTime(int vocabulary, Data data, ToDoubleFunction<ModelConfig> affordable) {
        Stream<ModelConfig> possible =
                candidates(vocabulary, affordable).filter(model -> affordable.applyAsDouble(model) > 0);
        return best(
                        possible,
                        model ->
                                ScalingLaw.loss(blockParameters(model), affordable.applyAsDouble(model), data.tokens()))
                .orElseThrow(() ->
                        new EngineException(Kind.INPUT, "There is no time left to train in. Give more --minutes."));
    }

    /** The model that is worth so many tokens: a twentieth as many weights (Hoffmann et al. 2022), and no fewer than some. */
    ModelConfig shapeForTokens(int vocabulary, double tokens) {
        double wanted = PARAMETERS_MIN + tokens / TOKENS_PER_PARAMETER;
        return best(
                        candidates(vocabulary, model -> tokens),
                        model -> Math.abs(Math.log(blockParameters(model) / wanted)))
                .orElseThrow();
    }

    /** Models from tiny to large, neither broader nor narrower than is good; what the request fixes is fixed. */
    private Stream<ModelConfig> candidates(int vocabulary, ToDoubleFunction<ModelConfig> affordable) {
        return range(request.depth(), 2, DEPTH_MAX)
                .boxed()
                .flatMap(depth -> range(
                                request.width(), Math.max(HEAD_WIDTH, WIDTH_PER_LAYER_MIN * depth), widthMax(depth))
                        .filter(width -> width % HEAD_WIDTH == 0)
                        .mapToObj(width -> {
                            ModelConfig model = shape(vocabulary, depth, width, context(0));
                            return shape(vocabulary, depth, width, context(affordable.applyAsDouble(model)));
                        }));
    }

    /** The broadest that a model of some depth should be. */
    static int widthMax(int depth) {
        return Math.max(HEAD_WIDTH, WIDTH_PER_LAYER_MAX * depth / HEAD_WIDTH * HEAD_WIDTH);
    }

    /** The one of least loss that fits in the memory at hand; where none does, the best of all, which is refused later. */
    private Optional<ModelConfig> best(Stream<ModelConfig> candidates, ToDoubleFunction<ModelConfig> loss) {
        List<ModelConfig> bestFirst =
                candidates.sorted(Comparator.comparingDouble(loss)).toList();
        return bestFirst.stream()
                .filter(model -> MemoryNeed.fits(ofSteps(model, 1, new Data(1, 0)), hardware))
                .findFirst()
                .or(() -> bestFirst.stream().findFirst());
    }

    private static IntStream range(OptionalInt fixed, int least, int most) {
        return fixed.isPresent() ? IntStream.of(fixed.getAsInt()) : IntStream.rangeClosed(least, most);
    }

    /** Tokens in a row: longer only where there is much to learn from. */
    int context(double tokens) {
        int chosen = tokens < 3e7 ? 256 : tokens < 3e8 ? 512 : tokens < 3e9 ? 1024 : 2048;
        return request.context().orElse(chosen);
    }

    static ModelConfig shape(int vocabulary, int depth, int width, int context) {
        int heads = width / HEAD_WIDTH;
        int feedForward = (int) Math.round(width * 8 / 3.0 / HEAD_WIDTH) * HEAD_WIDTH;
        return new ModelConfig(
                vocabulary,
                width,
                depth,
                heads,
                heads,
                HEAD_WIDTH,
                feedForward,
                context,
                ROPE_THETA,
                new RopeScaling.None(),
                NORM_EPSILON,
                true,
                true);
    }

    private static double blockParameters(ModelConfig model) {
        return model.matrixParameters() - (double) model.vocabularySize() * model.width();
    }

    /**
     * The plan for a budget.
     *
     * @param base the model to continue from, which is as large as it is
     * @param affordable tells the tokens that the budget buys for a model; asked for only where the budget is one of time
     */
    Plan plan(
            Budget budget,
            int vocabulary,
            Data data,
            Optional<ModelConfig> base,
            Supplier<ToDoubleFunction<ModelConfig>> affordable) {
        return switch (budget) {
            case Budget.Steps(long steps) -> {
                double tokens = (double) steps * TOKENS_PER_STEP_MIN;
                yield ofSteps(base.orElseGet(() -> shapeForTokens(vocabulary, tokens)), steps, data);
            }
            case Budget.Tokens(long tokens) ->
                ofTokens(base.orElseGet(() -> shapeForTokens(vocabulary, tokens)), tokens, data);
            case Budget.Minutes _, Budget.GpuHours _ -> {
                ToDoubleFunction<ModelConfig> tokens = affordable.get();
                ModelConfig model = base.orElseGet(() -> shapeForTime(vocabulary, data, tokens));
                yield ofTokens(model, tokens.applyAsDouble(model), data);
            }
        };
    }

    /** The plan for a model and so many tokens. */
    Plan ofTokens(ModelConfig model, double tokens, Data data) {
        int rows = rowsPerStep(tokens, context(model));
        long steps = Math.max(1, Math.round(tokens / ((double) rows * context(model))));
        return plan(model, steps, rows, data);
    }

    /** The plan for a model and so many steps. */
    Plan ofSteps(ModelConfig model, long steps, Data data) {
        return plan(model, steps, rowsPerStep((double) steps * TOKENS_PER_STEP_MIN, context(model)), data);
    }

    /** Tokens of a training row of a model; a base may see far more at once than it can be trained on. */
    int context(ModelConfig model) {
        int chosen = request.base().isPresent() ? CONTINUED_CONTEXT_MAX : model.contextLength();
        return Math.min(model.contextLength(), request.context().orElse(chosen));
    }

    /**
     * Batches grow with the root of the run's length: the noise that is worth averaging out grows as the loss falls (McCandlish et
     * al. 2018, arXiv:1812.06162).
     */
    private int rowsPerStep(double tokens, int context) {
        double wanted = Math.clamp(1.6 * Math.sqrt(tokens), (double) TOKENS_PER_STEP_MIN, (double) TOKENS_PER_STEP_MAX);
        long power = 1L << Math.round(Math.log(wanted) / Math.log(2));
        int rows = (int) Math.max(1, power / context);
        int workers = hardware.workers();
        return (rows + workers - 1) / workers * workers;
    }

    private Plan plan(ModelConfig model, long steps, int rows, Data data) {
        List<Stage> stages = new ArrayList<>();
        double learningRate = learningRate(model);
        long talking = conversationSteps(steps, data);
        if (steps > talking) {
            stages.add(stage(Stage.Kind.TEXT, rows, learningRate, steps - talking));
        }
        if (talking > 0) {
            stages.add(stage(Stage.Kind.CONVERSATIONS, rows, learningRate, talking));
        }
        return new Plan(
                model,
                context(model),
                hardware.precisionFor(model),
                hardware.workers(),
                Math.max(1, hardware.microBatchTokens() / context(model)),
                false,
                Optimizer.Kind.MUON,
                WEIGHT_DECAY,
                request.seed(),
                stages);
    }

    private static Stage stage(Stage.Kind kind, int rows, double learningRate, long steps) {
        return new Stage(kind, rows, learningRate, Schedule.of(steps, Math.round(steps * WARMUP_SHARE)));
    }

    /** Conversations get their share of the tokens; where text outweighs them still a tenth, for the run ends with them. */
    private static long conversationSteps(long steps, Data data) {
        if (data.conversationTokens() == 0) {
            return 0;
        }
        if (data.textTokens() == 0) {
            return steps;
        }
        double share = Math.clamp((double) data.conversationTokens() / data.tokens(), 0.1, 0.9);
        return Math.clamp(Math.round(steps * share), 1, Math.max(1, steps - 1));
    }

    private double learningRate(ModelConfig model) {
        double chosen = request.base().isPresent() ? CONTINUED_LEARNING_RATE : 0.01 * Math.sqrt(128.0 / model.width());
        return request.learningRate().orElse(chosen);
    }
}
