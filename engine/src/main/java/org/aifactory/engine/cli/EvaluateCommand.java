package org.aifactory.engine.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.aifactory.engine.corpus.Corpus;
import org.aifactory.engine.evaluation.EvaluationReport;
import org.aifactory.engine.evaluation.QuestionScore;
import org.aifactory.engine.evaluation.QuestionSet;
import org.aifactory.engine.evaluation.TextEvaluation;
import org.aifactory.engine.evaluation.TextScore;
import org.aifactory.engine.generation.Chatbot;
import org.aifactory.engine.generation.LanguageModel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        customSynopsis = "aifactory engine evaluate DIR (--text PATH... | --questions FILE) [--json]",
        description = {
            "Measures a model: bits per byte and perplexity on texts that it has not learned, or the share of questions that it"
                    + " answers right.",
            "A question set is JSONL: {\"question\": \"…\", \"answers\": [\"…\", …], \"language\": \"en\"}. A reply is right"
                    + " when it contains one of the answers."
        },
        footer = {
            "",
            "Examples:",
            "  ./aifactory engine evaluate my-model --text held-out.txt",
            "  ./aifactory engine evaluate my-model --questions questions.jsonl --json"
        })
final class EvaluateCommand implements Runnable {
    @Parameters(index = "0", paramLabel = "DIR", description = "Folder of the model.")
    private Path folder = Path.of("");

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // Set by picocli before anything runs.
    private Material material;

    @Option(names = "--json", description = "Print one JSON object instead of a Markdown table.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli before anything runs.
    private CommandSpec spec;

    /** What to measure on: one of these. */
    private static final class Material {
        @Option(
                names = "--text",
                arity = "1..*",
                paramLabel = "PATH",
                description = "Files (.txt, .md, .jsonl) or folders of text.")
        private @Nullable List<Path> texts;

        @Option(names = "--questions", paramLabel = "FILE", description = "Questions with their answers, in JSONL.")
        private @Nullable Path questions;
    }

    @Override
    public void run() {
        String report = material.texts != null ? evaluate(material.texts) : ask(QuestionSet.read(file()));
        PrintWriter results = spec.commandLine().getOut();
        results.println(report.stripTrailing());
        results.flush();
    }

    private Path file() {
        if (material.questions == null) {
            throw new IllegalStateException("the options were checked");
        }
        return material.questions;
    }

    private String evaluate(List<Path> texts) {
        PrintWriter messages = spec.commandLine().getErr();
        LanguageModel model = LanguageModel.load(folder);
        Corpus corpus = Corpus.open(texts);
        CorpusNotes.print(corpus.summary(), messages);
        if (corpus.summary().conversations() > 0) {
            messages.println(
                    corpus.summary().textDocuments() > 0
                            ? "The texts are measured and the conversations left out; name these alone to measure them."
                            : "Of conversations the assistant's turns are measured, which are what a model learns.");
        }
        ProgressLine line = new ProgressLine(messages);
        TextScore score = new TextEvaluation(
                        model.config(),
                        model.weights(),
                        model.tokenizer(),
                        tokens -> line.show(String.format(Locale.ROOT, "Scored %,d tokens", tokens)))
                .score(corpus.documents());
        line.end();
        return json ? EvaluationReport.json(score) : EvaluationReport.markdown(score);
    }

    private String ask(QuestionSet questions) {
        try (Chatbot chatbot = new Chatbot(LanguageModel.load(folder))) {
            QuestionScore score = questions.score(chatbot.answers(questions.asked()));
            return json ? EvaluationReport.json(score) : EvaluationReport.markdown(score);
        }
    }
}
