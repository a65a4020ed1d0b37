package org.aifactory.engine.distributed;

import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.StringVector;
import org.jspecify.annotations.Nullable;

/**
 * A thread that shows the others that this process lives, and looks whether they do: the first looks after all, and the others after the
 * first. It hears also what is said to all at any time: the last words of the first, and why somebody cannot go on. So nobody who waits
 * for the others waits for ever, however long the first takes for what it does alone.
 */
final class Pulse implements AutoCloseable {
    static final String END = "end";
    static final String FAILED = "failed";
    /** How many have heard the last words. */
    static final String HEARD = "heard";

    private static final String BEATS = "beats-";
    private static final long EVERY_NANOS = 500_000_000L;
    /** Longer than a process can be held up by anything but its death, or that of its machine. */
    private static final long SILENCE_MAX_NANOS = 30_000_000_000L;

    private final Store store;
    private final Membership me;
    private final long[] beats;
    private final long[] heardAt;
    private final Thread thread;
    private volatile boolean closed;
    private volatile @Nullable String ended;
    private volatile @Nullable String lost;

    /** The first misses nobody before all have come. */
    private volatile boolean watching;

    Pulse(Store store, Membership me) {
        this.store = store;
        this.me = me;
        this.beats = new long[me.size()];
        this.heardAt = new long[me.size()];
        if (me.rank() > 0) {
            watch();
        }
        this.thread = Thread.ofPlatform().daemon().name("pulse").start(this::beat);
    }

    /** From now on whoever is silent is lost: all have been there. */
    void watch() {
        Arrays.fill(heardAt, System.nanoTime());
        watching = true;
    }

    private void beat() {
        while (!closed) {
            try {
                look();
            } catch (RuntimeException failure) {
                if (!closed) {
                    lost = me.rank() == 0
                            ? "The other processes cannot be heard any more (" + GlooGroup.firstLine(failure) + ")."
                            : "The first process of this training has ended, or cannot be reached any more.";
                }
                return;
            }
            LockSupport.parkNanos(EVERY_NANOS);
        }
    }

    private void look() {
        store.add(BEATS + me.rank(), 1);
        IntStream others = me.rank() == 0 ? IntStream.range(1, me.size()) : IntStream.of(0);
        others.forEach(rank -> {
            long heard = store.add(BEATS + rank, 0);
            if (heard != beats[rank]) {
                beats[rank] = heard;
                heardAt[rank] = System.nanoTime();
            }
        });
        if (knows(FAILED)) {
            lost = store.get_to_str(FAILED);
        }
        if (me.rank() != 0 && knows(END)) {
            ended = store.get_to_str(END);
            store.add(HEARD, 1);
            closed = true;
        }
    }

    private boolean knows(String name) {
        try (StringVector names = new StringVector(name)) {
            return store.check(names);
        }
    }

    /**
     * To be called again and again by whoever waits.
     *
     * @throws GroupEndedException where the first has ended the work
     * @throws GroupLostException where somebody is gone
     */
    void check() {
        if (ended != null) {
            throw new GroupEndedException(ended);
        }
        if (lost != null) {
            throw new GroupLostException(lost);
        }
        if (watching) {
            IntStream others = me.rank() == 0 ? IntStream.range(1, me.size()) : IntStream.of(0);
            others.filter(rank -> System.nanoTime() - heardAt[rank] > SILENCE_MAX_NANOS)
                    .findFirst()
                    .ifPresent(rank -> {
                        throw new GroupLostException("Process " + rank + " of 0 to " + (me.size() - 1)
                                + " has not been heard for " + SILENCE_MAX_NANOS / 1_000_000_000L + " seconds.");
                    });
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(2 * EVERY_NANOS / 1_000_000);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }
}
