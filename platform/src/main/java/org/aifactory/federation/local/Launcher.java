package org.aifactory.federation.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.aifactory.federation.JobRequest;
import org.aifactory.federation.local.Slots.Slot;

/** Makes the process that runs and watches a job. */
final class Launcher {
    /** By this variable the processes of a job are known. */
    static final String KEY = "AIFACTORY_JOB";
    /**
     * Before the names of all variables of a job until its own program begins, so that none of them (LD_PRELOAD, BASH_ENV, PATH) can
     * change what the programs do that confine it. Values are never words of a command, which everybody may read.
     */
    static final String PREFIX = "AIF_ENV_";

    private static final String TAKE_ENVIRONMENT = """
            for AIF_ENV in "${!%1$s@}"; do export "${AIF_ENV#%1$s}=${!AIF_ENV}"; unset -v "$AIF_ENV"; done
            unset -v AIF_ENV; exec "$@"
            """.formatted(PREFIX);
    /** What confines outlives the request to end, so that the program inside has its time of grace. */
    private static final String HEED_NO_TERM = "trap '' TERM; exec \"$@\"";

    private static final String OWNER_ONLY = "rwx------";

    private final Path directory;
    private final Duration grace;

    /** @param directory where the folders of jobs are made */
    Launcher(Path directory, Duration grace) {
        this.directory = directory;
        this.grace = grace;
    }

    /** Where the word of a job is left. */
    JobFolder folder(JobRequest job) {
        return new JobFolder(directory.resolve("jobs").resolve(job.key().toString()));
    }

    /** Returns at once; what becomes of it is in the folder. A job that has begun already is not begun again. */
    Process launch(JobRequest job, Slot slot) throws IOException {
        JobFolder folder = folder(job);
        Files.createDirectories(
                folder.path(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
        Files.createDirectories(folder.temporary());
        Files.writeString(folder.passwd(), Confinement.passwd(job.folder()));
        ProcessBuilder builder = new ProcessBuilder(command(job, slot, folder))
                .directory(folder.path().toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.complaints().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment(job, slot));
        return builder.start();
    }

    private List<String> command(JobRequest job, Slot slot, JobFolder folder) throws IOException {
        // Of its own session, so that no Ctrl-C at the platform's terminal reaches it.
        List<String> command = new ArrayList<>(List.of(
                "setsid",
                "bash",
                script().toString(),
                job.key().toString(),
                Long.toString(job.wallTime().toSeconds()),
                Long.toString(grace.toSeconds()),
                Integer.toString(JobFolder.LOG_PART),
                "taskset",
                "--cpu-list",
                slot.cores().stream().map(String::valueOf).collect(Collectors.joining(","))));
        if (job.confined()) {
            command.addAll(List.of("bash", "-c", HEED_NO_TERM, "job"));
            command.addAll(Confinement.around(job, slot, folder.temporary(), folder.passwd()));
            command.addAll(List.of("env", "--default-signal=TERM"));
        } else {
            command.addAll(List.of("env", "--chdir=" + job.folder()));
        }
        command.addAll(List.of("bash", "-c", TAKE_ENVIRONMENT, "job"));
        command.addAll(job.command());
        return command;
    }

    private static Map<String, String> environment(JobRequest job, Slot slot) {
        Map<String, String> variables =
                new HashMap<>(Map.of("HOME", job.folder().toString()));
        if (!job.confined()) {
            // Who is confined sees no others.
            variables.put(
                    "CUDA_VISIBLE_DEVICES",
                    slot.gpus().stream().map(String::valueOf).collect(Collectors.joining(",")));
        }
        variables.putAll(job.environment());
        variables.putAll(job.secrets());
        variables.put(KEY, job.key().toString());
        Map<String, String> environment = new HashMap<>();
        environment.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        environment.put("LANG", "C.UTF-8");
        variables.forEach((name, value) -> environment.put(PREFIX + name, value));
        return environment;
    }

    /** The shell reads a script as it goes, so a script that is in use is replaced and never overwritten. */
    private synchronized Path script() throws IOException {
        Path script = directory.resolve("job.sh");
        byte[] content = JobFolder.script();
        if (!Files.exists(script) || !java.util.Arrays.equals(Files.readAllBytes(script), content)) {
            Path made = Files.createTempFile(directory, "job", ".new");
            Files.write(made, content);
            Files.move(made, script, StandardCopyOption.ATOMIC_MOVE);
        }
        return script;
    }
}
