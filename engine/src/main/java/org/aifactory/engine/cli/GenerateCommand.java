package org.aifactory.engine.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.aifactory.engine.generation.GenerationRequest;
import org.aifactory.engine.generation.Generator;
import org.aifactory.engine.generation.LanguageModel;
import org.aifactory.engine.generation.Sequence;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Continues a text.",
        footer = {"", "Example:", "  ./aifactory engine generate my-model --prompt \"Once upon a time\""})
final class GenerateCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Folder of a model.")
    private Path folder = Path.of("");

    @Option(names = "--prompt", required = true, paramLabel = "TEXT", description = "The beginning of the text.")
    private String prompt = "";

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            defaultValue = "200",
            description = "Tokens to add at most (default: 200).")
    private int maxTokens;

    @Mixin
    private SamplingOptions options = new SamplingOptions();

    @Override
    public Integer call() {
        LanguageModel model = LanguageModel.load(folder);
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        try (Generator generator = model.generator()) {
            Sequence sequence = generator.start(new GenerationRequest(
                    model.tokenizer().encodePrompt(prompt), maxTokens, options.sampling(), model.stopTokens()));
            out.print(prompt);
            out.flush();
            model.tell(generator, sequence, piece -> {
                out.print(piece);
                out.flush();
            });
        }
        out.println();
        return 0;
    }
}
