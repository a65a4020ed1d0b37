package org.aifactory.engine.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final int CALLS = 100_000;

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);

    @Test
    void onATerminalNewWorkIsDrawnAtOnceAndNeverMoreOftenThanEyesCanFollow() {
        Progress progress = new Progress(out, true);

        for (int i = 0; i < CALLS; i++) {
            progress.show("Tokens", (double) i / CALLS, "text");
        }
        progress.show("Measuring", 0, "this machine");

        assertThat(text()).contains("Tokens").contains("Measuring");
        assertThat(text().chars().filter(character -> character == '\r').count())
                .isLessThan(CALLS / 100);
    }

    @Test
    void onATerminalALineIsCutAtItsEdgeAndNotWrapped() {
        new Progress(out, true).show("Reading", 0.5, "a very long detail");

        assertThat(text()).startsWith("\r\033[K\033[?7l").endsWith("a very long detail\033[?7h");
    }

    @Test
    void elsewhereShortWorkSaysNothingAndNoLineHoldsCodesOfATerminal() {
        Progress progress = new Progress(out, false);

        for (int i = 0; i < CALLS; i++) {
            progress.show("Tokens", (double) i / CALLS, "text");
        }
        progress.say("Done in %s.", Progress.duration(125));

        assertThat(text()).endsWith("Done in 2 min 05 s." + System.lineSeparator());
        assertThat(text().lines()).hasSizeLessThan(CALLS / 100);
        assertThat(text()).doesNotContain("\033", "\r\033");
    }

    private String text() {
        return written.toString(StandardCharsets.UTF_8);
    }
}
