package org.aifactory.federation.ssh;

import java.util.List;

/** Whoever runs commands at a site. */
public interface Commands {

    /**
     * Runs a program and waits for its end.
     *
     * @param input what it reads on standard input
     * @throws org.aifactory.federation.MachineUnavailable when it is not known how it ended, or whether it began
     */
    Answer ask(List<String> words, String input);
}
