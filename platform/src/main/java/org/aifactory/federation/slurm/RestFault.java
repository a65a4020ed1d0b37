package org.aifactory.federation.slurm;

import java.util.Set;

/**
 * What slurmrestd says went wrong.
 *
 * @param code Slurm's number for it ({@code slurm_errno.h}); it means the same in all versions
 */
record RestFault(int code, String sentence) {
    static final int NOTHING_FOUND = 9003;
    static final int NO_SUCH_PARTITION = 2000;
    static final int NO_SUCH_ACCOUNT = 2045;
    static final int NO_SUCH_JOB = 2017;
    static final int ENDED_ALREADY = 2021;
    /** Accounts and limits are as they were asked to become. */
    static final int NO_CHANGE = 1900;

    /** Numbers of this range are what the controller has to say to a job; others are troubles of the way there. */
    private static final int FIRST = 2000;

    private static final int LAST = 2999;

    /** The nodes or the controller are not themselves just now, or another controller is about to take over. */
    private static final Set<Integer> PASSING = Set.of(2015, 2016, 2020, 2024, 2027, 2041, 2085, 2131);

    boolean isRefusal() {
        return code >= FIRST && code <= LAST && !PASSING.contains(code);
    }
}
