package org.aifactory.federation.slurm;

import java.util.Arrays;
import org.aifactory.federation.JobState;

/**
 * The states of Slurm's own ({@code slurm.h}, {@code enum job_states} and its flags), and what each is to us. A state of a newer Slurm
 * that is not known yet is taken for one that goes on.
 */
enum SlurmState {
    PENDING(JobState.QUEUED),
    CONFIGURING(JobState.QUEUED),
    REQUEUED(JobState.QUEUED),
    REQUEUE_FED(JobState.QUEUED),
    REQUEUE_HOLD(JobState.QUEUED),
    SPECIAL_EXIT(JobState.QUEUED),
    RESV_DEL_HOLD(JobState.QUEUED),
    RUNNING(JobState.RUNNING),
    COMPLETING(JobState.RUNNING),
    RESIZING(JobState.RUNNING),
    SIGNALING(JobState.RUNNING),
    STAGE_OUT(JobState.RUNNING),
    STOPPED(JobState.RUNNING),
    SUSPENDED(JobState.RUNNING),
    COMPLETED(JobState.SUCCEEDED),
    FAILED(JobState.FAILED),
    OUT_OF_MEMORY(JobState.FAILED),
    CANCELLED(JobState.CANCELLED),
    TIMEOUT(JobState.TIMED_OUT),
    DEADLINE(JobState.TIMED_OUT),
    BOOT_FAIL(JobState.MACHINE_FAILED),
    NODE_FAIL(JobState.MACHINE_FAILED),
    PREEMPTED(JobState.MACHINE_FAILED),
    REVOKED(JobState.MACHINE_FAILED),
    UNKNOWN(JobState.RUNNING);

    private final JobState meaning;

    SlurmState(JobState meaning) {
        this.meaning = meaning;
    }

    JobState meaning() {
        return meaning;
    }

    static SlurmState named(String word) {
        return Arrays.stream(values())
                .filter(state -> state.name().equals(word))
                .findFirst()
                .orElse(UNKNOWN);
    }
}
