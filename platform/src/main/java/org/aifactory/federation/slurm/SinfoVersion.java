package org.aifactory.federation.slurm;

import java.util.List;
import org.aifactory.federation.ssh.Answer;

/** Slurm's version, {@code slurm 23.11.4}; a distribution may add to the first word. */
record SinfoVersion() implements SlurmCommand<String> {

    @Override
    public List<String> words() {
        return SlurmCommand.command("sinfo", "--version");
    }

    @Override
    public String read(Answer answer) {
        String printed = printed(answer).strip();
        return printed.substring(printed.lastIndexOf(' ') + 1);
    }
}
