package org.aifactory.engine.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.aifactory.engine.AtomicFile;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.chat.ChatMl;
import org.aifactory.engine.chat.ChatTemplate;
import org.aifactory.engine.corpus.Corpus;
import org.aifactory.engine.corpus.DocumentSet;
import org.aifactory.engine.corpus.Encoding;
import org.aifactory.engine.corpus.Split;
import org.aifactory.engine.corpus.TokenShardWriter;
import org.aifactory.engine.corpus.TokenShards;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.tokenizer.BpeTrainer;
import org.aifactory.engine.tokenizer.Tokenizer;
import org.aifactory.engine.weights.HuggingFaceFolder;

/** The way from a corpus to a recorded plan: tokenizer, tokens, a look at the machine, the plan. */
final class Preparation {
    /** Text read for the vocabulary, per second that the run may take: a larger sample would not pay for its time. */
    private static final double TOKENIZER_BYTES_PER_SECOND = 300_000;
    /** Tokens that a core trains on in a second, of the smallest model; no larger one is faster. */
    private static final double TOKENS_PER_CORE_SECOND_MAX = 50_000;

    /** Share of a run that measuring the machine may take. */
    private static final double CALIBRATION_SHARE = 0.02;

    private final TrainingRequest request;
    private final Path folder;
    private final Hardware hardware;
    private final Progress progress;
    private final Clock clock;
    private final StopRequest stop;

    /** @param folder where tokenizer and tokens go; made here */
    Preparation(
            TrainingRequest request, Path folder, Hardware hardware, Progress progress, Clock clock, StopRequest stop) {
        this.request = request;
        this.folder = folder;
        this.hardware = hardware;
        this.progress = progress;
        this.clock = clock;
        this.stop = stop;
    }

    /**
     * Writes tokenizer and tokens, and plans.
     *
     * @return what is to be recorded when the run begins
     */
    RunRecord prepare(Corpus corpus) {
        request.budget().seconds().ifPresent(this::requireTime);
        Split split = corpus.split(request.seed());
        boolean converses = corpus.summary().conversations() > 0;
        Tokenizer tokenizer = request.base()
                .map(base -> baseTokenizer(base, converses))
                .orElseGet(() -> trainTokenizer(split.training()));
        tokenizer.save(RunFolder.tokenizer(folder));
        clock.spentOn("vocabulary");
        Encoding encoding = Encoding.of(tokenizer.size(), tokenizer, converses);
        DocumentSet training = split.training().shuffled(request.seed());
        DocumentSet heldOut = split.validation();
        long most = tokensMax();
        long measured = Validation.TOKENS_MAX;
        try (TokenShards text = write(PreparedRun.TEXT, training.texts(), encoding, most);
                TokenShards conversations = write(PreparedRun.CONVERSATIONS, training.conversations(), encoding, most);
                TokenShards heldOutText = write(PreparedRun.HELD_OUT_TEXT, heldOut.texts(), encoding, measured);
                TokenShards heldOutConversations =
                        write(PreparedRun.HELD_OUT_CONVERSATIONS, heldOut.conversations(), encoding, measured)) {
            clock.spentOn("tokens");
            Planner.Data data = new Planner.Data(text.tokens(), conversations.tokens());
            if (request.context().isPresent()) {
                requireEnough(data, request.context().getAsInt());
            }
            Plan plan = MemoryNeed.fitted(plan(data, tokenizer), hardware);
            requireEnough(data, plan.contextLength());
            requireSpace(plan);
            stop.check();
            if (Math.max(text.tokens(), conversations.tokens()) >= most) {
                progress.say("              more than could be read in this time; a part of it is taken");
            }
            Reports.plan(plan, data, hardware, progress);
            Reports.setAside(heldOutText, heldOutConversations, progress);
            return new RunRecord(request.options(), corpus.fingerprint(), plan, false);
        }
    }

    /** The base's own tokenizer and chat template; ChatML where it has none and is to learn conversations. */
    private static Tokenizer baseTokenizer(Path base, boolean converses) {
        HuggingFaceFolder model = HuggingFaceFolder.open(base);
        // Damaged weights are told before anything is made with the tokenizer.
        model.openWeights().close();
        int vocabularySize = model.config().vocabularySize();
        Tokenizer tokenizer = model.loadTokenizer();
        return converses && tokenizer.chatTemplate().isEmpty() ? ChatMl.giveTo(tokenizer, vocabularySize) : tokenizer;
    }

