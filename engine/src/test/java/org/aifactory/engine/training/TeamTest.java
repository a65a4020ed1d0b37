package org.aifactory.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class TeamTest {

    /** Whoever hands out the work frees the tensors that it works on as soon as the call ends. */
    @Test
    void aFailureIsThrownOnlyWhenTheOtherTasksHaveEnded() {
        CountDownLatch failing = new CountDownLatch(1);
        AtomicBoolean otherEnded = new AtomicBoolean();
        try (Team team = new Team(2)) {
            assertThatThrownBy(() -> team.run(2, task -> {
                        if (task == 0) {
                            failing.countDown();
                            throw new IllegalArgumentException("no");
                        }
                        outlast(failing);
                        otherEnded.set(true);
                    }))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(otherEnded).isTrue();
        }
    }

    /** Goes on for a while after another task has begun to fail. */
    private static void outlast(CountDownLatch failing) {
        try {
            assertThat(failing.await(10, TimeUnit.SECONDS)).isTrue();
            Thread.sleep(50);
        } catch (InterruptedException interruption) {
            throw new IllegalStateException(interruption);
        }
    }

    @Test
    void anErrorOfATaskStaysAnError() {
        try (Team team = new Team(2)) {
            assertThatThrownBy(() -> team.run(2, task -> {
                        throw new OutOfMemoryError("Java heap space");
                    }))
                    .isInstanceOf(OutOfMemoryError.class);
        }
    }
}
