package org.aifactory.client;

import org.aifactory.client.terminal.Terminal;
import org.aifactory.client.terminal.Words;

/** What a person is told who ends the watching of a run by Ctrl-C, and may think that they ended the run. */
final class Leaving implements AutoCloseable {
    private final Thread words;

    /** @param again the command that goes on watching it */
    Leaving(Terminal terminal, String run, String again) {
        String id = Words.shortId(run);
        words = new Thread(() -> terminal.say(
                "%nStopped watching; the run goes on. Watch it again: ./aifactory %s. End it: ./aifactory cancel %s.",
                again.formatted(id), id));
        Runtime.getRuntime().addShutdownHook(words);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(words);
        } catch (IllegalStateException ending) {
            // It is running: the person pressed Ctrl-C.
        }
    }
}