    private Tokenizer trainTokenizer(DocumentSet training) {
        int vocabulary = new Planner(request, hardware).vocabulary(training.bytes());
        double total = Math.max(1, Math.min(training.bytes(), sampleBytes()));
        BpeTrainer trainer = new BpeTrainer(
                vocabulary,
                state -> show(
                        "Vocabulary   ",
                        state.tokens() == 0 ? Math.min(1, state.bytes() / total) : (double) state.tokens() / vocabulary,
                        state.tokens() == 0
                                ? "of the words are counted"
                                : String.format(Locale.ROOT, "%,d of %,d tokens", state.tokens(), vocabulary)));
        return trainer.train(sample(training)).withChatTemplate(ChatTemplate.CHATML);
    }

    /** Documents in shuffled order, until there is enough to count words in. */
    private Stream<String> sample(DocumentSet training) {
        AtomicLong characters = new AtomicLong();
        long enough = sampleBytes();
        return training.shuffled(request.seed())
                .pieces()
                .takeWhile(piece -> characters.getAndAdd(piece.length()) < enough);
    }

    private long sampleBytes() {
        return request.budget() instanceof Budget.Minutes(double minutes)
                ? Math.round(minutes * 60 * TOKENIZER_BYTES_PER_SECOND)
                : Long.MAX_VALUE;
    }

    private TokenShards write(String part, DocumentSet documents, Encoding encoding, long tokensMax) {
        double total = Math.max(1, documents.bytes());
        return TokenShardWriter.write(
                RunFolder.tokens(folder, part),
                documents,
                encoding,
                tokensMax,
                bytes -> show("Tokens       ", bytes / total, part));
    }

    /** More than a run by the clock could read once need not be encoded. */
    private long tokensMax() {
        OptionalDouble seconds = request.budget().seconds();
        return seconds.isEmpty() || hardware.isGpu()
                ? Long.MAX_VALUE
                : Math.round(seconds.getAsDouble() * hardware.workers() * TOKENS_PER_CORE_SECOND_MAX);
    }

    private Plan plan(Planner.Data data, Tokenizer tokenizer) {
        Planner planner = new Planner(request, hardware);
        return planner.plan(
                request.budget(), tokenizer.size(), data, baseModel(), () -> affordable(planner, tokenizer.size()));
    }

    /** What the time that is left buys; only a budget of time depends on the machine, and so the machine is measured. */
    private ToDoubleFunction<ModelConfig> affordable(Planner planner, int vocabulary) {
        double seconds = request.budget().seconds().orElseThrow();
        show("Measuring    ", 0, "how fast this machine trains");
        Backend.loadLibrary();
        clock.spentOn("LibTorch");
        // Of this machine alone; how much the others add is corrected on the way.
        Hardware here = hardware.times(1);
        Speed speed = Calibration.measure(new Planner(request, here), here, vocabulary, seconds * CALIBRATION_SHARE);
        clock.spentOn("measuring");
        requireTime(seconds);
        double left = clock.trainingSeconds(seconds);
        return model -> left * hardware.processes() * speed.tokensPerSecond(model, planner.context(model));
    }

    private void requireTime(double seconds) {
        if (clock.trainingSeconds(seconds) <= 0) {
            throw new EngineException(
                    Kind.INPUT,
                    "No time is left to train in: getting ready took " + Progress.duration(clock.seconds())
                            + ". Give more --minutes.");
        }
    }

    private Optional<ModelConfig> baseModel() {
        return request.base().map(base -> HuggingFaceFolder.open(base).config());
    }

    private static void requireEnough(Planner.Data data, int contextLength) {
        if (data.textTokens() > 0 && data.textTokens() < 2L * contextLength) {
            throw new EngineException(
                    Kind.INPUT,
                    "The text is too short: " + data.textTokens() + " tokens, and to train on windows of "
                            + contextLength + " takes at least " + 2L * contextLength
                            + ". Add text, or choose a smaller --context.");
        }
    }

    private void requireSpace(Plan plan) {
        long needed = Checkpoint.bytesMax(plan.model())
                + BestWeights.bytesMax(plan.model())
                + plan.model().parameters() * Float.BYTES;
        try {
            long free = Files.getFileStore(folder).getUsableSpace();
            if (free < needed) {
                throw new EngineException(
                        Kind.RESOURCE,
                        "The model and its checkpoints take " + Reports.bytes(needed) + " of disk, and "
                                + Reports.bytes(free) + " are free in " + request.folder()
                                + ". Make room, give --out a folder on another disk, or train a smaller model.");
            }
        } catch (IOException failure) {
            throw AtomicFile.cannotWrite(folder, failure);
        }
    }

    /** Progress, and the place where a preparation can be stopped, or ends because it takes too long. */
    private void show(String work, double done, String detail) {
        stop.check();
        request.budget().seconds().ifPresent(this::requireTime);
        progress.show(work, done, detail);
    }
}
