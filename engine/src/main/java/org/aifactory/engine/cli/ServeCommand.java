package org.aifactory.engine.cli;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.generation.LanguageModel;
import org.aifactory.engine.server.Limits;
import org.aifactory.engine.server.ModelServer;
import org.aifactory.engine.server.ServerOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Offers a model over OpenAI's HTTP API: /v1/chat/completions, /v1/completions, /v1/models.",
            "Without a key only programs on this machine can use it. Ctrl-C ends it."
        },
        footer = {"", "Example:", "  AIFACTORY_API_KEY=… ./aifactory engine serve my-model --host 0.0.0.0"})
final class ServeCommand implements Callable<Integer> {
    private static final String KEY_VARIABLE = "AIFACTORY_API_KEY";
    private static final int PORT_MAX = 65_535;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Folder of a model.")
    private Path folder = Path.of("");

    @Option(
            names = "--port",
            paramLabel = "P",
            description = "Port to listen on, 0 for any free one (default: " + ServerOptions.PORT + ").")
    private int port = ServerOptions.PORT;

    @Option(
            names = "--api-key",
            paramLabel = "K",
            description = "What clients must send as their API key (default: the environment variable " + KEY_VARIABLE
                    + ", which other users of this machine cannot see).")
    private @Nullable String apiKey;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description = "Address to listen on, 0.0.0.0 for all; other than the default only with a key (default: "
                    + ServerOptions.LOOPBACK + ").")
    private String host = ServerOptions.LOOPBACK;

    @Override
    public Integer call() {
        if (port < 0 || port > PORT_MAX) {
            throw new EngineException(Kind.INPUT, "--port must be from 0 to " + PORT_MAX + ", not " + port + ".");
        }
        Optional<String> key = Optional.ofNullable(apiKey).or(() -> Optional.ofNullable(System.getenv(KEY_VARIABLE)));
        String name = name();
        ModelServer server =
                ModelServer.start(LanguageModel.load(folder), name, new ServerOptions(host, port, key, Limits.DEFAULT));
        announce(server, name, key.isPresent());
        awaitSignal(server);
        return 0;
    }

    private String name() {
        Path last = folder.toAbsolutePath().normalize().getFileName();
        return last == null ? "model" : last.toString();
    }

    private void announce(ModelServer server, String name, boolean hasKey) {
        InetSocketAddress address = server.address();
        String url = "http://"
                + (address.getAddress() instanceof java.net.Inet6Address
                        ? "[" + address.getAddress().getHostAddress() + "]"
                        : address.getAddress().getHostAddress())
                + ":" + address.getPort();
        String header = hasKey ? " -H \"Authorization: Bearer $" + KEY_VARIABLE + "\"" : "";
        Objects.requireNonNull(spec)
                .commandLine()
                .getErr()
                .printf(
                        """
                Serving %s on %s%s
                Try it:
                  curl %s/v1/chat/completions -H "Content-Type: application/json"%s \\
                    -d '{"model": "%s", "messages": [{"role": "user", "content": "Hello"}]}'
                Ctrl-C ends it.
                """,
                        name,
                        url,
                        hasKey ? "" : ", for programs on this machine only, because there is no API key",
                        url,
                        header,
                        name);
    }

    /** Blocks until SIGINT or SIGTERM, and lets the process go only when the server has ended in order. */
    private static void awaitSignal(ModelServer server) {
        CountDownLatch asked = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            server.close();
            // A server that ends because it was asked to has not failed.
            Runtime.getRuntime().halt(0);
        }));
        try {
            asked.await();
        } catch (InterruptedException interruption) {
            server.close();
        }
    }
}
