package org.aifactory.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import tools.jackson.databind.json.JsonMapper;

/** The Slurm of {@code test/slurm}, in a folder of its own. It does not outlive this program. */
final class TrialSlurm implements AutoCloseable {
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(60);

    private final Path folder;
    private final Map<String, String> site = new HashMap<>();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Thread killer = new Thread(this::stop);

    private TrialSlurm(Path folder) {
        this.folder = folder;
        Runtime.getRuntime().addShutdownHook(killer);
    }

    static TrialSlurm start(Path folder) {
        TrialSlurm slurm = new TrialSlurm(folder);
        try {
            Child.run(
                    List.of(Child.file("test", "slurm", "start").toString(), folder.toString(), "--cluster", "bench"),
                    _ -> {});
            for (String line : Files.readAllLines(folder.resolve("site"))) {
                String[] words = line.split("=", 2);
                slurm.site.put(words[0], words[1]);
            }
            return slurm;
        } catch (IOException failure) {
            slurm.close();
            throw new EngineException(
                    Kind.RESOURCE, "The Slurm left no word of itself: " + failure.getMessage() + ".", failure);
        } catch (EngineException failure) {
            slurm.close();
            throw failure;
        }
    }

    private String told(String name) {
        return Objects.requireNonNull(site.get(name));
    }

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
                List.of(Map.of("name", "cpu", "slug", slug, "kind", "CPU")));
    }

    /** What one of Slurm's commands prints. */
    List<String> ask(String... words) {
        return Child.run(List.of(words), Map.of("SLURM_CONF", told("SLURM_CONF")), _ -> {});
    }

    /** Whether slurmrestd took a job that does nothing. */
    boolean submits() {
        Map<String, Object> job = Map.of(
                "name",
                "alone",
                "account",
                told("ACCOUNT"),
                "partition",
                "cpu",
                "cpus_per_task",
                1,
                "memory_per_node",
                100,
                "time_limit",
                2,
                "current_working_directory",
                "/tmp",
                "standard_output",
                "/dev/null",
                "environment",
                Map.of("PATH", "/usr/bin:/bin"));
        HttpRequest request = HttpRequest.newBuilder(URI.create(told("REST") + "/slurm/v0.0.38/job/submit"))
                .timeout(ANSWERS_WITHIN)
                .header("X-SLURM-USER-NAME", told("USER"))
                .header("X-SLURM-USER-TOKEN", told("TOKEN"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(
                        JsonMapper.shared().writeValueAsBytes(Map.of("script", "#!/bin/bash\ntrue\n", "job", job))))
                .build();
        try {
            return JsonMapper.shared()
                            .readTree(http.send(request, BodyHandlers.ofByteArray())
                                    .body())
                            .path("job_id")
                            .asLong(0)
                    > 0;
        } catch (IOException failure) {
            return false;
        } catch (InterruptedException interruption) {
            throw Child.interrupted(interruption);
        }
    }

    private void stop() {
        if (Files.isDirectory(folder)) {
            Child.run(List.of(Child.file("test", "slurm", "stop").toString(), folder.toString()), _ -> {});
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        stop();
        Runtime.getRuntime().removeShutdownHook(killer);
    }
}
