package org.aifactory.federation.slurm;

import java.util.List;
import java.util.Optional;
import org.aifactory.federation.ssh.Answer;

/**
 * On which node a job's script runs; empty where it does not run.
 *
 * @param name which it must have: its number may be another's
 */
record SqueueHost(long number, String name) implements SlurmCommand<Optional<String>> {

    @Override
    public List<String> words() {
        return SlurmCommand.command(
                "squeue",
                "--noheader",
                "--jobs=" + number,
                "--states=RUNNING",
                // The name may hold strokes of its own.
                "--Format=BatchHost:255|,Name:200");
    }

    @Override
    public Optional<String> read(Answer answer) {
        return printed(answer)
                .lines()
                .map(line -> line.split("\\|", 2))
                .filter(words -> words.length == 2 && words[1].strip().equals(name) && !words[0].isBlank())
                .map(words -> words[0].strip())
                .findFirst();
    }
}
