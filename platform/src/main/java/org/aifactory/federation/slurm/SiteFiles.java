package org.aifactory.federation.slurm;

import java.nio.file.Path;
import org.aifactory.federation.JobKey;
import org.aifactory.federation.JobRequest;
import org.aifactory.federation.local.JobFolder;

/** The border to a site's files: how what a job needs gets there, and how what it makes comes back. */
interface SiteFiles {

    /**
     * Lays out at the site what a job needs; the same again changes nothing for one that has begun.
     *
     * @return what Slurm is to run
     * @throws org.aifactory.federation.MachineUnavailable when not all of it arrived; done again it goes on where it stopped
     */
    String prepare(JobRequest job);

    /** The job's own folder, as the site sees it. */
    Path path(JobKey key);

    /** What the process that watches the job has left there, as far as it is here. */
    JobFolder folder(JobKey key);

    /** Begins to bring here what a job has written so far while it runs. */
    void follow(JobRequest job);

    /**
     * Begins to bring here, checked, all that a job has left which has ended.
     *
     * @return whether it is all here
     */
    boolean collect(JobRequest job);

    /** Whether the site sees the platform's own files, so that nothing needs to be brought. */
    boolean isHere();

    /** Whatever Slurm says of it, it is not to go on; one that has ended stays as it is. Where that cannot be said, it goes on all the same. */
    void stop(JobKey key);

    /** Whether Slurm ended it because of its memory, as far as that is known here. */
    boolean wasOutOfMemory(JobKey key);

    /** Removes what watched the job, here and there. */
    void forget(JobKey key);
}
