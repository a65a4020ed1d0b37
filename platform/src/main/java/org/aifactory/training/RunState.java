package org.aifactory.training;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Where a run is. One that has ended goes on only by another attempt, which somebody has to ask for. */
public enum RunState {
    /** Recorded and paid for; not yet on the machine. */
    WAITING,
    /** In the machine's queue. */
    QUEUED,
    RUNNING,
    SUCCEEDED,
    FAILED,
    CANCELLED,
    /** It reached the time that it had asked for. */
    TIMED_OUT,
    /** The machine ended it, or could not start it; nobody is charged for it. */
    MACHINE_FAILED;

    private static final Set<RunState> RESUMABLE = EnumSet.of(FAILED, CANCELLED, TIMED_OUT, MACHINE_FAILED);

    public boolean hasEnded() {
        return compareTo(RUNNING) > 0;
    }

    /** Whether another attempt may follow. */
    public boolean mayResume() {
        return RESUMABLE.contains(this);
    }

    /** As it stands in keys of messages: {@code timed-out}. */
    public String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
