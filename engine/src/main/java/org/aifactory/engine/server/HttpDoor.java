package org.aifactory.engine.server;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 by Vert.x. One event loop reads requests and notices clients that leave; each whole request is then answered on a
 * virtual thread of its own, which may wait for its client as long as the limits allow.
 */
final class HttpDoor implements AutoCloseable {
    /** What the operating system keeps of a stream that its client does not read. */
    private static final int SEND_BUFFER_BYTES = 64 << 10;

    private final Api api;
    private final Limits limits;
    private final Vertx vertx;
    private final HttpServer server;
    private final Connections connections;
    private final AtomicLong bodiesBytes = new AtomicLong();

    private HttpDoor(Api api, Limits limits) {
        this.api = api;
        this.limits = limits;
        this.vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        this.connections = new Connections(vertx, limits);
        this.server = vertx.createHttpServer(config())
                .connectionHandler(connections::open)
                .requestHandler(this::receive)
                .invalidRequestHandler(HttpDoor::refuseMalformed)
                .exceptionHandler(_ -> {});
    }

    private static HttpServerConfig config() {
        HttpServerConfig config = new HttpServerConfig().setVersions(HttpVersion.HTTP_1_0, HttpVersion.HTTP_1_1);
        config.getTcpConfig().getTransportConfig().setSendBufferSize(SEND_BUFFER_BYTES);
        return config;
    }

    /**
     * Listens.
     *
     * @throws EngineException of kind RESOURCE when the address cannot be had
     */
    static HttpDoor open(InetSocketAddress address, Api api, Limits limits) {
        HttpDoor door = new HttpDoor(api, limits);
        try {
            door.server
                    .listen(address.getPort(), address.getAddress().getHostAddress())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
            return door;
        } catch (CompletionException failure) {
            door.vertx.close().toCompletionStage().toCompletableFuture().join(); // There is no answer to wait for.
            throw refusal(address, failure.getCause());
        }
    }

    private static EngineException refusal(InetSocketAddress address, @Nullable Throwable cause) {
        String reason = cause instanceof IOException ? String.valueOf(cause.getMessage()) : String.valueOf(cause);
        return new EngineException(
                Kind.RESOURCE,
                "The port " + address.getPort() + " of " + address.getAddress().getHostAddress()
                        + " cannot be listened on (" + reason
                        + "); choose another with --port, or any free one with --port 0.",
                cause);
    }

    int port() {
        return server.actualPort();
    }

    private void receive(HttpServerRequest request) {
        Exchange exchange = new Exchange(request, limits.stall());
        request.response().endHandler(_ -> vertx.runOnContext(_ -> connections.awaitRequest(request.connection())));
        try {
            Api.Endpoint endpoint = api.route(
                    request.method().name(),
                    String.valueOf(request.path()),
                    request.getHeader("Authorization"),
                    request.getHeader("Origin"));
            requireSmall(request);
            readBody(request, exchange, endpoint);
        } catch (ApiError refusal) {
            exchange.refuse(refusal);
        }
    }

    private void requireSmall(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        if (length != null && Long.parseLong(length) > limits.bodyBytes()) {
            throw ApiError.tooLarge(limits.bodyBytes());
        }
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            request.response().writeContinue();
        }
    }

    private void readBody(HttpServerRequest request, Exchange exchange, Api.Endpoint endpoint) {
        Body body = new Body(limits, bodiesBytes);
        request.exceptionHandler(_ -> body.drop());
        request.handler(part -> {
            if (request.response().ended()) {
                return; // Refused; the rest of it passes unread.
            }
            try {
                body.add(part.getBytes());
            } catch (ApiError refusal) {
                exchange.refuse(refusal);
            }
        });
        request.endHandler(_ -> {
            if (!request.response().ended()) {
                connections.stopTimer(request.connection());
                Thread.ofVirtual().name("request").start(() -> answer(body, exchange, endpoint));
            }
        });
    }

    private static void answer(Body body, Exchange exchange, Api.Endpoint endpoint) {
        try {
            Api.Reply reply;
            try {
                reply = endpoint.read(body.bytes());
            } finally {
                body.drop();
            }
            reply.sendTo(exchange);
        } catch (ApiError refusal) {
            exchange.refuse(refusal);
        } catch (EngineException refusal) {
            exchange.refuse(ApiError.of(refusal));
        } catch (ClientGone gone) {
            return; // Whoever asked does not wait any more.
        } catch (RuntimeException | Error failure) {
            System.err.println("A request could not be answered: " + failure);
            exchange.refuse(ApiError.unexpected());
        }
    }

    private static void refuseMalformed(HttpServerRequest request) {
        new Exchange(request, Duration.ZERO)
                .refuse(ApiError.malformed(request.decoderResult().cause()));
        request.connection().close();
    }

    /** Takes no new requests, gives answers under way a moment to end, and closes all connections. */
    @Override
    public void close() {
        try {
            server.shutdown(limits.grace())
                    .eventually(vertx::close)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .completeOnTimeout(null, limits.grace().plusSeconds(1).toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        } catch (RejectedExecutionException ended) {
            // All had ended before it could be waited for, and with it the thread that would have said so.
            return;
        }
    }
}
