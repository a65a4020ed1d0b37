package org.aifactory.engine.cli;

import java.io.PrintWriter;
import org.aifactory.engine.training.Progress;

/** One line of a terminal that is written over as work goes on; nothing where messages do not go to a terminal. */
final class ProgressLine {
    private final PrintWriter messages;
    private final boolean terminal = Progress.standardErrorIsTerminal();
    private int shownLength;

    ProgressLine(PrintWriter messages) {
        this.messages = messages;
    }

    void show(String text) {
        if (terminal) {
            messages.print("\r" + text + " ".repeat(Math.max(0, shownLength - text.length())));
            messages.flush();
            shownLength = text.length();
        }
    }

    /** Leaves the line as it stands; what is printed next begins a new one. */
    void end() {
        if (shownLength > 0) {
            messages.println();
            shownLength = 0;
        }
    }
}
