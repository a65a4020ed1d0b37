package org.aifactory.engine.server;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.generation.FinishReason;
import org.aifactory.engine.generation.Generator;
import org.aifactory.engine.generation.Sequence;

/**
 * The one thread that computes, for all users together: between two steps of the generator new sequences join and finished or
 * unwanted ones leave (continuous batching). It never waits for a client.
 */
final class Batcher implements AutoCloseable {
    private final Generator generator;
    private final int together;
    private final Semaphore places;
    private final BlockingQueue<Choice> arrivals = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean closed;

    // Touched by the thread alone.
    private final Deque<Choice> waiting = new ArrayDeque<>();
    private final Map<Sequence, Choice> running = new HashMap<>();

    /**
     * Starts the thread.
     *
     * @param generator which belongs to the batcher from now on
     */
    Batcher(Generator generator, Limits limits) {
        this.generator = generator;
        this.together = limits.together();
        this.places = new Semaphore(limits.together() + limits.waiting());
        this.thread = Thread.ofPlatform().name("batcher").start(this::run);
    }

    /**
     * Lets the choices of an answer take part as soon as there is room.
     *
     * @throws ApiError when too many others wait already
     */
    void submit(List<Choice> choices) {
        if (!places.tryAcquire(choices.size())) {
            throw ApiError.busy();
        }
        arrivals.addAll(choices);
        if (closed) {
            choices.forEach(choice -> choice.answer().fail(ApiError.stopping()));
        }
    }

    /** Whether answers can be given. */
    boolean isAlive() {
        return thread.isAlive() && !closed;
    }

    private void run() {
        try (generator) {
            while (!closed) {
                awaitWork();
                leaveUnwanted();
                join();
                step();
            }
        } finally {
            closed = true;
            failAll();
        }
    }

    private void awaitWork() {
        try {
            if (running.isEmpty() && waiting.isEmpty()) {
                waiting.add(arrivals.take());
            }
            arrivals.drainTo(waiting);
        } catch (InterruptedException closing) {
            closed = true;
        }
    }

    private void leaveUnwanted() {
        int waited = waiting.size();
        waiting.removeIf(choice -> !choice.answer().isWanted());
        places.release(waited - waiting.size());
        List<Sequence> unwanted = running.entrySet().stream()
                .filter(entry -> !entry.getValue().answer().isWanted())
                .map(Map.Entry::getKey)
                .toList();
        unwanted.forEach(this::leave);
    }

    private void join() {
        while (!closed && running.size() < together && !waiting.isEmpty()) {
            Choice choice = waiting.getFirst();
            try {
                running.put(generator.start(choice.request()), choice);
            } catch (EngineException refusal) {
                if (refusal.kind() == Kind.RESOURCE && !running.isEmpty()) {
                    return; // Those who run will free the memory that is missing.
                }
                choice.answer().fail(ApiError.of(refusal));
                places.release();
            } catch (RuntimeException mistake) {
                System.err.println("A request could not be begun: " + mistake);
                choice.answer().fail(ApiError.unexpected());
                places.release();
            } catch (OutOfMemoryError exhausted) {
                choice.answer()
                        .fail(ApiError.unavailable(
                                "There is not enough memory for this request; ask for fewer tokens."));
                places.release();
            }
            waiting.removeFirst();
        }
    }

    private void step() {
        List<Sequence> changed;
        try {
            changed = generator.step();
        } catch (RuntimeException | OutOfMemoryError failure) {
            System.err.println("A step of the model failed, and the answers under way with it: " + failure);
            running.values().forEach(choice -> choice.answer().fail(ApiError.unexpected()));
            leaveUnwanted();
            return;
        }
        changed.forEach(this::hear);
    }

    private void hear(Sequence sequence) {
        Choice choice = Objects.requireNonNull(running.get(sequence));
        FinishReason finished = sequence.finished();
        boolean isToken = sequence.producedLength() > choice.tokens();
        boolean goesOn = !isToken || choice.accept(sequence.lastToken());
        if (finished != null || !goesOn) {
            choice.finish(finished == null ? FinishReason.STOP : finished);
            leave(sequence);
        }
    }

    private void leave(Sequence sequence) {
        generator.stop(sequence);
        running.remove(sequence);
        places.release();
    }

    private void failAll() {
        arrivals.drainTo(waiting);
        running.values().forEach(choice -> choice.answer().fail(ApiError.stopping()));
        waiting.forEach(choice -> choice.answer().fail(ApiError.stopping()));
    }

    /** Ends all answers and waits until the generator's memory is free. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }
}
