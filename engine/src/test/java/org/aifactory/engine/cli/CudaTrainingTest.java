package org.aifactory.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.aifactory.engine.ChildProcess;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Aim: a model trained on a GPU is a folder like any other. Method: the commands, from a text to its continuation. */
@Tag("gpu")
class CudaTrainingTest {
    @TempDir
    private Path folder;

    @Test
    void aTextLearntOnTheGpuIsKnownOnTheCpu() throws IOException {
        String sentence = "The factory trains a model, and the model answers in the evening. ";
        String text = Files.writeString(folder.resolve("text.txt"), sentence.repeat(400))
                .toString();
        String model = folder.resolve("model").toString();

        run("train", "--text", text, "--out", model, "--steps", "150", "--vocab", "320", "--device", "cuda");

        assertThat(run("generate", model, "--prompt", "The factory trains", "--max-tokens", "8"))
                .startsWith("The factory trains a model, and");
        assertThat(bitsPerByte(model, text)).isLessThan(0.3);
    }

    /** In a process of its own, with which the minute begins. */
    @Test
    void aRunByTheClockIsMeasuredAndPlanned() throws Exception {
        String text = Files.writeString(
                        folder.resolve("text.txt"),
                        "The factory trains a model that answers in the evening. ".repeat(4000))
                .toString();
        String model = folder.resolve("model").toString();

        ChildProcess.Ended training = ChildProcess.of(
                        Main.class,
                        "engine",
                        "train",
                        "--text",
                        text,
                        "--out",
                        model,
                        "--minutes",
                        "1",
                        "--device",
                        "cuda")
                .run();

        assertThat(training.status()).as(training.errors()).isZero();
        assertThat(bitsPerByte(model, text)).isLessThan(0.5);
    }

    private static double bitsPerByte(String model, String text) {
        return JsonMapper.shared()
                .readTree(run("evaluate", model, "--text", text, "--json"))
                .path("bitsPerByte")
                .asDouble();
    }

    private static String run(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] arguments = new String[words.length + 1];
        arguments[0] = "engine";
        System.arraycopy(words, 0, arguments, 1, words.length);
        int status = Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        assertThat(status).as(err.toString()).isZero();
        return out.toString();
    }
}
