package org.aifactory.engine;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.aifactory.engine.EngineException.Kind;

/** Work that other threads do; a failure is thrown here as it was thrown there. */
public final class Tasks {
    private Tasks() {}

    /**
     * Runs all tasks.
     *
     * @return what they made, in their order, when the last has ended; also a failure is thrown only then, because the caller
     *     frees what they work on
     */
    public static <T> List<T> results(ExecutorService threads, Collection<? extends Callable<T>> tasks) {
        try {
            return threads.invokeAll(tasks).stream().map(Tasks::result).toList();
        } catch (InterruptedException interruption) {
            throw interrupted(interruption);
        }
    }

    /** What a task made, when it has ended. */
    public static <T> T result(Future<T> task) {
        try {
            return task.get();
        } catch (InterruptedException interruption) {
            throw interrupted(interruption);
        } catch (ExecutionException failure) {
            switch (failure.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw new IllegalStateException(failure);
            }
        }
    }

    private static EngineException interrupted(InterruptedException interruption) {
        Thread.currentThread().interrupt();
        return new EngineException(Kind.RESOURCE, "The work was interrupted; start again.", interruption);
    }
}
