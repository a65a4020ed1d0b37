package org.aifactory.database;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * A pool of connections before which people wait in a queue: who comes first is served first, so that nobody waits for long while others
 * go ahead, however many come at once. A database that is busy is waited for longer than one that does not answer, which is what the
 * pool's own patience is for.
 */
final class QueuedDataSource extends DelegatingDataSource {
    /** Too many connections, as the server itself says it. */
    private static final String BUSY = "53300";

    private final Semaphore places;
    private final Duration patience;

    /** @param connections that the pool has at most */
    QueuedDataSource(DataSource pool, int connections, Duration patience) {
        super(pool);
        this.places = new Semaphore(connections, true);
        this.patience = patience;
    }

    /** @throws SQLTransientConnectionException when too many others were before; of that nothing is wrong with the database */
    @Override
    public Connection getConnection() throws SQLException {
        await();
        try {
            return leavingAtClose(super.getConnection());
        } catch (SQLException | RuntimeException failure) {
            places.release();
            throw failure;
        }
    }

    private void await() throws SQLException {
        try {
            if (!places.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new SQLTransientConnectionException(
                        "Too many ask at once; none of the connections was free within " + patience.toSeconds()
                                + " seconds.",
                        BUSY);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new SQLTransientConnectionException("Interrupted while waiting for a connection.", stopped);
        }
    }

    @SuppressWarnings("ReferenceEquality")
    private Connection leavingAtClose(Connection connection) {
        AtomicBoolean hasLeft = new AtomicBoolean();
        return (Connection) Proxy.newProxyInstance(
                QueuedDataSource.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("equals")) {
                        return proxy == arguments[0];
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException failure) {
                        throw Objects.requireNonNull(failure.getCause());
                    } finally {
                        if (method.getName().equals("close") && hasLeft.compareAndSet(false, true)) {
                            places.release();
                        }
                    }
                });
    }
}
