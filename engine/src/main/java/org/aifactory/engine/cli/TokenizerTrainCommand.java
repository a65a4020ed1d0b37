package org.aifactory.engine.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.corpus.Corpus;
import org.aifactory.engine.tokenizer.BpeTrainer;
import org.aifactory.engine.tokenizer.Tokenizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Trains a byte-level BPE tokenizer on texts and writes it as Hugging Face files.",
        footer = {"", "Example:", "  ./aifactory engine tokenizer train --text documents/ --vocab 8192 --out words"})
final class TokenizerTrainCommand implements Runnable {
    @Option(
            names = "--text",
            required = true,
            arity = "1..*",
            paramLabel = "PATH",
            description = "Files (.txt, .md, .jsonl) or folders to learn from.")
    private List<Path> texts = List.of();

    @Option(
            names = "--vocab",
            required = true,
            paramLabel = "V",
            description = "Tokens in all, bytes and special tokens included; best a multiple of 64.")
    private int vocabularySize;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder to write to.")
    private Path out = Path.of("");

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli before anything runs.
    private CommandSpec spec;

    @Override
    public void run() {
        if (Files.exists(out.resolve("tokenizer.json"))) {
            throw new EngineException(
                    Kind.CONFLICT, out + " holds a tokenizer already; choose another folder for --out, or remove it.");
        }
        PrintWriter messages = spec.commandLine().getErr();
        ProgressLine line = new ProgressLine(messages);
        BpeTrainer trainer = new BpeTrainer(vocabularySize, progress -> line.show(text(progress)));
        Corpus corpus = Corpus.open(texts);
        CorpusNotes.print(corpus.summary(), messages);
        Tokenizer tokenizer = trainer.train(corpus.documents().pieces());
        line.end();
        tokenizer.save(out);
        if (tokenizer.size() < vocabularySize) {
            messages.println(
                    "The text is too small for " + vocabularySize + " tokens: no further pair in it occurs twice.");
        }
        messages.println("Wrote a tokenizer of " + tokenizer.size() + " tokens to " + out + ".");
    }

    private String text(BpeTrainer.Progress progress) {
        return progress.tokens() == 0
                ? String.format(Locale.ROOT, "Counting words: %.1f MB", progress.bytes() / 1e6)
                : "Learning tokens: " + progress.tokens() + " of " + vocabularySize;
    }
}
