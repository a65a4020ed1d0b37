package org.aifactory.engine.generation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A few threads that share the pieces of one short job after another: a token needs dozens of matrix products of tens of
 * microseconds each, for which a thread pool's wake-up is too slow. A member looks for work for a moment before it goes to sleep.
 * One thread at a time, the owner, hands out work; it does its share itself.
 */
final class Crew implements AutoCloseable {
    private static final int LOOKS_BEFORE_SLEEP = 2_000;

    /** One job: pieces 0 to {@code pieces - 1}, each done once by whichever member takes it. */
    private static final class Job {
        final IntConsumer work;
        final int pieces;
        final AtomicInteger taken = new AtomicInteger();
        final AtomicInteger done = new AtomicInteger();
        volatile @Nullable Throwable failure;

        Job(IntConsumer work, int pieces) {
            this.work = work;
            this.pieces = pieces;
        }

        void help() {
            int piece;
            while ((piece = taken.getAndIncrement()) < pieces) {
                try {
                    work.accept(piece);
                } catch (RuntimeException | Error caught) {
                    failure = caught;
                } finally {
                    done.incrementAndGet();
                }
            }
        }
    }

    private final List<Thread> helpers = new ArrayList<>();
    private volatile @Nullable Job current;
    private volatile boolean closed;

    /** A crew of {@code size} members, the owner among them. */
    Crew(int size) {
        for (int i = 1; i < size; i++) {
            helpers.add(Thread.ofPlatform().daemon().name("decoder-" + i).start(this::serve));
        }
    }

    int size() {
        return helpers.size() + 1;
    }

    /** Runs {@code work} on 0 to {@code pieces - 1}, in any order and at the same time, and returns when all are done. */
    void share(int pieces, IntConsumer work) {
        if (pieces == 1 || helpers.isEmpty()) {
            for (int piece = 0; piece < pieces; piece++) {
                work.accept(piece);
            }
            return;
        }
        Job job = new Job(work, pieces);
        current = job;
        helpers.forEach(LockSupport::unpark);
        job.help();
        while (job.done.get() < pieces) {
            Thread.onSpinWait();
        }
        if (job.failure != null) {
            throw new IllegalStateException("a piece of the work failed", job.failure);
        }
    }

    private void serve() {
        @Nullable Job last = null;
        int looks = 0;
        while (!closed) {
            Job job = current;
            if (job != null && job != last) {
                job.help();
                last = job;
                looks = 0;
            } else if (++looks < LOOKS_BEFORE_SLEEP) {
                Thread.onSpinWait();
            } else {
                LockSupport.park(this);
                looks = 0;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        helpers.forEach(LockSupport::unpark);
    }
}
