package org.aifactory.engine.generation;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.FreeMemory;
import org.aifactory.engine.model.ModelConfig;

/**
 * Continues any number of sequences at once. Between two steps sequences join and leave as they like: a step reads a piece of the
 * prompt of those that are new and one token of each of the others, all in one pass (Yu et al. 2022, Orca, OSDI). For one thread
 * at a time.
 */
public final class Generator implements AutoCloseable {
    /** Most rows of one pass: enough for full speed on prompts, few enough that those who wait for their next token hardly notice. */
    private static final int ROWS_PER_STEP = 128;
    /** Sequences of a list that run at the same time; more would take memory and bring little speed. */
    private static final int TOGETHER = 32;
    /** Share of the free memory that caches leave to everything else. */
    private static final double MEMORY_LEFT_FREE = 0.1;

    private final ModelConfig config;
    private final CachedDecoder decoder;
    private final List<Sequence> active = new ArrayList<>();

    /**
     * A generator on all cores.
     *
     * @param flat the model's weights, float32 in the order of {@link org.aifactory.engine.model.WeightLayout}; it must outlive
     *     the generator
     */
    public Generator(ModelConfig config, MemorySegment flat) {
        this(config, flat, Runtime.getRuntime().availableProcessors());
    }

    /** A generator that computes on {@code threads} threads, the caller's among them. */
    public Generator(ModelConfig config, MemorySegment flat, int threads) {
        this.config = config;
        this.decoder = new CachedDecoder(config, flat, threads);
    }

    /** Sequences that have not ended. */
    public int active() {
        return active.size();
    }

    /**
     * Checks a request and lets it take part from the next step on.
     *
     * @throws EngineException of kind INPUT when the prompt is empty, longer than the context or not made of the model's tokens, and
     *     of kind RESOURCE when there is no memory for its keys and values now
     */
    public Sequence start(GenerationRequest request) {
        check(request);
        int capacity = (int) Math.min(config.contextLength(), request.prompt().length + (long) request.maxTokens()) - 1;
        Sequence sequence = new Sequence(request, reserve(capacity));
        active.add(sequence);
        return sequence;
    }

    private void check(GenerationRequest request) {
        int length = request.prompt().length;
        if (length == 0) {
            throw new EngineException(
                    Kind.INPUT, "The prompt is empty; give the model at least one token to continue.");
        }
        if (length >= config.contextLength()) {
            throw new EngineException(
                    Kind.INPUT,
                    "The prompt has " + length + " tokens, but this model's context holds " + config.contextLength()
                            + " together with the answer; shorten it.");
        }
        if (request.maxTokens() < 1) {
            throw new EngineException(
                    Kind.INPUT, "The number of tokens to produce must be at least 1, not " + request.maxTokens() + ".");
        }
        for (int token : request.prompt()) {
            if (token < 0 || token >= config.vocabularySize()) {
                throw new EngineException(
                        Kind.MODEL,
                        "The tokenizer made token " + token + ", but the model knows only " + config.vocabularySize()
                                + " tokens; the tokenizer does not belong to this model.");
            }
        }
    }

    private KeyValueCache reserve(int capacity) {
        long needed = KeyValueCache.bytes(config, capacity);
        long free = (long) (FreeMemory.bytes() * (1 - MEMORY_LEFT_FREE));
        if (needed > free) {
            throw new EngineException(
                    Kind.RESOURCE,
                    "The keys and values of " + capacity + " tokens need " + (needed >> 20)
                            + " MiB of memory, but only " + (free >> 20)
                            + " MiB are free; ask for fewer tokens or wait until others have ended.");
        }
        return new KeyValueCache(config, capacity);
    }

    /**
     * One pass through the model.
     *
     * @return the sequences to which this step brought a token or their end; those that ended take no further part
     */
    public List<Sequence> step() {
        List<Sequence> taking = new ArrayList<>();
        List<CachedDecoder.Chunk> chunks = new ArrayList<>();
        int rows = ROWS_PER_STEP;
        for (Sequence sequence : active) {
            if (rows == 0) {
                break;
            }
            CachedDecoder.Chunk chunk = sequence.unread(rows);
            taking.add(sequence);
            chunks.add(chunk);
            rows -= chunk.size();
        }
        if (chunks.isEmpty()) {
            return List.of();
        }
        float[] logits = decoder.forward(chunks);
        List<Sequence> changed = new ArrayList<>();
        for (int i = 0; i < taking.size(); i++) {
            Sequence sequence = taking.get(i);
            if (sequence.isRead()) {
                sequence.choose(logits, i * config.vocabularySize(), config.vocabularySize());
                changed.add(sequence);
            }
        }
        taking.stream().filter(sequence -> sequence.finished() != null).forEach(this::leave);
        return changed;
    }

    /** Ends a sequence that nobody wants to hear more of. */
    public void stop(Sequence sequence) {
        sequence.finish(FinishReason.STOP);
        leave(sequence);
    }

    private void leave(Sequence sequence) {
        if (active.remove(sequence)) {
            sequence.cache().close();
        }
    }

    /** Continues all requests together and returns what each of them ended with, in their order. */
    public List<Sequence> generate(List<GenerationRequest> requests) {
        List<Sequence> sequences = new ArrayList<>();
        while (sequences.size() < requests.size()
                || sequences.stream().anyMatch(sequence -> sequence.finished() == null)) {
            while (sequences.size() < requests.size() && active.size() < TOGETHER) {
                sequences.add(start(requests.get(sequences.size())));
            }
            step();
        }
        return sequences;
    }

    @Override
    public void close() {
        List.copyOf(active).forEach(this::stop);
        decoder.close();
    }
}
