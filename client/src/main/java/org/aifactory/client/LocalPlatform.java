package org.aifactory.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.aifactory.client.server.ClientException;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.terminal.Plain;
import org.jspecify.annotations.Nullable;

/** A platform on this machine that lives as long as this program: {@code aifactory up} with example data, as a person would start it. */
final class LocalPlatform implements AutoCloseable {
    private static final Pattern ADDRESS = Pattern.compile("AI Factory is up at (http://127\\.0\\.0\\.1:\\d+)");
    private static final Pattern PERSON =
            Pattern.compile("(founder|factory operator)\\s+(http://127\\.0\\.0\\.1:\\d+/example-people/(\\S+))");
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(15);
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(60);
    private static final int LINES_KEPT = 20;

    private final Process process;
    private final Path log;
    private final Deque<String> lastLines = new ArrayDeque<>();
    private final CompletableFuture<Door> door = new CompletableFuture<>();
    private @Nullable URI address;
    private @Nullable Key founder;

    /**
     * How an example person gets in.
     *
     * @param link signs a browser on this machine in
     * @param code the same for programs
     */
    record Key(URI link, String code) {}

    /** Where it is, and who gets in. */
    record Door(URI address, Key founder, Key operator) {}

    private LocalPlatform(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** @param home where it keeps everything */
    static LocalPlatform start(Path root, Path home, int port) {
        List<String> command = new ArrayList<>(List.of(
                root.resolve("aifactory").toString(),
                "up",
                "--port",
                Integer.toString(port),
                "--home",
                home.toString(),
                "--with",
                "founding"));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                    .start();
            LocalPlatform platform = new LocalPlatform(process, home.resolve("log"));
            Thread.ofPlatform().daemon().name("platform").start(platform::read);
            return platform;
        } catch (IOException failure) {
            throw new ClientException(
                    ExitStatus.UNREACHABLE, "The platform cannot be started: " + failure.getMessage(), failure);
        }
    }

    /** Waits until it answers; {@code waiting} is called while it does not. */
    Door door(Runnable waiting) {
        long latest = System.nanoTime() + STARTS_WITHIN.toNanos();
        while (System.nanoTime() < latest) {
            try {
                return door.get(200, TimeUnit.MILLISECONDS);
            } catch (TimeoutException notYet) {
                waiting.run();
            } catch (ExecutionException failure) {
                throw new ClientException(ExitStatus.UNREACHABLE, "The platform did not start. " + words(), failure);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new ClientException(ExitStatus.STOPPED, "Stopped.", stopped);
            }
        }
        throw new ClientException(
                ExitStatus.UNREACHABLE,
                "The platform did not start within " + STARTS_WITHIN.toMinutes() + " minutes. " + words()
                        + "\nIts log is in " + log + ".");
    }

    private void read() {
        try (BufferedReader reader = process.inputReader()) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                take(line);
            }
        } catch (IOException broken) {
            // It has ended, which is told below.
        }
        door.completeExceptionally(new IOException("it ended"));
    }

    private void take(String line) {
        synchronized (lastLines) {
            lastLines.add(Plain.line(line));
            if (lastLines.size() > LINES_KEPT) {
                lastLines.removeFirst();
            }
        }
        Matcher up = ADDRESS.matcher(line);
        if (up.find()) {
            address = URI.create(up.group(1));
        }
        Matcher person = PERSON.matcher(line);
        if (address != null && person.find()) {
            admit(address, person.group(1), new Key(URI.create(person.group(2)), person.group(3)));
        }
    }

    /** The founder is told of before the operator. */
    private void admit(URI platform, String who, Key key) {
        if (who.equals("founder")) {
            founder = key;
        } else if (founder != null) {
            door.complete(new Door(platform, founder, key));
        }
    }

    private String words() {
        synchronized (lastLines) {
            return lastLines.isEmpty() ? "It said nothing." : "It said: " + String.join("\n  ", lastLines);
        }
    }

    /** Returns when it has ended, by Ctrl-C or by itself. */
    int waitFor() {
        try {
            return process.waitFor();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return ExitStatus.STOPPED.number();
        }
    }

    /** It ends what it started, and its database last. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOPS_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stopped) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
