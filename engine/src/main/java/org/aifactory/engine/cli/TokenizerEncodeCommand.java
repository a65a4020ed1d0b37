package org.aifactory.engine.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.aifactory.engine.tokenizer.Tokenizer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "encode",
        mixinStandardHelpOptions = true,
        description = {
            "Prints the token ids of a text on one line, separated by spaces.",
            "The whole input is one text: ends of lines become tokens too, and names of special tokens are text like any other."
        },
        footer = {"", "Example:", "  echo 'Hello world' | ./aifactory engine tokenizer encode tokenizer"})
final class TokenizerEncodeCommand implements Runnable {
    @Parameters(index = "0", paramLabel = "DIR", description = "Folder with a tokenizer.json.")
    private Path folder = Path.of("");

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FILE",
            description = "Text in UTF-8; standard input if left out.")
    private @Nullable Path file;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli before anything runs.
    private CommandSpec spec;

    @Override
    public void run() {
        Tokenizer tokenizer = Tokenizer.load(folder);
        String text = new String(new CommandInput(file).bytes(), StandardCharsets.UTF_8);
        PrintWriter out = spec.commandLine().getOut();
        String separator = "";
        for (int id : tokenizer.encode(text)) {
            out.print(separator);
            out.print(id);
            separator = " ";
        }
        out.println();
    }
}
