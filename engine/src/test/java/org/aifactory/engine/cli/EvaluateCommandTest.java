package org.aifactory.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.aifactory.engine.model.ModelConfig;
import org.aifactory.engine.model.RopeScaling;
import org.aifactory.engine.model.WeightLayout;
import org.aifactory.engine.tokenizer.BpeTrainer;
import org.aifactory.engine.tokenizer.Tokenizer;
import org.aifactory.engine.weights.DataType;
import org.aifactory.engine.weights.GenerationConfig;
import org.aifactory.engine.weights.HuggingFaceFolder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Aim: the command's numbers and words. Method: a model whose weights are all zero finds every token equally likely. */
class EvaluateCommandTest {
    private static final int VOCABULARY = 320;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path model = Path.of("");

    @BeforeEach
    void writeModel() {
        model = folder.resolve("model");
        Tokenizer tokenizer = new BpeTrainer(VOCABULARY, _ -> {}).train(Stream.of("to be or not to be ".repeat(100)));
        tokenizer.save(model);
        ModelConfig config =
                new ModelConfig(VOCABULARY, 64, 1, 2, 2, 32, 64, 32, 10_000, new RopeScaling.None(), 1e-5, true, false);
        try (Arena arena = Arena.ofConfined()) {
            HuggingFaceFolder.write(
                    model,
                    config,
                    arena.allocate(WeightLayout.of(config).size() * Float.BYTES, Float.BYTES),
                    DataType.F32,
                    GenerationConfig.of(OptionalInt.empty(), List.of(tokenizer.endOfText()), OptionalInt.empty()));
        }
    }

    @Test
    void modelThatKnowsNothingNeedsTheLogarithmOfItsVocabularyForEachToken() throws IOException {
        String text = "the question is whether 'tis nobler in the mind to suffer\n".repeat(20);
        Path file = Files.writeString(folder.resolve("a.txt"), text);

        assertThat(run("--text", file.toString(), "--json")).isZero();

        JsonNode json = JsonMapper.shared().readTree(out.toString());
        assertThat(json.propertyNames()).containsExactly("bitsPerByte", "perplexity", "bytes", "tokens");
        int tokens = Tokenizer.load(model).encode(text).length + 1;
        assertThat(json.get("tokens").intValue()).isEqualTo(tokens);
        assertThat(json.get("bytes").longValue()).isEqualTo(text.length());
        double bits = Math.log(VOCABULARY) / Math.log(2) * tokens / text.length();
        assertThat(json.get("bitsPerByte").doubleValue()).isEqualTo(bits, within(1e-5));
        assertThat(json.get("perplexity").doubleValue()).isEqualTo(VOCABULARY, within(1e-2));
    }

    @Test
    void tableIsPrintedWithoutJson() throws IOException {
        Path file = Files.writeString(folder.resolve("a.txt"), "to be");

        assertThat(run("--text", file.toString())).isZero();

        assertThat(out.toString()).startsWith("| measure | value |").contains("| bytes | 5 |");
        assertThat(err.toString()).contains("Found 1 texts");
    }

    @Test
    void questionsAreAskedAndCountedForEachLanguage() throws IOException {
        Path file = Files.writeString(folder.resolve("q.jsonl"), """
                {"question": "To be?", "answers": ["Elsinore"], "language": "en"}
                {"question": "사느냐?", "answers": ["죽느냐"], "language": "ko"}
                """);

        assertThat(run("--questions", file.toString(), "--json")).isZero();

        JsonNode json = JsonMapper.shared().readTree(out.toString());
        assertThat(json.propertyNames()).containsExactly("accuracy", "correct", "total", "languages");
        assertThat(json.get("total").intValue()).isEqualTo(2);
        assertThat(json.get("languages").get("ko").get("correct").intValue()).isZero();
    }

    @Test
    void badInputIsToldInASentenceWithAStatusOfItsOwn() throws IOException {
        assertThat(run()).isEqualTo(2);
        assertThat(run("--text", "a", "--questions", "b")).isEqualTo(2);
        assertThat(run("--text", folder.resolve("missing").toString())).isEqualTo(3);
        assertThat(run("--questions", folder.resolve("missing").toString())).isEqualTo(3);
        Path silent = Files.writeString(
                folder.resolve("c.jsonl"), "{\"messages\": [{\"role\": \"assistant\", \"content\": \"\"}]}");
        assertThat(run("--text", silent.toString())).isEqualTo(3);
        assertThat(err.toString()).contains("no text to measure").doesNotContain("\tat ");
        assertThat(execute("engine", "evaluate", folder.resolve("none").toString(), "--text", silent.toString()))
                .isEqualTo(4);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aResultThatCannotBeWrittenIsNone() throws IOException {
        Path file = Files.writeString(folder.resolve("a.txt"), "to be");
        Writer full = new Writer() {
            @Override
            public void write(char[] characters, int from, int count) throws IOException {
                throw new IOException("No space left on device");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        CommandLine commandLine =
                Main.commandLine().setOut(new PrintWriter(full)).setErr(new PrintWriter(err, true));

        assertThat(commandLine.execute("engine", "evaluate", model.toString(), "--text", file.toString()))
                .isEqualTo(5);
        assertThat(err.toString()).contains("could not be written to standard output");
    }

    @Test
    void ofConversationsTheAssistantsTurnsAreMeasuredWhateverPeopleSay() throws IOException {
        String conversation = """
                {"messages": [{"role": "user", "content": "%s"}, {"role": "assistant", "content": "to be"}]}
                """;
        Path file = Files.writeString(
                folder.resolve("c.jsonl"),
                conversation.formatted("?") + conversation.formatted("What is the question? ".repeat(9)));

        assertThat(run("--text", file.toString(), "--json")).isZero();

        JsonNode json = JsonMapper.shared().readTree(out.toString());
        int tokensOfATurn = Tokenizer.load(model).encode("to be").length + 1;
        assertThat(json.get("tokens").intValue()).isEqualTo(2 * tokensOfATurn);
        assertThat(json.get("bytes").longValue()).isEqualTo(2L * "to be".length());
        assertThat(json.get("perplexity").doubleValue()).isEqualTo(VOCABULARY, within(1e-2));
        assertThat(err.toString()).contains("the assistant's turns are measured");
    }

    private int run(String... options) {
        return execute(Stream.concat(Stream.of("engine", "evaluate", model.toString()), Stream.of(options))
                .toArray(String[]::new));
    }

    private int execute(String... arguments) {
        CommandLine commandLine =
                Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }
}
