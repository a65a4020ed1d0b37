package org.aifactory.training;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.aifactory.identity.PersonId;
import org.aifactory.web.Problem;
import org.aifactory.web.ProblemType;

/** One piece of work at a time for each person: whoever asks for more at once waits a moment, and burdens nobody but themselves. */
final class Turns {
    private static final int MOST_WAITING = 4;

    private final Map<PersonId, Turn> turns = new ConcurrentHashMap<>();
    private final Duration patience;

    Turns(Duration patience) {
        this.patience = patience;
    }

    /** @param people who have the turn or wait for it */
    private record Turn(Semaphore free, int people) {}

    /** @throws Problem when it is not the person's turn in time, or too many of theirs wait already */
    <T> T take(PersonId person, Supplier<T> work) {
        Turn turn = turns.merge(
                person, new Turn(new Semaphore(1), 1), (known, next) -> new Turn(known.free(), known.people() + 1));
        try {
            if (turn.people() > MOST_WAITING || !turn.free().tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw Problem.of(ProblemType.TOO_MANY_ATTEMPTS, "training.refused.turn");
            }
            try {
                return work.get();
            } finally {
                turn.free().release();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw Problem.of(ProblemType.TOO_MANY_ATTEMPTS, "training.refused.turn");
        } finally {
            turns.computeIfPresent(
                    person, (id, known) -> known.people() == 1 ? null : new Turn(known.free(), known.people() - 1));
        }
    }
}
