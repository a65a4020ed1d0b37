package org.aifactory.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class TokenizerCommandTest {
    private record Outcome(int status, String out, String err) {}

    @TempDir
    private Path home;

    private Path text = Path.of("");
    private Path tokenizer = Path.of("");

    @BeforeEach
    void writeText() throws IOException {
        text = Files.writeString(home.resolve("text.txt"), "Hello world, hello worlds.\n안녕 세계\n".repeat(20));
        tokenizer = home.resolve("tokenizer");
    }

    private static Outcome run(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine =
                Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return new Outcome(commandLine.execute(words), out.toString(), err.toString());
    }

    private Outcome train(String vocabulary) {
        return run(
                "engine",
                "tokenizer",
                "train",
                "--text",
                text.toString(),
                "--vocab",
                vocabulary,
                "--out",
                tokenizer.toString());
    }

    @Test
    void whatIsTrainedEncodesAndDecodesToTheSameText() throws IOException {
        assertThat(train("272").status()).isZero();
        Outcome encoded = run("engine", "tokenizer", "encode", tokenizer.toString(), text.toString());
        Path ids = Files.writeString(home.resolve("ids"), encoded.out());
        Outcome decoded = run("engine", "tokenizer", "decode", tokenizer.toString(), ids.toString());

        assertThat(encoded.out()).matches("\\d+( \\d+)*\\R");
        assertThat(decoded).isEqualTo(new Outcome(0, Files.readString(text), ""));
    }

    @Test
    void aTextTooSmallForTheVocabularyIsTold() {
        assertThat(train("8192").err()).contains("too small for 8192 tokens");
    }

    @Test
    void aTokenizerThatIsThereIsNotOverwritten() throws IOException {
        train("272");
        byte[] before = Files.readAllBytes(tokenizer.resolve("tokenizer.json"));
        Outcome second = train("300");

        assertThat(second.status()).isEqualTo(7);
        assertThat(second.err()).contains("holds a tokenizer already").hasLineCount(1);
        assertThat(tokenizer.resolve("tokenizer.json")).hasBinaryContent(before);
    }

    @Test
    void aVocabularyOutOfRangeIsRefusedBeforeAnythingIsWritten() {
        Outcome refused = train("100");

        assertThat(refused.status()).isEqualTo(3);
        assertThat(refused.err()).contains("not 100");
        assertThat(tokenizer).doesNotExist();
    }

    @Test
    void textThatIsNotThereIsRefused() {
        Outcome refused = run("engine", "tokenizer", "train", "--text", home + "/none", "--vocab", "300", "--out", "x");

        assertThat(refused.status()).isEqualTo(3);
        assertThat(refused.err()).contains("none").hasLineCount(1);
    }

    @Test
    void anInputFileThatIsNotThereIsRefused() {
        train("272");
        Outcome refused = run("engine", "tokenizer", "encode", tokenizer.toString(), home + "/none.txt");

        assertThat(refused.status()).isEqualTo(3);
        assertThat(refused.err()).contains("There is no file " + home + "/none.txt");
    }

    @Test
    void aFolderWithoutATokenizerIsRefused() {
        Outcome refused = run("engine", "tokenizer", "encode", home.toString(), text.toString());

        assertThat(refused.status()).isEqualTo(4);
        assertThat(refused.err()).contains("there is no tokenizer.json").hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"72 x", "72 -1", "72 272", "72 99999999999"})
    void aWordThatIsNoIdIsNamedWithItsPlace(String ids) throws IOException {
        train("272");
        Path file = Files.writeString(home.resolve("ids"), ids);
        Outcome refused = run("engine", "tokenizer", "decode", tokenizer.toString(), file.toString());

        assertThat(refused.status()).isEqualTo(3);
        assertThat(refused.err())
                .startsWith("Word 2 of " + file + ", " + ids.substring(3))
                .contains("0 to 271");
        assertThat(refused.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"train", "encode", "decode"})
    void everyCommandHasHelpWithAnExample(String command) {
        Outcome help = run("engine", "tokenizer", command, "--help");

        assertThat(help.status()).isZero();
        assertThat(help.out()).contains("Example:", "./aifactory engine tokenizer " + command);
    }

    @Test
    void aMissingWordIsAnErrorOfUse() {
        assertThat(run("engine", "tokenizer").status()).isEqualTo(2);
        assertThat(run("engine", "tokenizer", "train", "--vocab", "300").status())
                .isEqualTo(2);
        assertThat(run("engine", "tokenizer", "train", "--vocab", "many").err()).contains("many");
    }
}
