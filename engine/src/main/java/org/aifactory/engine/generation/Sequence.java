package org.aifactory.engine.generation;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One sequence on its way through a {@link Generator}: its prompt, and the tokens produced so far. */
public final class Sequence {
    private final GenerationRequest request;
    private final KeyValueCache cache;
    private final Sampler sampler;
    private final int[] tokens;
    private int length;
    private @Nullable FinishReason finished;

    Sequence(GenerationRequest request, KeyValueCache cache) {
        this.request = request;
        this.cache = cache;
        this.sampler = new Sampler(request.sampling());
        this.length = request.prompt().length;
        this.tokens = Arrays.copyOf(request.prompt(), cache.capacity() + 1);
        for (int token : request.prompt()) {
            sampler.accept(token);
        }
    }

    /** Number of tokens of the prompt. */
    public int promptLength() {
        return request.prompt().length;
    }

    /** Tokens produced so far, without the prompt and without a stop token. */
    public int[] produced() {
        return Arrays.copyOfRange(tokens, promptLength(), length);
    }

    /** Number of tokens produced so far. */
    public int producedLength() {
        return length - promptLength();
    }

    /** The token produced last. */
    public int lastToken() {
        return tokens[length - 1];
    }

    /** Why the sequence ended, or null while it has not. */
    public @Nullable FinishReason finished() {
        return finished;
    }

    KeyValueCache cache() {
        return cache;
    }

    /** The tokens that the model has not read yet, but no more than {@code rows} of them. */
    CachedDecoder.Chunk unread(int rows) {
        int from = cache.length();
        return new CachedDecoder.Chunk(cache, tokens, from, Math.min(length, from + rows));
    }

    boolean isRead() {
        return cache.length() == length;
    }

    /**
     * Chooses the next token.
     *
     * @return whether there is a new token; a stop token is none
     */
    boolean choose(float[] logits, int from, int vocabulary) {
        int token = sampler.next(logits, from, vocabulary);
        if (request.stopTokens().contains(token)) {
            finish(FinishReason.STOP);
            return false;
        }
        sampler.accept(token);
        tokens[length++] = token;
        if (length == tokens.length) {
            finish(FinishReason.LENGTH);
        }
        return true;
    }

    void finish(FinishReason reason) {
        if (finished == null) {
            finished = reason;
        }
    }
}
