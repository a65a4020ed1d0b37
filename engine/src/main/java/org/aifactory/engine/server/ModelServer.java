package org.aifactory.engine.server;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.generation.LanguageModel;

/** A model behind OpenAI's API, for any number of users at once. */
public final class ModelServer implements AutoCloseable {
    private static final long RESOLVING_SECONDS = 3;

    private final InetAddress address;
    private final Batcher batcher;
    private final HttpDoor door;

    private ModelServer(InetAddress address, Batcher batcher, HttpDoor door) {
        this.address = address;
        this.batcher = batcher;
        this.door = door;
    }

    /**
     * Starts to serve.
     *
     * @param name by which clients call the model
     * @throws EngineException of kind INPUT when the host or the key cannot be used, or others than this machine could reach a server
     *     that has no key; of kind RESOURCE when the address cannot be had
     */
    public static ModelServer start(LanguageModel model, String name, ServerOptions options) {
        Optional<ApiKey> key = options.apiKey().map(ApiKey::new);
        InetAddress address = resolve(options.host());
        if (key.isEmpty() && !address.isLoopbackAddress()) {
            throw new EngineException(
                    Kind.INPUT,
                    "Without an API key the server listens on the loopback address only; give --api-key or AIFACTORY_API_KEY to listen on "
                            + options.host() + ".");
        }
        Batcher batcher = new Batcher(model.generator(), options.limits());
        try {
            Api api = new Api(model, name, key, batcher, options.limits());
            HttpDoor door = HttpDoor.open(new InetSocketAddress(address, options.port()), api, options.limits());
            return new ModelServer(address, batcher, door);
        } catch (RuntimeException failure) {
            batcher.close();
            throw failure;
        }
    }

    /** The system may ask far away who a host is and wait long for an answer, which an address of this machine never takes. */
    private static InetAddress resolve(String host) {
        CompletableFuture<InetAddress> answer = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                answer.complete(InetAddress.getByName(host));
            } catch (UnknownHostException unknown) {
                answer.completeExceptionally(unknown);
            }
        });
        try {
            return answer.orTimeout(RESOLVING_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException unknown) {
            throw new EngineException(
                    Kind.INPUT,
                    "The host " + host
                            + " is not known; give --host an address or a name of this machine, such as 127.0.0.1 or 0.0.0.0.",
                    unknown.getCause());
        }
    }

    /** Where the server listens. */
    public InetSocketAddress address() {
        return new InetSocketAddress(address, door.port());
    }

    /** Takes no new requests, gives those under way a moment to end, and frees the model. */
    @Override
    public void close() {
        door.close();
        batcher.close();
    }
}
