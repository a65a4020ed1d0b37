package org.aifactory.federation.slurm;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.ssh.Answer;
import org.aifactory.web.Message;

/** One of Slurm's commands: how it is asked, and how what it prints is read. */
interface SlurmCommand<T> {
    Pattern SECONDS = Pattern.compile("[1-9][0-9]{0,11}");
    int NOT_FOUND = 127;

    /** The program and its arguments. */
    List<String> words();

    default String input() {
        return "";
    }

    /** @throws MachineUnavailable when it is no answer */
    T read(Answer answer) throws Cluster.Refused;

    /** What it printed, where it ended well. What it printed before it failed is no answer. */
    default String printed(Answer answer) {
        if (!answer.isWell()) {
            throw fails(answer);
        }
        return answer.printed();
    }

    default MachineUnavailable fails(Answer answer) {
        String program = words().stream()
                .filter(word -> word.startsWith("s"))
                .findFirst()
                .orElse("Slurm");
        return answer.status() == NOT_FOUND
                ? new MachineUnavailable(Message.of("federation.ssh.no-slurm", program))
                : new MachineUnavailable(Message.of(
                        "federation.ssh.command-fails",
                        program,
                        answer.status(),
                        answer.complaints().strip()));
    }

    /** So that times are seconds since 1970, whatever the site's zone, and words English. */
    static List<String> command(String... words) {
        List<String> all = new java.util.ArrayList<>(List.of("env", "LC_ALL=C.UTF-8", "SLURM_TIME_FORMAT=%s"));
        all.addAll(List.of(words));
        return List.copyOf(all);
    }

    /** {@code N/A}, {@code Unknown} and {@code None} are Slurm's words for “not yet”. */
    static Optional<Instant> instant(String seconds) {
        return SECONDS.matcher(seconds.strip()).matches()
                ? Optional.of(Instant.ofEpochSecond(Long.parseLong(seconds.strip())))
                : Optional.empty();
    }

    /** Of two of one name, which a crash of the controller can make, the later counts: it is the one that goes on. */
    static void add(Map<String, SlurmJob> jobs, SlurmJob job) {
        jobs.merge(job.name(), job, (one, other) -> one.number() > other.number() ? one : other);
    }
}
