package org.aifactory.federation.slurm;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.springframework.context.MessageSourceResolvable;

/**
 * One thing that was looked at when a cluster was examined. {@code messages.getMessage(finding, locale)} says what was found and, where
 * it is not well, what to do.
 *
 * @param details what the sentence is filled in with
 */
public record Finding(Subject subject, Outcome outcome, List<String> details) implements MessageSourceResolvable {

    public Finding {
        details = List.copyOf(details);
    }

    static Finding of(Subject subject, Outcome outcome, Object... details) {
        return new Finding(
                subject, outcome, Arrays.stream(details).map(String::valueOf).toList());
    }

    public enum Outcome {
        WELL,
        /** It can be used as it is. */
        WARNING,
        /** Runs would fail. */
        FAILED
    }

    /** What is looked at; each has a sentence for each outcome that it can have, {@code site.SUBJECT.OUTCOME} in the bundles. */
    public enum Subject {
        REACH,
        /** The node where Slurm's commands are run by SSH. */
        LOGIN,
        /** The way there and back for them. */
        FILES,
        PARTITION,
        /** How long a job may run. */
        LIMIT,
        /** What Slurm calls them. */
        GPU,
        /** Who may use a partition. */
        RULES,
        /** The one that the machine is connected with. */
        ACCOUNT,
        /** Each with an account of its own. */
        ORGANISATIONS,
        /** Of those accounts. */
        LIMITS,
        JOB,
        FOLDER,
        /** What is free where the platform's files are. */
        SPACE,
        /** What is free for what programs keep only while they run. */
        SCRATCH,
        JAVA,
        CLOCK,
        NETWORK,
        CONFINEMENT,
        /** Of containers, by Apptainer. */
        IMAGES,
        /** The way to what listens on nodes. */
        SERVING
    }

    @Override
    public String[] getCodes() {
        return new String[] {"site." + word(subject) + "." + word(outcome)};
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Object[] getArguments() {
        return details.toArray();
    }
}
