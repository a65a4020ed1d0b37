package org.aifactory.engine.training;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
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
        List<Future<?>> running = new ArrayList<>();
        for (int task = 0; task < tasks; task++) {
            int index = task;
            running.add(threads.submit(() -> {
                try (PointerScope scope = new PointerScope()) {
                    work.accept(index);
                }
            }));
        }
        for (Future<?> task : running) {
            await(task);
        }
    }

    private static void await(Future<?> task) {
        try {
            task.get();
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(failure.getCause());
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while training", interruption);
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
