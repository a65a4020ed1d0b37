package org.aifactory.engine.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.corpus.TokenShards;

/**
 * Measures bits per byte, here and nowhere else: the sum of nats over every token of a document, its end token included, over
 * ln 2 and the document's UTF-8 bytes. The model sees windows of its context length with a stride of half; a document's first
 * window scores all its tokens, each later one only those that its predecessor did not. Before the first token of each document
 * stands the token that begins texts in the model's tokenizer; in ours that is the end-of-text token. Several documents: the
 * sum of their nats over the sum of their bytes.
 *
 * <p>Of conversations the assistant's turns alone are measured, for they are what a model learns and says: the sum of nats over
 * their words and the tokens that end them, over ln 2 and the UTF-8 bytes of their words. The model sees everything before.
 */
public final class BitsPerByte {
    private static final int TOKENS_AT_ONCE = 1 << 15;
    private static final int READ_TOKENS = 1 << 12;

    private final TokenShards shards;
    private final WindowScorer scorer;
    private final int windowsAtOnce;
    private final WindowCutter cutter;
    private final List<Window> waiting = new ArrayList<>();
    private double nats;
    private long scored;

    private BitsPerByte(TokenShards shards, WindowScorer scorer, int contextLength, long beginning) {
        this.shards = shards;
        this.scorer = scorer;
        this.windowsAtOnce = Math.max(1, TOKENS_AT_ONCE / contextLength);
        // A chat template itself says how a conversation begins.
        OptionalLong before = shards.isFlagged() ? OptionalLong.empty() : OptionalLong.of(beginning);
        this.cutter = new WindowCutter(contextLength, before, this::take);
    }

    /**
     * Scores the documents in the shards in order, ending after {@code tokensMax} tokens. The bytes of a document that is cut
     * there are counted in proportion to its tokens.
     *
     * @param shards texts or conversations
     * @param contextLength longest window, in tokens
     * @param beginning token that stands before each text
     * @throws EngineException of the kind INPUT when there is no text
     */
    public static TextScore measure(
            TokenShards shards, WindowScorer scorer, int contextLength, long beginning, long tokensMax) {
        long tokens = Math.min(shards.tokens(), tokensMax);
        if (tokens == 0 || shards.utf8Bytes() == 0) {
            throw new EngineException(
                    Kind.INPUT, "There is no text to measure bits per byte on; give one with at least a few words.");
        }
        BitsPerByte measurement = new BitsPerByte(shards, scorer, contextLength, beginning);
        double bytes = 0;
        long documents = 0;
        while (documents < shards.documents() && shards.documentStart(documents) < tokens) {
            long start = shards.documentStart(documents);
            long end = shards.documentStart(documents + 1);
            long to = Math.min(end, tokens);
            measurement.document(start, to);
            bytes += shards.documentBytes(documents) * measurement.share(start, to, end);
            documents++;
        }
        measurement.score();
        return new TextScore(measurement.nats, measurement.scored, Math.round(bytes), documents);
    }

    /** Which share of a document's learned tokens stands before {@code to}. */
    private double share(long from, long to, long end) {
        return to == end ? 1 : (double) learned(from, to) / Math.max(1, learned(from, end));
    }

    private long learned(long from, long to) {
        return LongStream.range(from, to).filter(shards::learned).count();
    }

    private void document(long from, long to) {
        long[] tokens = new long[(int) Math.min(READ_TOKENS, to - from)];
        for (long position = from; position < to; position += tokens.length) {
            int count = (int) Math.min(tokens.length, to - position);
            shards.copy(position, count, tokens);
            for (int i = 0; i < count; i++) {
                cutter.accept(tokens[i], shards.learned(position + i));
            }
        }
        cutter.endDocument();
    }

    private void take(Window window) {
        waiting.add(window);
        scored += window.scoredTargets();
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
