package org.aifactory.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.aifactory.client.server.ClientException;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Server;
import org.aifactory.client.terminal.Plain;

/** A small Slurm cluster on this computer, made to try things out: {@code test/slurm/start}. It ends with this program. */
final class TrialSlurm implements AutoCloseable {
    private static final Duration ACCOUNTS_WITHIN = Duration.ofSeconds(30);
    private static final Duration LOOKS_EVERY = Duration.ofMillis(500);

    private final Path root;
    private final Path folder;
    private final Map<String, String> site;

    private TrialSlurm(Path root, Path folder, Map<String, String> site) {
        this.root = root;
        this.folder = folder;
        this.site = site;
    }

    /** @param folder where it keeps everything; one that an earlier program left there is started anew */
    static TrialSlurm start(Path root, Path folder) {
        if (Files.isDirectory(folder)) {
            run(List.of(root.resolve("test/slurm/stop").toString(), folder.toString()), Map.of());
        }
        run(List.of(root.resolve("test/slurm/start").toString(), folder.toString()), Map.of());
        Map<String, String> site = new HashMap<>();
        try {
            for (String line : Files.readAllLines(folder.resolve("site"))) {
                String[] words = line.split("=", 2);
                site.put(words[0], words[1]);
            }
        } catch (IOException failure) {
            throw new ClientException(
                    ExitStatus.UNEXPECTED,
                    "The Slurm cluster left no word of itself: " + failure.getMessage(),
                    failure);
        }
        return new TrialSlurm(root, folder, site);
    }

    private String told(String name) {
        return Objects.requireNonNull(site.get(name));
    }

    /** What an operator tells a platform to connect it. */
    Map<String, Object> connection(String slug) {
        return Map.of(
                "address",
                told("REST"),
                "person",
                told("USER"),
                "account",
                told("ACCOUNT"),
                "token",
                told("TOKEN"),
                "partitions",
                List.of(Map.of("name", "cpu", "slug", slug, "title", "Cores of a trial Slurm", "kind", "CPU")));
    }

    /**
     * Seconds that Slurm's own accounts have for a job of ours that has ended, times the cores that it had. They hear of an end a moment
     * after everybody else.
     */
    long coreSeconds(String job) {
        long latest = System.nanoTime() + ACCOUNTS_WITHIN.toNanos();
        List<String[]> jobs = accounted(job);
        while (jobs.stream().anyMatch(words -> words[2].equals("Unknown")) && System.nanoTime() < latest) {
            Server.pause(LOOKS_EVERY);
            jobs = accounted(job);
        }
        return jobs.stream()
                .mapToLong(words -> Long.parseLong(words[0]) * Long.parseLong(words[1]))
                .sum();
    }

    private List<String[]> accounted(String job) {
        String answer = run(
                List.of(
                        "sacct",
                        "--noheader",
                        "--allocations",
                        "--parsable2",
                        "--name=aif-" + job,
                        "--starttime=now-7days",
                        "--format=ElapsedRaw,AllocCPUS,End"),
                Map.of("SLURM_CONF", told("SLURM_CONF")));
        return answer.lines().map(line -> line.split("\\|", -1)).toList();
    }

    private static String run(List<String> words, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(words)).redirectErrorStream(true);
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new ClientException(
                        ExitStatus.UNREACHABLE, Plain.lines(printed).strip());
            }
            return printed;
        } catch (IOException failure) {
            throw new ClientException(
                    ExitStatus.UNREACHABLE, words.getFirst() + " cannot be started: " + failure.getMessage(), failure);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new ClientException(ExitStatus.STOPPED, "Stopped.", stopped);
        }
    }

    @Override
    public synchronized void close() {
        if (!Files.isDirectory(folder)) {
            return;
        }
        run(List.of(root.resolve("test/slurm/stop").toString(), folder.toString()), Map.of());
    }
}
