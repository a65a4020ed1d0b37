package org.aifactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.aifactory.database.TestDatabase;

/** {@code aifactory up} as a process of its own, in a home folder of its own, to be killed and started again. */
public final class PlatformProcess implements AutoCloseable {
    private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:\\d+");
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** The environment of a platform that finds the project's examples and its engine, which is built before these tests. */
    public static final Map<String, String> IN_PROJECT = Map.of("JAVA_TOOL_OPTIONS", "-Daifactory.root=..");

    private static final int MOST_LOOKS = 100;
    private static final Pattern CODE = Pattern.compile("/first-administrator\\?code=(\\S+)");

    private final Process process;
    private final Path words;
    private final String address;

    private PlatformProcess(Process process, Path words, String address) {
        this.process = process;
        this.words = words;
        this.address = address;
    }

    /** Returns when it answers. */
    public static PlatformProcess start(Path home, String... options) {
        return start(home, Map.of(), options);
    }

    public static PlatformProcess start(Path home, Map<String, String> environment, String... options) {
        return start(List.of(), home, environment, options);
    }

    /** @param around words of a command that runs the rest of its words */
    private static PlatformProcess start(
            List<String> around, Path home, Map<String, String> environment, String... options) {
        try {
            if (!environment.containsKey("AIFACTORY_DATABASE_URL")) {
                TestDatabase.lendProgramsTo(home.resolve("postgres"));
            }
            List<String> arguments = new ArrayList<>(List.of("--port", "0", "--home", home.toString()));
            arguments.addAll(List.of(options));
            Path words = Files.createTempFile("platform", ".out");
            ProcessBuilder builder = JavaProgram.asShipped(Up.class, arguments.toArray(String[]::new))
                    .redirectErrorStream(true)
                    .redirectOutput(words.toFile());
            builder.command().addAll(0, around);
            // Outlives the home folder of a test that failed.
            Path log = Path.of("target", "platform-logs", UUID.randomUUID() + ".jsonl")
                    .toAbsolutePath();
            builder.environment().put("LOGGING_FILE_NAME", log.toString());
            builder.environment().putAll(environment);
            Process process = builder.start();
            return new PlatformProcess(process, words, addressOf(process, words, home));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * The same with a home folder on a disk of its own that holds only so much, which nobody but this process and its children sees; others
     * find it under {@link #inside}. The database has to be elsewhere.
     */
    public static PlatformProcess onSmallDisk(Path home, Map<String, String> environment, int megabytes) {
        return start(
                List.of(
                        "unshare",
                        "--user",
                        "--map-root-user",
                        "--mount",
                        "bash",
                        "-c",
                        "mount -t tmpfs -o size=$0m tmpfs \"$1\" && shift && exec \"$@\"",
                        Integer.toString(megabytes),
                        home.toString()),
                home,
                environment);
    }

    /** A path as this process sees it. */
    public Path inside(Path path) {
        return Path.of("/proc", Long.toString(pid()), "root")
                .resolve(Path.of("/").relativize(path.toAbsolutePath()));
    }

    private static String addressOf(Process process, Path words, Path home) throws IOException {
        Instant end = Instant.now().plus(PATIENCE);
        while (Instant.now().isBefore(end)) {
            Matcher address = ADDRESS.matcher(Files.readString(words));
            if (address.find()) {
                return address.group();
            }
            if (!process.isAlive()) {
                throw new AssertionError("The platform in " + home + " ended: " + Files.readString(words));
            }
            pause();
        }
        process.destroyForcibly();
        throw new AssertionError("The platform in " + home + " did not start: " + Files.readString(words));
    }

    public String address() {
        return address;
    }

    public Client nobody() {
        return Client.at(address);
    }

    public Client founder(String name) {
        return nobody().signUp(name);
    }

    /** Whoever reads what it printed first. */
    public Client administrator() throws IOException {
        Matcher code = CODE.matcher(Files.readString(words));
        // It is printed a moment after the address.
        for (int looks = 0; !code.find() && looks < MOST_LOOKS; looks++) {
            pause();
            code = CODE.matcher(Files.readString(words));
        }
        code.reset();
        if (!code.find()) {
            throw new AssertionError("There was an administrator already: " + Files.readString(words));
        }
        Map<String, String> wish = Map.of(
                "code", code.group(1), "email", "admin@example.org", "name", "Admin", "password", Client.PASSWORD);
        return nobody().with(nobody().post("/api/first-administrator", wish)
                .json(201)
                .get("token")
                .asString());
    }

    /** Where an example person signs in, with {@code --with founding}: the founder, operator, reviewer, officer or expert. */
    public String exampleLink(String who) throws IOException {
        Matcher link = Pattern.compile("(?:, | )(?:factory |programme )?" + who + " +(http\\S+)")
                .matcher(Files.readString(words));
        if (!link.find()) {
            throw new AssertionError("There is no " + who + ": " + Files.readString(words));
        }
        return link.group(1);
    }

    /** Signed in as an example person. */
    public Client example(String who) {
        try {
            String code = exampleLink(who).replaceFirst(".*/", "");
            return nobody().with(nobody().post("/api/example-people/" + code + "/token", Map.of())
                    .json(200)
                    .get("token")
                    .asString());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * The path by which somebody comes in who was named when it started.
     *
     * @param word something that stands before the address in their line, such as "operator" or "administers"
     */
    public String entrance(String word) {
        Pattern line = Pattern.compile("(?m)^.*" + word + ".*?" + ADDRESS + "(/\\S+)$");
        Instant end = Instant.now().plus(PATIENCE);
        while (Instant.now().isBefore(end)) {
            Matcher found = line.matcher(said());
            if (found.find()) {
                return found.group(1);
            }
            pause();
        }
        throw new AssertionError("Nobody was let in as " + word + ": " + said());
    }

    private String said() {
        try {
            return Files.readString(words);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public long pid() {
        return process.pid();
    }

    /** As a power failure would, for this process alone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** As Ctrl-C does. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stopped) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
