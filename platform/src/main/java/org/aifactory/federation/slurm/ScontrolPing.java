package org.aifactory.federation.slurm;

import java.util.List;
import org.aifactory.federation.MachineUnavailable;
import org.aifactory.federation.ssh.Answer;

/** Whether one of the controllers is up. */
record ScontrolPing() implements SlurmCommand<Boolean> {

    @Override
    public List<String> words() {
        return SlurmCommand.command("scontrol", "ping");
    }

    @Override
    public Boolean read(Answer answer) {
        if (answer.status() != NOT_FOUND && answer.printed().lines().noneMatch(line -> line.endsWith(" is UP"))) {
            throw new MachineUnavailable(
                    "Slurm's controller does not answer: " + (answer.printed() + " " + answer.complaints()).strip());
        }
        printed(answer);
        return true;
    }
}
