package org.aifactory.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Aim: whatever cannot be trained is refused in one sentence, with a status of its own, and nothing is written. */
class TrainCommandTest {
    private static final int MISUNDERSTOOD = 2;
    private static final int INPUT = 3;
    private static final int MODEL = 4;
    private static final int RESOURCE = 5;
    private static final int CONFLICT = 7;

    @TempDir
    private Path folder;

    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --minutes 0        | --minutes must be more than zero.
            --minutes -1       | --minutes must be more than zero.
            --minutes NaN      | --minutes must be more than zero.
            --minutes 0.001    | No time is left to train in
            --tokens -5        | --tokens must be more than zero.
            --steps 0          | --steps must be more than zero.
            --minutes 1e300    | --minutes must be at most 5270400.
            --tokens 9223372036854775807 | --tokens must be at most 1000000000000000.
            --steps 9223372036854775807  | --steps must be at most 1000000000.
            --gpu-hours 1      | --gpu-hours needs --device cuda; on the CPU give --minutes.
            --width 63         | --width must be between 64 and 32768 and a multiple of 64, not 63.
            --width -64        | --width must be between 64 and 32768 and a multiple of 64, not -64.
            --depth 0          | --depth must be between 1 and 512, not 0.
            --vocab 100        | --vocab must be between 320 and 1048576 and a multiple of 64, not 100.
            --context 1        | --context must be between 16 and 131072, not 1.
            --learning-rate 0  | --learning-rate must be more than zero.
            --device tpu       | --device is cpu or cuda, not tpu.
            --base x --depth 2 | With --base the model is as large as it is; leave --depth, --width and --vocab away.
            """)
    void valuesThatCannotBeAreRefusedByName(String options, String sentence) throws IOException {
        Path text = Files.writeString(folder.resolve("text.txt"), "to be or not to be ".repeat(500));

        assertRefused(INPUT, sentence, text, options.split(" "));
    }

    @Test
    void wordsThatAreNoOptionsOrNumbersAreRefusedWithoutThePageOfHelp() throws IOException {
        Path text = Files.writeString(folder.resolve("text.txt"), "to be or not to be");

        assertRefused(MISUNDERSTOOD, "'soon' is not a number", text, "--minutes", "soon");
        assertRefused(MISUNDERSTOOD, "exclude each other; give one of them", text, "--steps", "1", "--tokens", "2");
        assertRefused(MISUNDERSTOOD, "is empty where a file or folder was expected", text, "--base", "");
        assertThat(err.toString()).doesNotContain("Usage:");
    }

    @Test
    void textThatIsNoneIsRefusedAndNamed() throws IOException {
        Path missing = folder.resolve("missing");
        assertRefused(INPUT, missing + " does not exist", missing, "--steps", "1");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertRefused(INPUT, "There is no text in " + empty, empty, "--steps", "1");
        Path blank = Files.writeString(folder.resolve("blank.txt"), " \n\t\r\n".repeat(3000));
        assertRefused(INPUT, "blank.txt (nothing but white space)", blank, "--steps", "1");
        Path marked = Files.writeString(folder.resolve("marked.txt"), "\uFEFF\n");
        assertRefused(INPUT, "marked.txt (nothing but white space)", marked, "--steps", "1");
        Path binary = Files.write(folder.resolve("binary.txt"), new byte[100_000]);
        assertRefused(INPUT, "binary.txt (binary)", binary, "--steps", "1");
        Path broken = Files.writeString(folder.resolve("broken.jsonl"), "{\"text\": \"good\"}\n{\"text\": bad\n");
        assertRefused(INPUT, broken + ", line 2, is not valid JSON", broken, "--steps", "1");
        Path shortText = Files.writeString(folder.resolve("short.txt"), "to be or not to be ".repeat(16));
        assertRefused(INPUT, "The text is too short", shortText, "--steps", "1");
    }

    @Test
    void aNameThatWouldSteerATerminalIsToldOnOneLine() throws IOException {
        Path odd = Files.createDirectory(folder.resolve("odd"));
        Files.write(odd.resolve("two\nlines \u001b[31m.txt"), new byte[10]);

        assertRefused(INPUT, "two?lines ?[31m.txt (binary)", odd, "--steps", "1");
    }

    @Test
    void aModelLargerThanTheMemoryIsRefusedBeforeItStarts() throws IOException {
        Path text = Files.writeString(folder.resolve("text.txt"), "to be or not to be ".repeat(5000));

        assertRefused(RESOURCE, "would fit, such as one of --depth", text, "--steps", "1", "--depth", "500");
    }

    @Test
    void aBaseThatIsNoModelIsRefusedByName() throws IOException {
        Path text = Files.writeString(folder.resolve("text.txt"), "to be or not to be ".repeat(500));
        Path base = Files.createDirectory(folder.resolve("base"));

        assertRefused(MODEL, base + "/config.json cannot be read", text, "--steps", "1", "--base", base.toString());
        Files.writeString(base.resolve("config.json"), "{\"architectures\": [\"GPT2LMHeadModel\"]}");
        assertRefused(MODEL, "GPT2LMHeadModel", text, "--steps", "1", "--base", base.toString());
        Path out = folder.resolve("out");
        assertRefused(INPUT, "--base and --out are the same folder", text, "--steps", "1", "--base", out.toString());
    }

    @Test
    void aFolderOfOtherThingsIsLeftAsItIs() throws IOException {
        Path text = Files.writeString(folder.resolve("text.txt"), "to be or not to be ".repeat(500));
        Path mine =
                Files.writeString(Files.createDirectory(folder.resolve("out")).resolve("mine"), "mine");

        assertThat(train(text, "--steps", "1", "--fresh")).isEqualTo(CONFLICT);

        assertThat(err.toString()).contains("is not empty and holds no training run. Nothing was changed");
        assertThat(folder.resolve("out")).isDirectoryContaining(file -> file.equals(mine));
        assertThat(mine).hasContent("mine");
    }

    private void assertRefused(int status, String sentence, Path text, String... options) {
        err.getBuffer().setLength(0);

        assertThat(train(text, options)).as(err.toString()).isEqualTo(status);

        assertThat(err.toString()).contains(sentence).doesNotContain("\tat ");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    private int train(Path text, String... options) {
        List<String> arguments = new ArrayList<>(List.of("engine", "train", "--text", text.toString()));
        arguments.addAll(List.of("--out", folder.resolve("out").toString()));
        Stream.of(options).forEach(arguments::add);
        CommandLine commandLine = Main.commandLine().setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments.toArray(String[]::new));
    }
}
