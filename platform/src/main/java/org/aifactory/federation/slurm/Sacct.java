package org.aifactory.federation.slurm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.aifactory.federation.Booking;
import org.aifactory.federation.ssh.Answer;

/**
 * What the accounts have of a person's jobs of these names, the latest last.
 *
 * @param since how long ago the first of them was submitted, by the site's own clock
 */
record Sacct(String person, List<String> names, Duration since) implements SlurmCommand<List<Sacct.Row>> {
    private static final int FIELDS = 8;

    /** One job, or one of its beginnings where Slurm began it anew. */
    record Row(long submitted, SlurmJob job, Booking booking) {}

    @Override
    public List<String> words() {
        return SlurmCommand.command(
                "sacct",
                "--noheader",
                "--parsable2",
                "--allocations",
                // Also what has lost its number to another, and what was begun anew.
                "--duplicates",
                "--user=" + person,
                "--name=" + String.join(",", names),
                "--starttime=now-" + since.toSeconds() + "seconds",
                "--format=JobIDRaw,Submit,State,Start,End,ElapsedRaw,AllocTRES,JobName");
    }

    @Override
    public List<Row> read(Answer answer) {
        List<Row> rows = new ArrayList<>();
        for (String line :
                printed(answer).lines().filter(some -> !some.isBlank()).toList()) {
            String[] words = line.split("\\|", FIELDS);
            if (words.length < FIELDS) {
                throw fails(answer);
            }
            rows.add(row(words));
        }
        rows.sort(Comparator.comparingLong((Row row) -> row.job().number())
                .thenComparingLong(Row::submitted)
                .thenComparingLong(row ->
                        row.job().started().map(start -> start.getEpochSecond()).orElse(0L)));
        return rows;
    }

    private static Row row(String[] words) {
        // “CANCELLED by 1000”
        SlurmState state = SlurmState.named(words[2].split(" ", 2)[0]);
        SlurmJob job = new SlurmJob(
                Long.parseLong(words[0]),
                words[7],
                state,
                "",
                SlurmCommand.instant(words[3]),
                state.meaning().hasEnded() ? SlurmCommand.instant(words[4]) : Optional.empty(),
                Optional.empty(),
                0,
                Tres.amount(words[6], "cpu"),
                Tres.amount(words[6], "gres/gpu"));
        return new Row(
                SlurmCommand.instant(words[1])
                        .map(start -> start.getEpochSecond())
                        .orElse(0L),
                job,
                new Booking(
                        words[5].isEmpty() ? 0 : Long.parseLong(words[5]),
                        job.cores(),
                        job.gpus(),
                        // One that was begun anew has an end each time, and no state of an end but the last.
                        SlurmCommand.instant(words[4]).isPresent()));
    }
}
