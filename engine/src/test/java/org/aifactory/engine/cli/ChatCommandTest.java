package org.aifactory.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.aifactory.engine.weights.TinyFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatCommandTest {
    @TempDir
    private Path folder;

    @Test
    void aMessageTooLongForTheModelIsRefusedAndTheConversationGoesOn() {
        TinyFolder.write(folder, TinyFolder.qwen3());

        int linesOfOneAnswer = said("the cat\n").split("\n", -1).length;
        int linesOfTwoAnswers = said("the cat\n" + "the cat ".repeat(2000) + "\n/reset\nthe cat\n")
                .split("\n", -1)
                .length;

        assertThat(linesOfTwoAnswers).isEqualTo(2 * linesOfOneAnswer - 1);
    }

    private String said(String typed) {
        StringWriter out = new StringWriter();
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)));
        try {
            assertThat(Main.commandLine()
                            .setOut(new PrintWriter(out, true))
                            .execute("engine", "chat", folder.toString()))
                    .isZero();
        } finally {
            System.setIn(before);
        }
        return out.toString();
    }
}
