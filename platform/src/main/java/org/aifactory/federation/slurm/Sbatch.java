package org.aifactory.federation.slurm;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.aifactory.federation.slurm.Cluster.Batch;
import org.aifactory.federation.ssh.Answer;

/** Hands a job over; prints its number, with a semicolon and the cluster behind it where there are several. */
record Sbatch(Batch job) implements SlurmCommand<Long> {
    private static final Pattern NUMBER = Pattern.compile("(\\d+)(?:;.*)?", Pattern.DOTALL);
    private static final Pattern REFUSAL = Pattern.compile("Batch job submission failed: (.*)");
    /** The controller is not itself just now, or may have taken the job all the same. */
    private static final Pattern PASSING = Pattern.compile(
            "unable to contact|timed out|timeout|temporarily|connection|socket|zero bytes|standby|communication|try again|i/o error"
                    + "|invalid authentication credential|protocol|munge|unspecified error|node failure|transport");

    private static final int MINUTE = 60;

    @Override
    public List<String> words() {
        List<String> words = new ArrayList<>(SlurmCommand.command(
                "sbatch",
                "--parsable",
                "--no-requeue",
                "--job-name=" + job.name(),
                // Also where names are cut or changed by a site's own rules, the comment stays.
                "--comment=" + job.name(),
                "--account=" + job.account(),
                "--partition=" + job.partition(),
                "--nodes=" + job.nodes(),
                "--ntasks=" + job.nodes(),
                "--ntasks-per-node=1",
                "--cpus-per-task=" + job.cores(),
                "--mem=" + job.memoryMib() + "M",
                "--time=" + Math.ceilDiv(job.limit().toSeconds(), MINUTE),
                "--chdir=" + job.folder(),
                "--output=" + job.folder() + "/complaints"));
        if (job.gpus() > 0) {
            words.add("--gres=gpu:" + job.gpus());
        }
        return words;
    }

    @Override
    public String input() {
        return job.script();
    }

    @Override
    public Long read(Answer answer) throws Cluster.Refused {
        if (!answer.isWell()) {
            Matcher refusal = REFUSAL.matcher(answer.complaints());
            if (refusal.find()
                    && !PASSING.matcher(refusal.group(1).toLowerCase(Locale.ROOT))
                            .find()) {
                throw new Cluster.Refused(refusal.group(1).strip());
            }
            throw fails(answer);
        }
        // A site may have something to say of its own before.
        String last = answer.printed().strip().lines().reduce("", (before, line) -> line);
        Matcher number = NUMBER.matcher(last);
        if (!number.matches()) {
            throw fails(answer);
        }
        return Long.valueOf(number.group(1));
    }
}
