package org.aifactory.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.aifactory.identity.PersonId;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private final Turns turns = new Turns(Duration.ofMillis(20));

    @Test
    void whoever_asks_while_theirs_is_worked_on_is_refused_and_others_are_not() throws Exception {
        PersonId busy = PersonId.random();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        try (ExecutorService others = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> first = others.submit(() -> turns.take(busy, () -> {
                begun.countDown();
                await(over);
                return "first";
            }));
            begun.await();
            assertThatThrownBy(() -> turns.take(busy, () -> "second"))
                    .isInstanceOfSatisfying(
                            Problem.class,
                            refused -> assertThat(refused.type()).isEqualTo(ProblemType.TOO_MANY_ATTEMPTS));
            assertThat(turns.take(PersonId.random(), () -> "another")).isEqualTo("another");
            over.countDown();
            assertThat(first.get()).isEqualTo("first");
        }
        assertThat(turns.take(busy, () -> "later")).isEqualTo("later");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
