package org.aifactory.engine.evaluation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.corpus.DocumentSet;
import org.aifactory.engine.corpus.Encoding;
import org.aifactory.engine.corpus.TokenShardWriter;
import org.aifactory.engine.corpus.TokenShards;
import org.aifactory.engine.model.Decoder;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.Parameters;
import org.aifactory.engine.model.Rope;
import org.aifactory.engine.tokenizer.Tokenizer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Measures how well a model predicts texts, on the CPU. */
public final class TextEvaluation {
    private final ModelConfig config;
    private final Tensor weights;
    private final Tokenizer tokenizer;
    private final LongConsumer progress;

    /**
     * @param weights flat weights, 32 bits, on the CPU
     * @param progress told the tokens scored so far
     */
    public TextEvaluation(ModelConfig config, Tensor weights, Tokenizer tokenizer, LongConsumer progress) {
        this.config = config;
        this.weights = weights;
        this.tokenizer = tokenizer;
        this.progress = progress;
    }

    /**
     * Scores the texts, and conversations where there is no text.
     *
     * @throws EngineException of the kind INPUT when there is neither
     */
    public TextScore score(DocumentSet documents) {
        DocumentSet texts = documents.texts();
        DocumentSet measured = texts.isEmpty() ? documents : texts;
        try {
            Path folder = Files.createTempDirectory("aifactory-evaluation");
            try {
                return score(measured, folder.resolve("tokens"));
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new EngineException(
                    Kind.RESOURCE, "There is no folder for temporary files (" + e.getMessage() + "); set TMPDIR.", e);
        }
    }

    private TextScore score(DocumentSet documents, Path folder) {
        boolean converses = !documents.conversations().isEmpty();
        Encoding encoding = Encoding.of(config.vocabularySize(), tokenizer, converses);
        try (TokenShards shards = TokenShardWriter.write(folder, documents, encoding, Long.MAX_VALUE, _ -> {})) {
            return score(shards);
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> contents;
        try (Stream<Path> files = Files.walk(folder)) {
            contents = files.toList();
        }
        for (Path path : contents.reversed()) {
            Files.delete(path);
        }
    }

    private TextScore score(TokenShards shards) {
        // No window is longer than a document, so a long context costs nothing with short ones.
        int window = (int) Math.min(config.contextLength(), Math.max(1, longestDocument(shards)));
        Device device = new Device("cpu");
        try (PointerScope scope = new PointerScope()) {
            Decoder decoder = new Decoder(
                    config, Parameters.of(config, weights), Rope.of(config, window, device, ScalarType.Float));
            try (DecoderScorer scorer =
                    new DecoderScorer(decoder, device, Runtime.getRuntime().availableProcessors())) {
                return BitsPerByte.measure(shards, counting(scorer), window, beginning(), Long.MAX_VALUE);
            }
        }
    }

    private WindowScorer counting(WindowScorer scorer) {
        long[] scored = new long[1];
        return windows -> {
            double nats = scorer.nats(windows);
            scored[0] += windows.stream().mapToLong(Window::scoredTargets).sum();
            progress.accept(scored[0]);
            return nats;
        };
    }

    private int beginning() {
        return tokenizer.beginningOfText().orElseGet(tokenizer::endOfText);
    }

    private static long longestDocument(TokenShards shards) {
        return LongStream.range(0, shards.documents())
                .map(index -> shards.documentStart(index + 1) - shards.documentStart(index))
                .max()
                .orElse(0);
    }
}
