package org.aifactory.engine.evaluation;

import java.util.ArrayList;
import java.util.List;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.corpus.TokenShards;

/**
 * Measures bits per byte, here and nowhere else: the sum of nats over every token of a document, its end token included, over
 * ln 2 and the document's UTF-8 bytes. The model sees windows of its context length with a stride of half; a document's first
 * window scores all its tokens, each later one only those that its predecessor did not. Before the first token of each document
 * stands the token that begins texts in the model's tokenizer; in ours that is the end-of-text token. Several documents: the
 * sum of their nats over the sum of their bytes.
 */
public final class BitsPerByte {
    private static final int TOKENS_AT_ONCE = 1 << 15;
    private static final int READ_TOKENS = 1 << 12;

    private final WindowScorer scorer;
    private final int windowsAtOnce;
    private final WindowCutter cutter;
    private final List<Window> waiting = new ArrayList<>();
    private double nats;

    private BitsPerByte(WindowScorer scorer, int contextLength, long beginning) {
        this.scorer = scorer;
        this.windowsAtOnce = Math.max(1, TOKENS_AT_ONCE / contextLength);
        this.cutter = new WindowCutter(contextLength, beginning, this::take);
    }

    /**
     * Scores the documents in the shards in order, ending after {@code tokensMax} tokens. The bytes of a document that is cut
     * there are counted in proportion to its tokens.
     *
     * @param contextLength longest window, in tokens
     * @param beginning token that stands before each document
     * @throws EngineException of the kind INPUT when there is no text
     */
    public static TextScore measure(
            TokenShards shards, WindowScorer scorer, int contextLength, long beginning, long tokensMax) {
        long tokens = Math.min(shards.tokens(), tokensMax);
        if (tokens == 0 || shards.utf8Bytes() == 0) {
            throw new EngineException(
                    Kind.INPUT, "There is no text to measure bits per byte on; give one with at least a few words.");
        }
        BitsPerByte measurement = new BitsPerByte(scorer, contextLength, beginning);
        double bytes = 0;
        long documents = 0;
        while (documents < shards.documents() && shards.documentStart(documents) < tokens) {
            long start = shards.documentStart(documents);
            long end = shards.documentStart(documents + 1);
            long to = Math.min(end, tokens);
            measurement.document(shards, start, to);
            bytes += (double) shards.documentBytes(documents) * (to - start) / (end - start);
            documents++;
        }
        measurement.score();
        return new TextScore(measurement.nats, tokens, Math.round(bytes), documents);
    }

    private void document(TokenShards shards, long from, long to) {
        long[] tokens = new long[(int) Math.min(READ_TOKENS, to - from)];
        for (long position = from; position < to; position += tokens.length) {
            int count = (int) Math.min(tokens.length, to - position);
            shards.copy(position, count, tokens);
            for (int i = 0; i < count; i++) {
                cutter.accept(tokens[i]);
            }
        }
        cutter.endDocument();
    }

    private void take(Window window) {
        waiting.add(window);
        if (waiting.size() == windowsAtOnce) {
            score();
        }
    }

    private void score() {
        if (!waiting.isEmpty()) {
            nats += scorer.nats(List.copyOf(waiting));
            waiting.clear();
        }
    }
}
