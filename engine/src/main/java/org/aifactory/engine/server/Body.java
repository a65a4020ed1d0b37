package org.aifactory.engine.server;

import java.io.ByteArrayOutputStream;
import java.util.concurrent.atomic.AtomicLong;

/** The body of one request as it comes in, within what a request and all requests together may take. Received on one thread and read on another. */
final class Body {
    private final Limits limits;
    private final AtomicLong all;
    private ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /**
     * An empty body.
     *
     * @param all counts the bytes of all bodies
     */
    Body(Limits limits, AtomicLong all) {
        this.limits = limits;
        this.all = all;
    }

    /**
     * Takes in a part.
     *
     * @throws ApiError when it is too much, and then everything is dropped
     */
    synchronized void add(byte[] part) {
        all.addAndGet(part.length);
        bytes.writeBytes(part);
        if (bytes.size() > limits.bodyBytes()) {
            drop();
            throw ApiError.tooLarge(limits.bodyBytes());
        }
        if (all.get() > limits.bodiesBytes()) {
            drop();
            throw ApiError.busy();
        }
    }

    synchronized byte[] bytes() {
        return bytes.toByteArray();
    }

    /** Gives the room back. */
    synchronized void drop() {
        all.addAndGet(-bytes.size());
        bytes = new ByteArrayOutputStream();
    }
}
