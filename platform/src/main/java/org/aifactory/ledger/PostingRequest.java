package org.aifactory.ledger;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Postings that are carried out together or not at all, and what became of them. */
final class PostingRequest {
    private final List<Posting> postings;
    private @Nullable List<Receipt> receipts;
    private @Nullable RuntimeException failure;
    private final CompletableFuture<Void> completion = new CompletableFuture<>();

    PostingRequest(List<Posting> postings) {
        this.postings = List.copyOf(postings);
    }

    List<Posting> postings() {
        return postings;
    }

    /** Posts into a book; a refusal is this request's own affair. */
    void postInto(Book book) {
        receipts = null;
        failure = null;
        try {
            receipts = book.post(postings);
        } catch (LedgerException refused) {
            failure = refused;
        }
    }

    void fail(RuntimeException cause) {
        failure = cause;
    }

    /** Nothing changes any more: what was posted is in the database for good. */
    void complete() {
        completion.complete(null);
    }

    void awaitCompletion() {
        completion.join();
    }

    List<Receipt> result() {
        if (receipts != null && failure == null) {
            return receipts;
        }
        throw failure == null ? new IllegalStateException("The ledger gave no answer.") : failure;
    }
}
