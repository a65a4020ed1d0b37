package org.aifactory.chat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * No model is served while the platform is away, since nobody could ask it and somebody would pay. Runs that train go on, as their results
 * are wanted all the same.
 */
@Component
class ServersLifecycle implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(ServersLifecycle.class);
    private static final long LOOK_EVERY_MILLIS = 200;

    private final Waker waker;
    private final ServerSweep sweep;
    private final ServingRuns runs;
    private final ChatSettings settings;
    private final InstantSource clock;
    private volatile Instant begun = Instant.MAX;
    private volatile boolean running;

    ServersLifecycle(Waker waker, ServerSweep sweep, ServingRuns runs, ChatSettings settings, InstantSource clock) {
        this.waker = waker;
        this.sweep = sweep;
        this.runs = runs;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public void start() {
        begun = clock.instant();
        waker.allow(true);
        sweep.endForgotten();
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        waker.allow(false);
        try {
            awaitEnd(sweep.putAllToSleep(begun));
        } catch (RuntimeException failure) {
            LOG.warn("Models may be served on, until the platform is back or their time is over", failure);
        }
    }

    /** Until what they have taken is settled, or for a while; the next start settles what is not. */
    private void awaitEnd(List<UUID> ended) {
        Instant until = Instant.now().plus(settings.farewell());
        while (!ended.stream().allMatch(runs::hasEnded) && Instant.now().isBefore(until)) {
            try {
                Thread.sleep(LOOK_EVERY_MILLIS);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Stopped after the last answers have gone out, and while runs and their machines are still looked after. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 5_000;
    }
}
