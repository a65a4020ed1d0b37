package org.aifactory.federation.slurm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.slurm.Cluster.Batch;
import org.aifactory.federation.slurm.Cluster.Shape;
import org.aifactory.federation.slurm.Finding.Outcome;
import org.aifactory.federation.slurm.Finding.Subject;

/** Examines a cluster as a run would meet it: by asking Slurm, and by one tiny job that looks around on a node. */
final class SiteDoctor {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOKS_EVERY = Duration.ofMillis(500);
    private static final Duration LIMIT = Duration.ofMinutes(2);
    /** More confuses tokens, and the times in accounts. */
    private static final Duration MOST_SKEW = Duration.ofSeconds(5);

    private static final int MEMORY_MIB = 200;

    /** Leaves {@code word=value} lines beside itself. Whether a node sees the internet is asked of one name's address alone. */
    @SuppressWarnings("InlineFormatString")
    private static final String LOOK_AROUND = """
            #!/bin/bash
            cd %s || exit 75
            {
              echo "node=${SLURMD_NODENAME:-$(hostname)}"
              echo "time=$(date +%%s)"
              [ -x %s ] && echo "java=yes"
              timeout 5 bash -c 'exec 3<>/dev/tcp/example.org/443' 2>/dev/null && echo "network=yes"
              bwrap --ro-bind / / --unshare-net true 2>/dev/null && echo "confinement=yes"
            } > found.new && sync found.new && mv found.new found
            """;

    private final Cluster cluster;
    private final Path directory;
    private final Path java;
    private final InstantSource clock;

    /**
     * @param directory that nodes are to see, too
     * @param java what starts programs on them
     */
    SiteDoctor(Cluster cluster, Path directory, Path java, InstantSource clock) {
        this.cluster = cluster;
        this.directory = directory;
        this.java = java;
        this.clock = clock;
    }

    /** @param partitions as Slurm calls those that are used */
    List<Finding> examine(List<String> partitions) {
        List<Finding> findings = new ArrayList<>();
        try {
            findings.add(Finding.of(Subject.REACH, Outcome.WELL, cluster.version()));
            Map<String, Shape> up = up();
            partitions.forEach(name -> findings.add(partition(name, up)));
            // Where no partition is up, a job would only wait.
            partitions.stream()
                    .filter(up::containsKey)
                    .findFirst()
                    .ifPresent(partition -> findings.addAll(job(partition)));
        } catch (MachineUnavailable away) {
            findings.add(Finding.of(Subject.REACH, Outcome.FAILED, String.valueOf(away.getMessage())));
        }
        return findings;
    }

    private Map<String, Shape> up() {
        Map<String, Shape> up = new HashMap<>();
        cluster.partitions().stream().filter(Shape::up).forEach(shape -> up.put(shape.name(), shape));
        return up;
    }

    private static Finding partition(String name, Map<String, Shape> up) {
        Shape shape = up.get(name);
        return shape == null
                ? Finding.of(Subject.PARTITION, Outcome.FAILED, name)
                : Finding.of(
                        Subject.PARTITION,
                        Outcome.WELL,
                        name,
                        shape.nodes(),
                        shape.cores(),
                        shape.gpus(),
                        shape.limit().toHours());
    }

    private List<Finding> job(String partition) {
        String name = "aif-check-" + UUID.randomUUID();
        Path place = directory.resolve("checks").resolve(name);
        try {
            Files.createDirectories(place);
            String script = LOOK_AROUND.formatted(JobPlace.quoted(place), JobPlace.quoted(java));
            long number = cluster.submit(new Batch(name, partition, script, place.toString(), 1, 1, 0, MEMORY_MIB, LIMIT));
            return look(name, number, place);
        } catch (Cluster.Refused refused) {
            return List.of(Finding.of(Subject.JOB, Outcome.FAILED, String.valueOf(refused.getMessage())));
        } catch (IOException failure) {
            return List.of(Finding.of(Subject.FOLDER, Outcome.FAILED, place, String.valueOf(failure.getMessage())));
        } finally {
            remove(place);
        }
    }

    private List<Finding> look(String name, long number, Path place) {
        Instant latest = Instant.now().plus(PATIENCE);
        while (Instant.now().isBefore(latest)) {
            Optional<SlurmJob> job = Optional.ofNullable(cluster.jobs().get(name));
            if (job.filter(known -> known.state().meaning().hasEnded()).isPresent()) {
                return looked(job.get(), place);
            }
            pause();
        }
        String why =
                Optional.ofNullable(cluster.jobs().get(name)).map(SlurmJob::why).orElse("?");
        cluster.cancel(number);
        return List.of(Finding.of(Subject.JOB, Outcome.WARNING, PATIENCE.toSeconds(), why));
    }

    private List<Finding> looked(SlurmJob job, Path place) {
        Map<String, String> found = found(place);
        if (found.isEmpty()) {
            return List.of(Finding.of(Subject.FOLDER, Outcome.FAILED, place, job.state() + " " + job.why()));
        }
        String node = found.getOrDefault("node", "?");
        Duration skew = Duration.between(
                Instant.ofEpochSecond(Long.parseLong(found.getOrDefault("time", "0"))), clock.instant());
        return List.of(
                Finding.of(Subject.JOB, Outcome.WELL, node),
                Finding.of(Subject.FOLDER, Outcome.WELL, directory),
                Finding.of(Subject.JAVA, found.containsKey("java") ? Outcome.WELL : Outcome.FAILED, java),
                // The job itself, and how it was waited for, take some of it.
                Finding.of(
                        Subject.CLOCK,
                        skew.abs().compareTo(MOST_SKEW) > 0 ? Outcome.WARNING : Outcome.WELL,
                        skew.toSeconds()),
                Finding.of(Subject.NETWORK, found.containsKey("network") ? Outcome.WARNING : Outcome.WELL),
                Finding.of(Subject.CONFINEMENT, found.containsKey("confinement") ? Outcome.WELL : Outcome.WARNING));
    }

    private static Map<String, String> found(Path place) {
        Map<String, String> found = new HashMap<>();
        try {
            for (String line : Files.readAllLines(place.resolve("found"))) {
                String[] words = line.split("=", 2);
                found.put(words[0], words[1]);
            }
        } catch (IOException nothing) {
            return Map.of();
        }
        return found;
    }

    private static void remove(Path place) {
        try {
            org.springframework.util.FileSystemUtils.deleteRecursively(place);
        } catch (IOException left) {
            // A few lines of text.
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOKS_EVERY);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new MachineUnavailable("The examination was broken off.", stopped);
        }
    }
}
