package org.aifactory.federation;

/** Where a job is. Whatever has ended stays as it is. */
public enum JobState {
    QUEUED,
    RUNNING,
    /** It ended with exit status 0. */
    SUCCEEDED,
    /** It ended with another exit status, by a signal, or because it took more memory than it asked for. */
    FAILED,
    CANCELLED,
    /** It reached the time that it asked for. */
    TIMED_OUT,
    /** The machine ended it, or could not start it; nobody is charged for it. */
    MACHINE_FAILED;

    public boolean hasEnded() {
        return this != QUEUED && this != RUNNING;
    }
}
