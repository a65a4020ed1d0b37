package org.aifactory.engine.training;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * SIGINT and SIGTERM as a request: the work ends at the next good place, and the process when that is done. Close it when nothing is
 * left to be done.
 */
final class StopRequest implements AutoCloseable {
    /** What is prepared can be made again, so it is not worth a longer wait. */
    private static final long PREPARATION_GRACE_SECONDS = 10;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::onShutdown, "stop");
    private volatile boolean made;
    private volatile boolean training;

    /** Thrown by {@link #check} where the work is to end. */
    static final class StoppedException extends RuntimeException {
        StoppedException() {
            super("asked to stop", null, false, false);
        }
    }

    private StopRequest() {}

    /** Listens from now on. */
    static StopRequest listen() {
        StopRequest request = new StopRequest();
        Runtime.getRuntime().addShutdownHook(request.hook);
        return request;
    }

    void make() {
        made = true;
    }

    boolean isMade() {
        return made;
    }

    /** Ends what is being prepared, where a stop was asked for. */
    void check() {
        if (made) {
            throw new StoppedException();
        }
    }

    /** From now on a stop waits for the end of a step and its checkpoint, however long that takes. */
    void trainingBegins() {
        training = true;
    }

    /** Java ends the process when this returns. */
    private void onShutdown() {
        make();
        try {
            boolean done = ended.await(PREPARATION_GRACE_SECONDS, TimeUnit.SECONDS);
            if (!done && training) {
                ended.await();
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // The process is on its way out already, and the hook has done its work.
        }
    }
}
