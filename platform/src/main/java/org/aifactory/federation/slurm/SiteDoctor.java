package org.aifactory.federation.slurm;

import java.io.IOException;
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
    /** In MiB; a model and its checkpoints take some of it. */
    private static final long LEAST_SPACE = 20 << 10;

    private static final long LEAST_SCRATCH = 1 << 10;
    private static final long GIB = 1 << 10;

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
              { type -P apptainer || type -P singularity; } > /dev/null && echo "images=yes"
              bwrap --ro-bind / / --unshare-net true 2>/dev/null && echo "confinement=yes"
              echo "space=$(df -Pm . | awk 'NR == 2 {print $4}')"
              scratch=${SCRATCH:-${TMPDIR:-/tmp}}
              echo "scratch=$(df -Pm "$scratch" | awk 'NR == 2 {print $4}') $scratch"
            } > found.new && sync found.new && mv found.new found
            """;

    private final SlurmSite site;
    private final Cluster cluster;
    private final CheckPlace place;
    private final SiteRules rules;
    private final InstantSource clock;

    SiteDoctor(SlurmSite site, Cluster cluster, CheckPlace place, SiteRules rules, InstantSource clock) {
        this.site = site;
        this.cluster = cluster;
        this.place = place;
        this.rules = rules;
        this.clock = clock;
    }

    /** @param partitions as Slurm calls those that are used */
    List<Finding> examine(List<String> partitions) {
        List<Finding> findings = new ArrayList<>();
        try {
            findings.add(reached(cluster.version()));
            Map<String, Shape> up = up();
            partitions.forEach(name -> findings.addAll(rules.partition(name, up)));
            findings.addAll(rules.accounting());
            // Where no partition is up, a job would only wait.
            partitions.stream()
                    .filter(up::containsKey)
                    .findFirst()
                    .ifPresent(partition -> findings.addAll(job(partition)));
        } catch (MachineUnavailable away) {
            Subject way = site instanceof SlurmSite.Rest ? Subject.REACH : Subject.LOGIN;
            findings.add(Finding.of(way, Outcome.FAILED, String.valueOf(away.getMessage())));
        }
        return findings;
    }

    private Finding reached(String version) {
        return site instanceof SlurmSite.Rest
                ? Finding.of(Subject.REACH, Outcome.WELL, version)
                : Finding.of(Subject.LOGIN, Outcome.WELL, site.address(), version);
    }

    private Map<String, Shape> up() {
        Map<String, Shape> up = new HashMap<>();
        cluster.partitions().stream().filter(Shape::up).forEach(shape -> up.put(shape.name(), shape));
        return up;
    }

    private List<Finding> job(String partition) {
        String name = "aif-check-" + UUID.randomUUID();
        List<Finding> findings = new ArrayList<>();
        try {
            Path folder = place.make(name);
            Path java = place.java();
            if (site instanceof SlurmSite.Ssh) {
                findings.add(Finding.of(Subject.FILES, Outcome.WELL, place.directory()));
            }
            String script = LOOK_AROUND.formatted(JobPlace.quoted(folder), JobPlace.quoted(java));
            Instant before = clock.instant();
            long number = cluster.submit(
                    new Batch(name, partition, site.account(), script, folder.toString(), 1, 1, 0, MEMORY_MIB, LIMIT));
            findings.addAll(look(name, number, java, before));
            place.remove(name);
        } catch (Cluster.Refused refused) {
            place.remove(name);
            findings.add(Finding.of(Subject.JOB, Outcome.FAILED, String.valueOf(refused.getMessage())));
        } catch (MachineUnavailable away) {
            if (site instanceof SlurmSite.Rest || !findings.isEmpty()) {
                throw away;
            }
            findings.add(Finding.of(Subject.FILES, Outcome.FAILED, String.valueOf(away.getMessage())));
        } catch (IOException failure) {
            findings.add(Finding.of(
                    Subject.FOLDER, Outcome.FAILED, place.directory(), String.valueOf(failure.getMessage())));
        }
        return findings;
    }

    private List<Finding> look(String name, long number, Path java, Instant before) {
        Instant latest = Instant.now().plus(PATIENCE);
        while (Instant.now().isBefore(latest)) {
            Optional<SlurmJob> job = Optional.ofNullable(cluster.jobs().get(name));
            if (job.filter(known -> known.state().meaning().hasEnded()).isPresent()) {
                return looked(job.get(), name, java, before);
            }
            pause();
        }
        String why =
                Optional.ofNullable(cluster.jobs().get(name)).map(SlurmJob::why).orElse("?");
        cluster.cancel(number);
        return List.of(Finding.of(Subject.JOB, Outcome.WARNING, PATIENCE.toSeconds(), why));
    }

    private List<Finding> looked(SlurmJob job, String name, Path java, Instant before) {
        Map<String, String> found = found(place.found(name).orElse(""));
        if (found.isEmpty()) {
            return List.of(
                    Finding.of(Subject.FOLDER, Outcome.FAILED, place.directory(), job.state() + " " + job.why()));
        }
        return List.of(
                Finding.of(Subject.JOB, Outcome.WELL, found.getOrDefault("node", "?")),
                Finding.of(Subject.FOLDER, Outcome.WELL, place.directory()),
                space(found),
                scratch(found),
                Finding.of(Subject.JAVA, found.containsKey("java") ? Outcome.WELL : Outcome.FAILED, java),
                clock(Instant.ofEpochSecond(number(found.getOrDefault("time", ""))), before, clock.instant()),
                Finding.of(Subject.NETWORK, found.containsKey("network") ? Outcome.WARNING : Outcome.WELL),
                Finding.of(Subject.CONFINEMENT, found.containsKey("confinement") ? Outcome.WELL : Outcome.WARNING),
                Finding.of(Subject.IMAGES, found.containsKey("images") ? Outcome.WELL : Outcome.WARNING));
    }

    /** The job told its time after it was submitted and before it was seen to have ended. */
    static Finding clock(Instant there, Instant before, Instant after) {
        Duration skew = there.isBefore(before)
                ? Duration.between(before, there)
                : there.isAfter(after) ? Duration.between(after, there) : Duration.ZERO;
        return Finding.of(
                Subject.CLOCK,
                skew.abs().compareTo(MOST_SKEW) > 0 ? Outcome.WARNING : Outcome.WELL,
                skew.abs().toSeconds());
    }

    private Finding space(Map<String, String> found) {
        long free = number(found.getOrDefault("space", ""));
        return Finding.of(
                Subject.SPACE, free < LEAST_SPACE ? Outcome.WARNING : Outcome.WELL, place.directory(), free / GIB);
    }

    private static Finding scratch(Map<String, String> found) {
        String[] words = found.getOrDefault("scratch", "").split(" ", 2);
        long free = number(words[0]);
        return Finding.of(
                Subject.SCRATCH,
                free < LEAST_SCRATCH ? Outcome.WARNING : Outcome.WELL,
                words.length > 1 ? words[1] : "?",
                free / GIB);
    }

    private static long number(String word) {
        return word.matches("\\d{1,15}") ? Long.parseLong(word) : 0;
    }

    private static Map<String, String> found(String lines) {
        Map<String, String> found = new HashMap<>();
        lines.lines()
                .map(line -> line.split("=", 2))
                .filter(words -> words.length == 2)
                .forEach(words -> found.put(words[0], words[1]));
        return found;
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
