package org.aifactory.engine.training;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.aifactory.engine.Tasks;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;

/**
 * Threads that work side by side, each with one LibTorch thread of its own. LibTorch and OpenBLAS keep separate thread pools that
 * spin against each other; whole tasks side by side use the same cores three times better. See docs/performance.md.
 */
public final class Team implements AutoCloseable {
    private final int size;
    private final ExecutorService threads;

    public Team(int size) {
        this.size = size;
        this.threads = Executors.newFixedThreadPool(size, work -> {
            Thread thread = new Thread(
                    () -> {
                        // LibTorch counts threads per calling thread.
                        torch.set_num_threads(1);
                        work.run();
                    },
                    "training");
            thread.setDaemon(true);
            return thread;
        });
    }

    public int size() {
        return size;
    }

    /** Runs {@code work} once for each member, 0 to size - 1, side by side, and returns when all have ended. */
    public void run(IntConsumer work) {
        run(size, work);
    }

    /**
     * Runs {@code work} once for each of 0 to {@code tasks - 1}, as many side by side as the team has members. What native objects
     * a task makes are freed at its end.
     */
    public void run(int tasks, IntConsumer work) {
        Tasks.results(
                threads,
                IntStream.range(0, tasks)
                        .mapToObj(task -> Executors.callable(() -> scoped(work, task)))
                        .toList());
    }

    private static void scoped(IntConsumer work, int task) {
        try (PointerScope scope = new PointerScope()) {
            work.accept(task);
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
