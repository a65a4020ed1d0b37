package org.aifactory.engine.server;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.node.ObjectNode;

/** The way back to the client of one request. */
final class Exchange {
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Duration stall;
    private final Promise<Void> gone = Promise.promise();

    /**
     * The way back for a request that has just come in.
     *
     * @param stall time for the client to take in one piece of a stream
     */
    Exchange(HttpServerRequest request, Duration stall) {
        this.request = request;
        this.response = request.response();
        this.stall = stall;
        response.closeHandler(_ -> gone.tryComplete());
    }

    /** Has something done as soon as the client goes away, or now if it has gone. */
    void onGone(Runnable work) {
        gone.future().onComplete(_ -> work.run());
    }

    /** Sends the whole answer. */
    void send(ObjectNode json) {
        respond(200, json);
    }

    /** Sends a refusal as the whole answer; where another answer has begun already, breaks it off. */
    void refuse(ApiError refusal) {
        if (response.headWritten()) {
            Connections.cut(request.connection());
            return;
        }
        refusal.headers().forEach(response::putHeader);
        respond(refusal.status(), refusal.json());
    }

    private void respond(int status, ObjectNode json) {
        response.setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(Json.text(json));
    }

    /** Begins a stream of server-sent events. */
    void beginEvents() {
        response.putHeader("Content-Type", "text/event-stream; charset=utf-8")
                .putHeader("Cache-Control", "no-cache")
                // Asks the proxy nginx not to gather a stream before it passes it on.
                .putHeader("X-Accel-Buffering", "no")
                .setChunked(true);
    }

    /**
     * Sends a part of the stream and waits until the client has taken it.
     *
     * @throws ClientGone when it has not done so for too long, or is no longer there
     */
    void write(String events) {
        await(response.write(events));
    }

    /** Closes the stream with its last part. */
    void end(String events) {
        await(response.end(events));
        if (request.version() == HttpVersion.HTTP_1_0) {
            request.connection().close();
        }
    }

    private void await(Future<Void> written) {
        try {
            written.toCompletionStage().toCompletableFuture().get(stall.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException stalled) {
            Connections.cut(request.connection());
            throw new ClientGone();
        } catch (ExecutionException gone) {
            throw new ClientGone();
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new ClientGone();
        }
    }
}
