package org.aifactory.engine.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.aifactory.engine.generation.FinishReason;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one request while it is written: the batcher puts text in, the client's thread takes it out as fast as the client
 * reads. It never holds more than the tokens that were asked for, so the batcher need not wait for anybody.
 */
final class Answer {
    /** What is new of one choice; {@code finished} with the last of it. */
    record Piece(int choice, String text, @Nullable FinishReason finished) {}

    private static final class Draft {
        final StringBuilder unread = new StringBuilder();

        @Nullable
        FinishReason finished;

        boolean isTaken;

        boolean hasNews() {
            return !unread.isEmpty() || (finished != null && !isTaken);
        }
    }

    private static final Duration FOREVER = Duration.ofDays(365);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Draft> drafts;
    private int tokens;
    private @Nullable ApiError failure;
    private boolean abandoned;
    private volatile boolean wanted = true;

    Answer(int choices) {
        this.drafts = Stream.generate(Draft::new).limit(choices).toList();
    }

    /** Adds a token of a choice and the text that it brought to light. */
    void add(int choice, String text) {
        change(() -> {
            tokens++;
            drafts.get(choice).unread.append(text);
        });
    }

    /** Ends a choice with the rest of its text. */
    void finish(int choice, String rest, FinishReason reason) {
        change(() -> {
            drafts.get(choice).unread.append(rest);
            drafts.get(choice).finished = reason;
        });
    }

    /** Ends the answer because it cannot be given. */
    void fail(ApiError error) {
        change(() -> {
            failure = failure == null ? error : failure;
            wanted = false;
        });
    }

    /** Tells that nobody waits for this answer any more. */
    void abandon() {
        change(() -> {
            abandoned = true;
            wanted = false;
        });
    }

    private void change(Runnable work) {
        lock.lock();
        try {
            work.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether it is of any use to go on with this answer. */
    boolean isWanted() {
        return wanted;
    }

    /**
     * Waits for news.
     *
     * @return what has come since the last call; nothing when that takes longer than {@code patience}, or when all has been taken
     * @throws ApiError when the answer cannot be given
     * @throws ClientGone when it was abandoned
     */
    List<Piece> take(Duration patience) {
        return await(patience, () -> drafts.stream().anyMatch(Draft::hasNews));
    }

    /** Waits until every choice has ended, and returns them whole; throws as {@link #take} does. */
    List<Piece> takeWhole() {
        return await(FOREVER, () -> drafts.stream().allMatch(draft -> draft.finished != null));
    }

    private List<Piece> await(Duration patience, BooleanSupplier isEnough) {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (wanted && !isEnough.getAsBoolean() && !isTaken() && left > 0) {
                left = changed.awaitNanos(left);
            }
            return news();
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new ClientGone();
        } finally {
            lock.unlock();
        }
    }

    private List<Piece> news() {
        if (abandoned) {
            throw new ClientGone();
        }
        if (failure != null) {
            throw failure;
        }
        List<Piece> pieces = new ArrayList<>();
        for (int choice = 0; choice < drafts.size(); choice++) {
            Draft draft = drafts.get(choice);
            if (draft.hasNews()) {
                pieces.add(new Piece(choice, draft.unread.toString(), draft.finished));
                draft.unread.setLength(0);
                draft.isTaken = draft.finished != null;
            }
        }
        return pieces;
    }

    /** Whether everything was taken. */
    boolean isTaken() {
        lock.lock();
        try {
            return drafts.stream().allMatch(draft -> draft.isTaken);
        } finally {
            lock.unlock();
        }
    }

    /** Tokens produced so far. */
    int tokens() {
        lock.lock();
        try {
            return tokens;
        } finally {
            lock.unlock();
        }
    }
}
