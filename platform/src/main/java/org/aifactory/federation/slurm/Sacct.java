package org.aifactory.federation.slurm;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.aifactory.federation.ssh.Answer;

/**
 * What the accounts know of a person's jobs of these names.
 *
 * @param since how long ago the first of them was submitted, by the site's own clock
 */
record Sacct(String person, List<String> names, Duration since) implements SlurmCommand<Map<String, SlurmJob>> {
    private static final int FIELDS = 6;

    @Override
    public List<String> words() {
        return SlurmCommand.command(
                "sacct",
                "--noheader",
                "--parsable2",
                "--allocations",
                // Also what has lost its number to another.
                "--duplicates",
                "--user=" + person,
                "--name=" + String.join(",", names),
                "--starttime=now-" + since.toSeconds() + "seconds",
                "--format=JobIDRaw,State,Start,End,AllocTRES,JobName");
    }

    @Override
    public Map<String, SlurmJob> read(Answer answer) {
        Map<String, SlurmJob> jobs = new HashMap<>();
        for (String line : printed(answer).lines().filter(some -> !some.isBlank()).toList()) {
            String[] words = line.split("\\|", FIELDS);
            if (words.length < FIELDS) {
                throw fails(answer);
            }
            SlurmCommand.add(jobs, job(words));
        }
        return jobs;
    }

    private static SlurmJob job(String[] words) {
        // “CANCELLED by 1000”
        SlurmState state = SlurmState.named(words[1].split(" ", 2)[0]);
        return new SlurmJob(
                Long.parseLong(words[0]),
                words[5],
                state,
                "",
                SlurmCommand.instant(words[2]),
                state.meaning().hasEnded() ? SlurmCommand.instant(words[3]) : Optional.empty(),
                Optional.empty(),
                Tres.amount(words[4], "cpu"),
                Tres.amount(words[4], "gres/gpu"));
    }
}
