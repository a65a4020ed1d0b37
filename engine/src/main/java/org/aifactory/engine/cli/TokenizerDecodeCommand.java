package org.aifactory.engine.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.StringTokenizer;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.tokenizer.Tokenizer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "decode",
        mixinStandardHelpOptions = true,
        description = {
            "Prints the text of token ids, which stand separated by spaces or line ends.",
            "Special tokens are left out; bytes that are not UTF-8 become U+FFFD. Nothing is put at the end."
        },
        footer = {"", "Example:", "  echo '72 101 108 108 111' | ./aifactory engine tokenizer decode tokenizer"})
final class TokenizerDecodeCommand implements Runnable {
    @Parameters(index = "0", paramLabel = "DIR", description = "Folder with a tokenizer.json.")
    private Path folder = Path.of("");

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FILE",
            description = "Token ids; standard input if left out.")
    private @Nullable Path file;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli before anything runs.
    private CommandSpec spec;

    @Override
    public void run() {
        Tokenizer tokenizer = Tokenizer.load(folder);
        CommandInput input = new CommandInput(file);
        StringTokenizer words = new StringTokenizer(new String(input.bytes(), StandardCharsets.UTF_8));
        int[] ids = new int[words.countTokens()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = id(words.nextToken(), i, tokenizer.size(), input);
        }
        spec.commandLine().getOut().print(tokenizer.decode(ids));
        spec.commandLine().getOut().flush();
    }

    private static int id(String word, int place, int size, CommandInput input) {
        try {
            int id = Integer.parseInt(word);
            if (id >= 0 && id < size) {
                return id;
            }
        } catch (NumberFormatException e) {
            // Told below, as for a number out of range.
        }
        throw new EngineException(
                Kind.INPUT,
                "Word " + (place + 1) + " of " + input.name() + ", " + word
                        + ", is not a token id; ids are whole numbers from 0 to " + (size - 1) + ".");
    }
}
