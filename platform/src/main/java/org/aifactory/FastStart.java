package org.aifactory;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes Java's AOT cache by a {@link Rehearsal} beside a platform that runs, so that the next start takes half the time. Whatever goes wrong
 * here costs only that time.
 */
final class FastStart {
    private static final Logger LOG = LoggerFactory.getLogger(FastStart.class);
    /** Where the cache goes; set by the launcher where there is none that fits. */
    private static final String WISH = "aifactory.aot";

    private static final Duration LOOK_EVERY = Duration.ofSeconds(20);
    private static final int LOOKS_AT_MOST = 90;
    private static final double IDLE_LOAD_PER_CORE = 0.5;
    private static final int MINUTES_AT_MOST = 10;

    private FastStart() {}

    static void prepare() {
        String wish = System.getProperty(WISH);
        if (wish != null) {
            Thread.ofPlatform().daemon().name("fast-start").start(() -> make(Path.of(wish)));
        }
    }

    private static void make(Path cache) {
        Path unfinished = cache.resolveSibling(
                cache.getFileName() + "." + ProcessHandle.current().pid());
        try {
            waitForQuiet();
            if (rehearse(unfinished)) {
                Files.move(unfinished, cache, StandardCopyOption.ATOMIC_MOVE);
                LOG.info("Java keeps what a start loads in {}; the next start takes about half the time", cache);
            }
        } catch (IOException | RuntimeException failure) {
            LOG.info("The next start will not be faster: {}", failure.toString());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            unfinished.toFile().delete();
        }
    }

    /** Somebody who has just started the platform has more urgent work for the cores. */
    private static void waitForQuiet() throws InterruptedException {
        var system = ManagementFactory.getOperatingSystemMXBean();
        double quiet = IDLE_LOAD_PER_CORE * system.getAvailableProcessors();
        for (int looks = 0; looks < LOOKS_AT_MOST; looks++) {
            Thread.sleep(LOOK_EVERY);
            if (system.getSystemLoadAverage() < quiet) {
                return;
            }
        }
    }

    private static boolean rehearse(Path cache) throws IOException, InterruptedException {
        Process rehearsal = new ProcessBuilder(command(cache))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Thread end = new Thread(rehearsal::destroy);
        Runtime.getRuntime().addShutdownHook(end);
        try {
            return rehearsal.waitFor(MINUTES_AT_MOST, TimeUnit.MINUTES)
                    && rehearsal.exitValue() == 0
                    && Files.exists(cache);
        } finally {
            rehearsal.destroy();
            Runtime.getRuntime().removeShutdownHook(end);
        }
    }

    /** The same Java with the same settings and the same libraries: a cache fits nothing else. */
    private static List<String> command(Path cache) {
        List<String> command = new ArrayList<>(List.of(
                "nice", "-n", "19", ProcessHandle.current().info().command().orElseThrow()));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(setting ->
                        !setting.startsWith("-Daifactory.") && !setting.contains("AOT") && !setting.startsWith("-Xlog"))
                .forEach(command::add);
        command.addAll(List.of(
                "-XX:AOTCacheOutput=" + cache,
                "-cp",
                System.getProperty("java.class.path"),
                Rehearsal.class.getName()));
        return command;
    }
}
