package org.aifactory.federation;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What is to run on a machine.
 *
 * @param command a program and its arguments; nothing in it is secret
 * @param environment variables that the program gets, beside {@code PATH}, {@code HOME} (the folder) and {@code LANG} where they are
 *     not among these, and {@code AIFACTORY_JOB}, the key
 * @param secrets more variables, which are kept nowhere once the program runs
 * @param folder where it runs and what it may write to; absolute
 * @param readable files and folders that it may read, at the same places
 * @param nodes how many nodes it runs on, each with so many cores, GPUs and bytes; on more than one the program begins on each, and finds
 *     {@code AIFACTORY_NODE_RANK}, its own number from zero, and {@code AIFACTORY_MASTER}, where on the first they can meet
 * @param memoryBytes for all its processes on a node together
 * @param wallTime after this it is ended
 * @param confined whether it is kept from the network and from everything but the system, {@code folder} and {@code readable}; only
 *     programs of ours and of the machine's own operator may run without
 */
public record JobRequest(
        JobKey key,
        PartitionId partition,
        List<String> command,
        Map<String, String> environment,
        Map<String, String> secrets,
        Path folder,
        List<Path> readable,
        int nodes,
        int cores,
        int gpus,
        long memoryBytes,
        Duration wallTime,
        boolean confined) {
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,199}");
    /** The shell that starts the program keeps these for itself. */
    private static final Pattern KEPT_BY_SHELL = Pattern.compile("BASHOPTS|EUID|PPID|SHELLOPTS|UID|AIF_ENV.*");

    public JobRequest {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        secrets = Map.copyOf(secrets);
        readable = List.copyOf(readable);
        require(!command.isEmpty() && !command.getFirst().isEmpty(), "A job has a command.");
        command.forEach(word -> require(word.indexOf('\0') < 0, "A word of a command holds no NUL character."));
        requireVariables(environment);
        requireVariables(secrets);
        require(folder.isAbsolute() && folder.equals(folder.normalize()), "A job's folder is an absolute path.");
        readable.forEach(path ->
                require(path.isAbsolute() && path.equals(path.normalize()), "What a job reads is an absolute path."));
        require(nodes > 0 && cores > 0 && gpus >= 0 && memoryBytes > 0, "A job asks for nodes, cores and memory.");
        require(wallTime.compareTo(Duration.ofSeconds(1)) >= 0, "A job asks for a second at least.");
        require(wallTime.compareTo(Duration.ofDays(366)) <= 0, "A job asks for a year at most.");
    }

    /** On one node. */
    public JobRequest(
            JobKey key,
            PartitionId partition,
            List<String> command,
            Map<String, String> environment,
            Map<String, String> secrets,
            Path folder,
            List<Path> readable,
            int cores,
            int gpus,
            long memoryBytes,
            Duration wallTime,
            boolean confined) {
        this(
                key,
                partition,
                command,
                environment,
                secrets,
                folder,
                readable,
                1,
                cores,
                gpus,
                memoryBytes,
                wallTime,
                confined);
    }

    /** The same job with other secrets. */
    public JobRequest withSecrets(Map<String, String> others) {
        return new JobRequest(
                key,
                partition,
                command,
                environment,
                others,
                folder,
                readable,
                nodes,
                cores,
                gpus,
                memoryBytes,
                wallTime,
                confined);
    }

    private static void requireVariables(Map<String, String> variables) {
        variables.forEach((name, value) -> {
            require(
                    VARIABLE.matcher(name).matches()
                            && !KEPT_BY_SHELL.matcher(name).matches(),
                    "No environment variable can have the name " + name + ".");
            require(value.indexOf('\0') < 0, "The environment variable " + name + " holds a NUL character.");
        });
    }

    private static void require(boolean right, String sentence) {
        if (!right) {
            throw new IllegalArgumentException(sentence);
        }
    }

    /** Never tells a secret. */
    @Override
    public String toString() {
        return "JobRequest[" + key + " on " + partition + ": " + nodes + " nodes, " + cores + " cores, " + gpus
                + " GPUs, " + wallTime + "]";
    }
}
