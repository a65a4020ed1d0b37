package org.aifactory.federation.slurm;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.aifactory.federation.JobState;
import org.aifactory.federation.ssh.Answer;

/** All jobs of a person's that the controller knows, those that have ended a while ago among them. */
record Squeue(String person) implements SlurmCommand<Map<String, SlurmJob>> {
    private static final int FIELDS = 8;

    @Override
    public List<String> words() {
        return SlurmCommand.command(
                "squeue",
                "--noheader",
                "--states=all",
                "--user=" + person,
                // Each at most so wide; the stroke is printed behind it. The name may hold strokes of its own.
                "--Format=JobID:24|,State:24|,Reason:80|,StartTime:24|,EndTime:24|,tres-alloc:400|,RestartCnt:8|,Name:200");
    }

    @Override
    public Map<String, SlurmJob> read(Answer answer) {
        Map<String, SlurmJob> jobs = new HashMap<>();
        for (String line :
                printed(answer).lines().filter(some -> !some.isBlank()).toList()) {
            String[] words = line.split("\\|", FIELDS);
            if (words.length < FIELDS) {
                throw fails(answer);
            }
            SlurmCommand.add(jobs, job(words));
        }
        return jobs;
    }

    private static SlurmJob job(String[] words) {
        SlurmState state = SlurmState.named(words[1].strip());
        boolean waits = state.meaning() == JobState.QUEUED;
        Optional<Instant> start = SlurmCommand.instant(words[3]);
        return new SlurmJob(
                number(words[0]),
                words[7].strip(),
                state,
                words[2].strip(),
                waits ? Optional.empty() : start,
                state.meaning().hasEnded() ? SlurmCommand.instant(words[4]) : Optional.empty(),
                waits ? start : Optional.empty(),
                (int) number(words[6]),
                Tres.amount(words[5].strip(), "cpu"),
                Tres.amount(words[5].strip(), "gres/gpu"));
    }

    /** A job of the person's own may be an array, {@code 12_[0-3]}. */
    private static long number(String word) {
        return Long.parseLong(word.strip().replaceFirst("\\D.*", ""));
    }
}
