package org.aifactory.training;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.stereotype.Component;

/**
 * Looks after all runs: hands those that wait to their machines, and asks the machines about the rest. Of all instances of the platform
 * on one database one conducts, the one whose connection holds the advisory lock, so that work is not done twice; where it is done
 * twice all the same, around the loss of a connection, nothing is doubled, since all that leaves a trace is named beforehand.
 */
@Component
class Conductor implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Conductor.class);
    private static final long LOCK = 0x7472_6169_6eL;
    /** Looking takes a tenth of the time at most. */
    private static final int PAUSES = 9;

    private final DataSource database;
    private final ObjectProvider<Dispatcher> dispatcher;
    private final ObjectProvider<Tracker> tracker;
    private final TrainingSettings settings;
    private final Semaphore news = new Semaphore(0);
    private volatile boolean running;
    private volatile Thread thread = Thread.currentThread();

    Conductor(
            DataSource database,
            ObjectProvider<Dispatcher> dispatcher,
            ObjectProvider<Tracker> tracker,
            TrainingSettings settings) {
        this.database = database;
        this.dispatcher = dispatcher;
        this.tracker = tracker;
        this.settings = settings;
    }

    /** Something has changed; look at once. */
    void nudge() {
        news.release();
    }

    @Override
    public void start() {
        running = true;
        thread = Thread.ofPlatform().daemon().name("training").start(this::conduct);
    }

    /** The runs go on. */
    @Override
    public void stop() {
        running = false;
        nudge();
        try {
            thread.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** After the machines, whose jobs it asks for, and before the server takes requests. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 10_000;
    }

    private void conduct() {
        while (running) {
            try (Connection connection = database.getConnection()) {
                conductBy(connection);
            } catch (SQLException | RuntimeException failure) {
                if (running) {
                    LOG.warn("Runs cannot be looked after just now", failure);
                }
            }
            pause(settings.lookEvery());
        }
    }

    private void conductBy(Connection connection) throws SQLException {
        JdbcClient jdbc = JdbcClient.create(new SingleConnectionDataSource(connection, true));
        if (!lock(jdbc, "pg_try_advisory_lock")) {
            return;
        }
        LOG.info("This instance looks after runs");
        try {
            while (running && holds(jdbc)) {
                long begin = System.nanoTime();
                dispatcher.getObject().look();
                tracker.getObject().look();
                Duration took = Duration.ofNanos(System.nanoTime() - begin).multipliedBy(PAUSES);
                pause(took.compareTo(settings.lookEvery()) > 0 ? took : settings.lookEvery());
            }
        } finally {
            // The connection goes back to a pool, where nobody would know of the lock.
            if (!connection.isClosed() && connection.isValid(1)) {
                lock(jdbc, "pg_advisory_unlock");
            }
        }
    }

    /** Fails where the connection is lost, and the lock with it. */
    private static boolean holds(JdbcClient jdbc) {
        return jdbc.sql("select true").query(Boolean.class).single();
    }

    private static boolean lock(JdbcClient jdbc, String how) {
        return jdbc.sql("select " + how + "(:lock)")
                .param("lock", LOCK)
                .query(Boolean.class)
                .single();
    }

    private void pause(Duration most) {
        try {
            if (news.tryAcquire(most.toMillis(), TimeUnit.MILLISECONDS)) {
                news.drainPermits();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            running = false;
        }
    }
}
