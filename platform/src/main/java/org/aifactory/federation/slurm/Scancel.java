package org.aifactory.federation.slurm;

import java.util.List;
import java.util.regex.Pattern;
import org.aifactory.federation.ssh.Answer;

/** Ends a job; one that has ended, or is not there, stays as it is. */
record Scancel(long number) implements SlurmCommand<Boolean> {
    private static final Pattern NOTHING_TO_END =
            Pattern.compile("Invalid job id specified|already completing or completed");

    @Override
    public List<String> words() {
        return SlurmCommand.command("scancel", Long.toString(number));
    }

    @Override
    public Boolean read(Answer answer) {
        if (!answer.isWell() && !NOTHING_TO_END.matcher(answer.complaints()).find()) {
            throw fails(answer);
        }
        return answer.isWell();
    }
}
