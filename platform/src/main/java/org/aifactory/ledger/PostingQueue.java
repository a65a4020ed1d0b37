package org.aifactory.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Lets requests that arrive while a transaction commits share the next one, so a thousand requests on one account cost a few commits
 * instead of a thousand, one after another. A thread carries them out as long as there are any, and none waits for more to come.
 */
final class PostingQueue {
    private static final int MOST_TOGETHER = 256;

    private final Queue<PostingRequest> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean working = new AtomicBoolean();
    private final Consumer<List<PostingRequest>> commit;

    /** @param commit carries requests out in one transaction and completes each, whatever happens */
    PostingQueue(Consumer<List<PostingRequest>> commit) {
        this.commit = commit;
    }

    /** Returns when the request is done. */
    void carryOut(PostingRequest request) {
        waiting.add(request);
        if (working.compareAndSet(false, true)) {
            Thread.ofVirtual().name("ledger").start(this::work);
        }
        request.awaitCompletion();
    }

    /** Whoever adds a request after the last look at the queue finds nobody working, and starts the work again. */
    private void work() {
        do {
            try {
                for (List<PostingRequest> some = takeSome(); !some.isEmpty(); some = takeSome()) {
                    commit.accept(some);
                }
            } finally {
                working.set(false);
            }
        } while (!waiting.isEmpty() && working.compareAndSet(false, true));
    }

    private List<PostingRequest> takeSome() {
        List<PostingRequest> together = new ArrayList<>();
        while (together.size() < MOST_TOGETHER) {
            PostingRequest next = waiting.poll();
            if (next == null) {
                break;
            }
            together.add(next);
        }
        return together;
    }
}
