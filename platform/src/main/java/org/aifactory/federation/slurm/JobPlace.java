package org.aifactory.federation.slurm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.aifactory.federation.JobKey;
import org.aifactory.federation.JobRequest;
import org.aifactory.federation.local.JobFolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lays out, in a folder that the cluster's nodes see at the same place, what a job needs to begin: its words and its variables, each in a
 * file that only its owner may read, so that nothing of them stands in what Slurm shows to everybody. On the node the program is
 * watched as on this computer, and leaves the same word of itself.
 */
final class JobPlace implements SiteFiles {
    private static final Logger LOG = LoggerFactory.getLogger(JobPlace.class);
    static final Duration GRACE = Duration.ofSeconds(30);
    private static final Pattern OUT_OF_MEMORY =
            Pattern.compile("^slurmstepd.*(exceeded memory limit|oom.kill)", Pattern.CASE_INSENSITIVE);
    private static final int MOST_COMPLAINTS = 1000;
    private static final String OWNER_ONLY = "rwx------";
    private static final String SCRIPT = "job.sh";
    private static final String NODES = "nodes.sh";

    /** What begins the program on the one node of a job. */
    private static final String ONE_NODE = """
            bash -c '
              mapfile -d "" -t AIF_WORDS < words
              while IFS= read -r -d "" AIF_PAIR; do export "$AIF_PAIR"; done < variables
              rm -f variables
              ((until [ -e stop ] || [ ! -e words ]; do sleep 5; done; kill "$PPID") &)
              cd "$HOME" && exec "${AIF_WORDS[@]}"' job""";

    /**
     * What Slurm runs. A job that Slurm starts a second time finds that it was claimed; it ends as the first did, or as one that was lost.
     * Where we take a job for lost and it is not, because Slurm does not reach its node, it ends as soon as it finds our word to stop,
     * or its folder gone.
     * All that differs from job to job are words without a meaning to the shell.
     */
    @SuppressWarnings("InlineFormatString")
    private static final String BATCH = """
            #!/bin/bash
            cd %s || exit 75
            bash ../../%s %s %d %d %d %s
            read -r status _ < ended || exit 75
            exit "$status"
            """;

    private final Path directory;

    /** @param directory shared with the nodes of every cluster */
    JobPlace(Path directory) {
        this.directory = directory;
    }

    @Override
    public Path path(JobKey key) {
        return directory.resolve("jobs").resolve(key.toString());
    }

    @Override
    public JobFolder folder(JobKey key) {
        return new JobFolder(path(key));
    }

    @Override
    public String prepare(JobRequest job) {
        Path place = path(job.key());
        try {
            Files.createDirectories(
                    place, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
            for (Map.Entry<String, byte[]> script : scripts().entrySet()) {
                replace(directory.resolve(script.getKey()), script.getValue());
            }
            if (folder(job.key()).watcher().isEmpty()) {
                replace(place.resolve("words"), joined(job.command()));
                replace(place.resolve("variables"), joined(variables(job)));
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return script(place, job);
    }

    /** @param place the job's own folder, as the node sees it */
    static String script(Path place, JobRequest job) {
        return BATCH.formatted(
                quoted(place),
                SCRIPT,
                job.key(),
                job.wallTime().toSeconds(),
                GRACE.toSeconds(),
                JobFolder.LOG_PART,
                job.nodes() == 1 ? ONE_NODE : "bash ../../%s first %d %d".formatted(NODES, job.nodes(), job.cores()));
    }

    /** What lies two folders above the job's own, for all jobs. */
    static Map<String, byte[]> scripts() {
        try (InputStream nodes = JobPlace.class.getResourceAsStream(NODES)) {
            return Map.of(
                    SCRIPT,
                    JobFolder.script(),
                    NODES,
                    Objects.requireNonNull(nodes).readAllBytes());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void stop(JobKey key) {
        Path word = path(key).resolve("stop");
        try {
            if (Files.isDirectory(path(key)) && !Files.exists(word)) {
                Files.write(word, new byte[0]);
            }
        } catch (IOException failure) {
            LOG.warn("Job {} cannot be told to stop where it still runs", key, failure);
        }
    }

    @Override
    public boolean wasOutOfMemory(JobKey key) {
        return wasOutOfMemory(folder(key));
    }

    /** Whether Slurm ended a job because of its memory, by what Slurm wrote where the job's own words go. */
    static boolean wasOutOfMemory(JobFolder folder) {
        try (BufferedReader words = Files.newBufferedReader(folder.complaints(), StandardCharsets.ISO_8859_1)) {
            return words.lines()
                    .limit(MOST_COMPLAINTS)
                    .anyMatch(line -> OUT_OF_MEMORY.matcher(line).find());
        } catch (IOException | UncheckedIOException none) {
            return false;
        }
    }

    /** All is in the shared folder. */
    @Override
    public boolean isHere() {
        return true;
    }

    @Override
    public void follow(JobRequest job) {}

    @Override
    public boolean collect(JobRequest job) {
        return true;
    }

    @Override
    public void forget(JobKey key) {
        try {
            folder(key).delete();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static List<String> variables(JobRequest job) {
        Map<String, String> variables =
                new HashMap<>(Map.of("HOME", job.folder().toString()));
        variables.putAll(job.environment());
        variables.putAll(job.secrets());
        variables.put("AIFACTORY_JOB", job.key().toString());
        List<String> pairs = new ArrayList<>();
        variables.forEach((name, value) -> pairs.add(name + "=" + value));
        return pairs;
    }

    /** As one word of the shell's. */
    static String quoted(Path path) {
        return "'" + path.toString().replace("'", "'\\''") + "'";
    }

    static byte[] joined(List<String> words) {
        StringBuilder text = new StringBuilder();
        words.forEach(word -> text.append(word).append('\0'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void replace(Path file, byte[] content) throws IOException {
        if (Files.exists(file) && java.util.Arrays.equals(Files.readAllBytes(file), content)) {
            return;
        }
        Path made = Files.createTempFile(file.getParent(), "aif", ".new");
        Files.write(made, content);
        Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
