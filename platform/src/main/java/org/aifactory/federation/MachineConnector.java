package org.aifactory.federation;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The border to a machine: how jobs get there, and what becomes of them. Every method may throw {@link MachineUnavailable}. */
public interface MachineConnector {

    /**
     * Queues a job; the same again changes nothing.
     *
     * @throws org.aifactory.web.Problem when the machine can never run it, or another job has the key
     */
    void submit(JobRequest job);

    /** What is known of a job; nothing where it never arrived. */
    Optional<JobReport> find(JobKey key);

    /** What is known of those of these jobs that have arrived. */
    Map<JobKey, JobReport> poll(Collection<JobKey> keys);

    /**
     * All that the machine's own books have of those of these jobs that they know, the latest of each last; nothing where a machine keeps
     * none beside what it reports.
     */
    default Map<JobKey, List<Booking>> books(Collection<JobKey> keys) {
        return Map.of();
    }

    /**
     * Ends a job, all its processes; one that has ended stays as it is. Returns when the machine has been told; the job's report says
     * when it has ended.
     */
    void cancel(JobKey key);

    /**
     * A piece of what a job has printed.
     *
     * @param from where to begin, in bytes since the first; negative counts from the end
     * @param most how many bytes at most
     */
    JobLog log(JobKey key, long from, int most);

    /** Forgets a job that has ended, and its log. */
    void forget(JobKey key);

    Capacity capacity(PartitionId partition);

    /** When a job would start at the latest if it were submitted now; nothing where that is not known. */
    Optional<Instant> expectedStart(JobRequest job);

    /** What is foretold of a job that waits; nothing of any other, and where nobody can say. */
    Optional<Outlook> outlook(JobKey key);

    /** How long so many bytes take to get where its jobs read them; nothing where they see the platform's own folders. */
    default Duration transfer(long bytes) {
        return Duration.ZERO;
    }

    /** Whether the platform can reach what its jobs listen on, as serving a model needs; asks nobody. */
    boolean letsIn();

    /** What a server among its jobs is to listen on so that {@link #reach} leads to it. */
    default String listensOn() {
        return "127.0.0.1";
    }

    /**
     * Where what a running job listens on is reached from here; asked again it is the same as long as the way there holds, and then
     * another.
     *
     * @param said where it listens, as the job itself says
     * @throws MachineUnavailable when that is not on the machine
     */
    default URI reach(JobKey key, URI said) {
        if (!Listening.isHere(said)) {
            throw new MachineUnavailable("The job says that it listens at " + said + ", which is not its machine.");
        }
        return said;
    }
}
