package org.aifactory.engine.server;

import java.time.Duration;

/**
 * How much a server grants its clients, so that none of them can take it away from the others.
 *
 * @param together answers that are written at the same time
 * @param waiting answers that may wait for their turn
 * @param connections open connections
 * @param bodyBytes size of one request
 * @param bodiesBytes size of all requests that are being received
 * @param messages turns of one conversation
 * @param patience time for a client to say what it wants, from opening the connection or from the end of the last answer
 * @param stall time for a client to take in a piece of a stream
 * @param grace time for answers under way when the server is asked to stop
 */
public record Limits(
        int together,
        int waiting,
        int connections,
        int bodyBytes,
        long bodiesBytes,
        int messages,
        Duration patience,
        Duration stall,
        Duration grace) {

    public static final Limits DEFAULT = new Limits(
            32,
            256,
            512,
            4 << 20,
            128 << 20,
            1_000,
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10));
}
