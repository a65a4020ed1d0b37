package org.aifactory.federation.slurm;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.aifactory.federation.Booking;
import org.aifactory.web.Message;

/**
 * A Slurm cluster: the border that Slurm's commands over SSH fit behind as well as its REST interface. Every method may throw
 * {@link org.aifactory.federation.MachineUnavailable}, and none of them says that a job is gone because nobody answered.
 */
interface Cluster {

    /**
     * What Slurm is to run.
     *
     * @param name names it to us; Slurm would take another of the same name
     * @param account on which of Slurm's it runs
     * @param script of the shell; everybody on the cluster may read it
     * @param folder where it runs, and where the script's own words go
     * @param nodes each with so many cores, GPUs and memory; the script runs on the first
     * @param memoryMib for all its processes on a node
     */
    record Batch(
            String name,
            String partition,
            String account,
            String script,
            String folder,
            int nodes,
            int cores,
            int gpus,
            long memoryMib,
            Duration limit) {}

    /**
     * @param gpus of a node; the least of all its nodes, as every other number here
     * @param gpuNames what Slurm calls them; none where it does not say what they are
     * @param limit zero where there is none
     * @param allowedAccounts none where all may use it
     */
    record Shape(
            String name,
            int nodes,
            int cores,
            int gpus,
            List<String> gpuNames,
            long memoryMib,
            Duration limit,
            List<String> allowedAccounts,
            boolean up) {}

    /** What is free on a partition's nodes at this moment. */
    record Free(int cores, int freeCores, int gpus, int freeGpus, long memoryMib, long freeMemoryMib) {}

    /**
     * Hands a job over; asked twice, Slurm runs it twice.
     *
     * @return Slurm's number of it
     * @throws Refused when it will never take it
     */
    long submit(Batch job) throws Refused;

    /** All jobs that the controller knows, by the name that we gave them. */
    Map<String, SlurmJob> jobs();

    /**
     * Those of these names that the accounts know, also when the controller has forgotten them.
     *
     * @param since before the first of them was submitted
     */
    Map<String, SlurmJob> accounted(List<String> names, Instant since);

    /**
     * All jobs of these names that the accounts have, also those that Slurm began anew, by the names, the latest of each last.
     *
     * @param since before the first of them was submitted
     */
    Map<String, List<Booking>> books(List<String> names, Instant since);

    /** Ends a job, all its processes. One that is not there stays so. */
    void cancel(long number);

    List<Shape> partitions();

    Free free(String partition);

    /**
     * A job of anybody's, as far as those who wait behind it need to know of it.
     *
     * @param runs else it waits
     * @param begins when Slurm expects one that waits to begin; not known of all
     * @param ends one that runs, at the latest
     * @param limit how long one that waits may take
     * @param priority the higher, the sooner
     */
    record Load(
            long number,
            String name,
            boolean runs,
            int cores,
            int gpus,
            Optional<Instant> begins,
            Optional<Instant> ends,
            Duration limit,
            long priority) {
        private static final Pattern NOT_ITS_TURN = Pattern.compile("JobHeld|Dependency|BeginTime|Reservation");

        /** Whether one that waits waits for its turn, and not for something else. */
        static boolean isInTurn(long priority, String reason) {
            return priority > 0 && !NOT_ITS_TURN.matcher(reason).lookingAt();
        }
    }

    /** All jobs that run in a partition or could begin there; nothing where they cannot be asked for. */
    default Optional<List<Load>> queue(String partition) {
        return Optional.empty();
    }

    /** Slurm's version, as it tells it. */
    String version();

    AccountBooks accountBooks();

    /** Slurm has looked at a job and will not take it. */
    final class Refused extends Exception {
        private final Message sentence;

        Refused(Message sentence) {
            super(sentence.inEnglish());
            this.sentence = sentence;
        }

        /** @param said by Slurm */
        Refused(String said) {
            this(Message.of("federation.slurm.refuses", said));
        }

        Message sentence() {
            return sentence;
        }
    }
}
