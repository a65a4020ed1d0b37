package org.aifactory.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code aifactory up} with the example factories, as the launcher starts it; the platform is built before these tests. */
final class RealPlatform implements AutoCloseable {
    private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:\\d+");
    private static final int PATIENCE_SECONDS = 240;

    private final Process process;
    private final String address;

    private RealPlatform(Process process, String address) {
        this.process = process;
        this.address = address;
    }

    /** Returns when it answers. */
    static RealPlatform start(Path home) throws IOException, InterruptedException {
        Path words = home.resolve("platform.out");
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx512m",
                        "-Daifactory.root=..",
                        "-cp",
                        "../platform/target/classes:../platform/target/lib/*",
                        "org.aifactory.Up",
                        "--port",
                        "0",
                        "--home",
                        home.toString(),
                        "--with",
                        "founding")
                .redirectErrorStream(true)
                .redirectOutput(words.toFile())
                .start();
        Instant end = Instant.now().plusSeconds(PATIENCE_SECONDS);
        while (process.isAlive() && Instant.now().isBefore(end)) {
            Matcher address = ADDRESS.matcher(Files.readString(words));
            if (address.find()) {
                return new RealPlatform(process, address.group());
            }
            Thread.sleep(100);
        }
        process.destroyForcibly();
        throw new AssertionError("The platform did not start: " + Files.readString(words));
    }

    String address() {
        return address;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(1, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
    }
}
