package org.aifactory.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;

/** A platform with the founding factories in a folder of its own, as {@code ./aifactory up} starts it. It does not outlive this program. */
final class Platform implements AutoCloseable {
    private static final Pattern FOUNDER = Pattern.compile("founder\\s+http://\\S+/example-people/(\\S+)");
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(5);
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(60);
    private static final Duration ASKED_EVERY = Duration.ofMillis(20);

    private final Path home;
    private final URI address;
    private final Process process;
    private final Thread killer = new Thread(this::end);
    private final StringBuilder said = new StringBuilder();

    private Platform(Path home, URI address, Process process) {
        this.home = home;
        this.address = address;
        this.process = process;
        Runtime.getRuntime().addShutdownHook(killer);
        Thread.ofPlatform().daemon().name("platform").start(this::listen);
    }

    /**
     * Returns at once.
     *
     * @param settings variables for it
     */
    static Platform begin(Path home, Map<String, String> settings) {
        int port = freePort();
        ProcessBuilder builder = new ProcessBuilder(
                        Child.file("aifactory").toString(),
                        "up",
                        "--port",
                        Integer.toString(port),
                        "--home",
                        home.toString(),
                        "--with",
                        "founding")
                .redirectErrorStream(true);
        builder.environment().remove("OPENBLAS_NUM_THREADS");
        builder.environment().putAll(settings);
        try {
            return new Platform(home, URI.create("http://127.0.0.1:" + port), builder.start());
        } catch (IOException failure) {
            throw new EngineException(
                    Kind.RESOURCE, "The platform cannot be started: " + failure.getMessage() + ".", failure);
        }
    }

    /** Returns when the first page has come. */
    static Platform start(Path home, Map<String, String> settings) {
        Platform platform = begin(home, settings);
        try {
            platform.awaitPage();
            return platform;
        } catch (EngineException failure) {
            platform.close();
            throw failure;
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException failure) {
            throw new EngineException(Kind.RESOURCE, "No port is free: " + failure.getMessage() + ".", failure);
        }
    }

    Path home() {
        return home;
    }

    /** Waits for the first page. */
    void awaitPage() {
        try (Api nobody = new Api(address, "")) {
            waitUntil(() -> nobody.answers("/"), "showed no page");
        }
    }

    /** The founder of the example start-up, signed in. */
    Api founder() {
        waitUntil(() -> FOUNDER.matcher(said()).find(), "named no example people");
        Matcher founder = FOUNDER.matcher(said());
        founder.find();
        try (Api nobody = new Api(address, "")) {
            String token = nobody.post("/api/example-people/" + founder.group(1) + "/token", Map.of())
                    .get("token")
                    .asString();
            return new Api(address, token);
        }
    }

    private void waitUntil(BooleanSupplier there, String trouble) {
        long latest = System.nanoTime() + STARTS_WITHIN.toNanos();
        while (!there.getAsBoolean()) {
            if (!process.isAlive() || System.nanoTime() > latest) {
                throw new EngineException(Kind.RESOURCE, "The platform " + trouble + "; it said: " + said().strip());
            }
            pause(ASKED_EVERY);
        }
    }

    static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException interruption) {
            throw Child.interrupted(interruption);
        }
    }

    private void listen() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                say(line);
            }
        } catch (IOException ended) {
            say(String.valueOf(ended.getMessage()));
        }
    }

    private void say(String line) {
        synchronized (said) {
            said.append(line).append('\n');
        }
    }

    private String said() {
        synchronized (said) {
            return said.toString();
        }
    }

    @Override
    public void close() {
        end();
        Runtime.getRuntime().removeShutdownHook(killer);
    }

    /** Jobs outlive a platform; here nobody waits for them. */
    private void end() {
        process.destroy();
        try {
            if (!process.waitFor(STOPS_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interruption) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        List<ProcessHandle> left = ProcessHandle.allProcesses()
                .filter(other -> other.info()
                        .commandLine()
                        .filter(command -> command.contains(home.toString()))
                        .isPresent())
                .toList();
        left.forEach(ProcessHandle::destroyForcibly);
        left.forEach(other -> other.onExit()
                .orTimeout(10, TimeUnit.SECONDS)
                .exceptionally(still -> other)
                .join());
    }
}
