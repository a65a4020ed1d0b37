package org.aifactory.federation.slurm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A Slurm of the tests' own on this computer, of two nodes. */
final class TrialCluster implements AutoCloseable {
    private static final long PATIENCE = 300;

    private final Path folder;
    private final Map<String, String> site;

    private TrialCluster(Path folder, Map<String, String> site) {
        this.folder = folder;
        this.site = site;
    }

    /** @param options more of {@code test/slurm/start} */
    static TrialCluster start(String name, String... options) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("slurm-" + name);
        List<String> words = new ArrayList<>(List.of("../test/slurm/start", folder.toString(), "--cluster", name));
        words.addAll(List.of(options));
        run(words, Map.of());
        Map<String, String> site = Files.readAllLines(folder.resolve("site")).stream()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        return new TrialCluster(folder, site);
    }

    private static @org.jspecify.annotations.Nullable TrialCluster shared;

    /** One for all tests that leave it as they have found it; it ends with them. */
    static synchronized TrialCluster shared() throws IOException, InterruptedException {
        TrialCluster known = shared;
        if (known == null) {
            TrialCluster made = start("trial");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    made.close();
                } catch (IOException | InterruptedException | AssertionError left) {
                    System.err.println("The trial cluster in " + made.folder + " was not ended: " + left);
                }
            }));
            shared = made;
            known = made;
        }
        return known;
    }

    Path folder() {
        return folder;
    }

    /** What connects it by SSH, with a folder of the platform's there. */
    Map<String, Object> connectionBySsh(String root, Map<String, String> partitions) throws IOException {
        return Map.of(
                "kind",
                "SLURM_SSH",
                "host",
                "127.0.0.1",
                "port",
                Integer.parseInt(get("SSH_PORT")),
                "person",
                get("USER"),
                "account",
                get("ACCOUNT"),
                "key",
                Files.readString(Path.of(get("SSH_KEY"))),
                "root",
                root,
                "partitions",
                wishes(partitions));
    }

    private static List<Map<String, String>> wishes(Map<String, String> partitions) {
        return partitions.entrySet().stream()
                .map(entry -> Map.of("name", entry.getKey(), "slug", entry.getValue(), "kind", "CPU"))
                .toList();
    }

    String get(String name) {
        return java.util.Objects.requireNonNull(site.get(name));
    }

    /** What connects it, with these of its partitions under these slugs. */
    Map<String, Object> connection(Map<String, String> partitions) {
        return Map.of(
                "address",
                get("REST"),
                "person",
                get("USER"),
                "account",
                get("ACCOUNT"),
                "token",
                get("TOKEN"),
                "partitions",
                wishes(partitions));
    }

    /** As a crash would: slurmctld, slurmdbd, slurmrestd, or slurmd-NODE. */
    void kill(String daemon) throws IOException, InterruptedException {
        run(List.of("../test/slurm/daemon", folder.toString(), "kill", daemon), Map.of());
    }

    /** Starts one that was killed. */
    void revive(String daemon) throws IOException, InterruptedException {
        run(List.of("../test/slurm/daemon", folder.toString(), "start", daemon), Map.of());
    }

    /** What one of Slurm's commands prints. */
    String ask(String... words) throws IOException, InterruptedException {
        return run(List.of(words), Map.of("SLURM_CONF", get("SLURM_CONF")));
    }

    /**
     * A job in Slurm's own accounts; one that Slurm began anew is there several times.
     *
     * @param name by which we know it
     * @param over whether it has an end there
     */
    record Booked(String name, long number, String state, long seconds, int cores, boolean over) {
        long coreSeconds() {
            return seconds * cores;
        }

        private static Booked of(String line) {
            String[] words = line.split("\\|", -1);
            return new Booked(
                    words[0],
                    Long.parseLong(words[1]),
                    words[2],
                    Long.parseLong(words[3]),
                    Integer.parseInt(words[4]),
                    !words[5].equals("Unknown"));
        }
    }

    /** All jobs that the accounts have. */
    List<Booked> books() throws IOException, InterruptedException {
        return ask(
                        "sacct",
                        "-n",
                        "-X",
                        "-P",
                        "--duplicates",
                        "--format=JobName,JobIDRaw,State,ElapsedRaw,AllocCPUS,End",
                        "--starttime=now-1days")
                .lines()
                .map(Booked::of)
                .toList();
    }

    /** As if the accounts had it that the job of this name had ended later. */
    void prolong(String name, int seconds) throws IOException, InterruptedException {
        run(
                List.of(
                        "mariadb",
                        "--no-defaults",
                        "--user=root",
                        "--socket=" + folder.resolve("run/mysql.socket"),
                        "slurm_acct_db",
                        "-e",
                        "update " + get("CLUSTER") + "_job_table set time_end = time_end + " + seconds
                                + " where job_name = '" + name + "'"),
                Map.of());
    }

    /** What Slurm's own accounts know of the jobs of this name. */
    record Accounted(int jobs, long coreSeconds) {}

    /** The accounts hear of an end a moment after the controller. */
    Accounted accounted(String name) throws IOException, InterruptedException {
        Instant patience = Instant.now().plusSeconds(PATIENCE);
        while (true) {
            List<String[]> jobs = ask(
                            "sacct",
                            "-n",
                            "-X",
                            "-P",
                            "--name=" + name,
                            "--format=ElapsedRaw,AllocCPUS,End",
                            "--starttime=now-1days")
                    .lines()
                    .map(line -> line.split("\\|", -1))
                    .toList();
            if (!jobs.isEmpty() && jobs.stream().noneMatch(words -> words[2].equals("Unknown"))) {
                return new Accounted(
                        jobs.size(),
                        jobs.stream()
                                .mapToLong(words -> Long.parseLong(words[0]) * Long.parseLong(words[1]))
                                .sum());
            }
            if (Instant.now().isAfter(patience)) {
                throw new AssertionError("Slurm's accounts know of no end of " + name);
            }
            Thread.sleep(200);
        }
    }

    private static String run(List<String> words, Map<String, String> environment)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(words)).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (!process.waitFor(PATIENCE, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new AssertionError(words + " failed: " + printed);
        }
        return printed;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        run(List.of("../test/slurm/stop", folder.toString()), Map.of());
    }
}
