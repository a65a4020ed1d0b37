package org.aifactory.engine.server;

/** The client has gone away, or does not take in what it asked for; there is nobody left to answer. */
final class ClientGone extends RuntimeException {
    ClientGone() {
        super(null, null, false, false);
    }
}
