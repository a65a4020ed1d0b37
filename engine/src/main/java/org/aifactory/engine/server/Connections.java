package org.aifactory.engine.server;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts connections, and closes those that take too long to say what they want: the time runs until the whole request is there,
 * so that sending it byte by byte gains nothing. For the event loop's thread alone.
 */
final class Connections {
    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final int max;
    private final Duration patience;
    private final Map<HttpConnection, Long> timers = new HashMap<>();

    Connections(Vertx vertx, Limits limits) {
        this.vertx = vertx;
        this.max = limits.connections();
        this.patience = limits.patience();
    }

    /** A new connection. */
    void open(HttpConnection connection) {
        if (timers.size() >= max) {
            connection.close();
            return;
        }
        timers.put(connection, NO_TIMER);
        connection.closeHandler(_ -> close(connection));
        awaitRequest(connection);
    }

    private void close(HttpConnection connection) {
        stopTimer(connection);
        timers.remove(connection);
    }

    /** The client may say now what it wants. */
    void awaitRequest(HttpConnection connection) {
        stopTimer(connection);
        timers.computeIfPresent(connection, (_, _) -> vertx.setTimer(patience.toMillis(), _ -> cut(connection)));
    }

    /**
     * Closes a connection whatever is still to be sent on it. Vert.x itself, asked to close or to shut down, first waits until all has
     * been sent, and so without end for a client that reads nothing; beneath it, Netty does not.
     */
    static void cut(HttpConnection connection) {
        var _ = ((HttpServerConnection) connection).channelHandlerContext().close();
    }

    /** The client has said what it wants, and it is its turn to wait. */
    void stopTimer(HttpConnection connection) {
        timers.computeIfPresent(connection, (_, timer) -> {
            vertx.cancelTimer(timer);
            return NO_TIMER;
        });
    }
}
