package org.aifactory.engine.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.aifactory.engine.evaluation.EvaluationReport;
import org.aifactory.engine.evaluation.QuestionSet;
import org.aifactory.engine.generation.Chatbot;
import org.aifactory.engine.generation.GenerationRequest;
import org.aifactory.engine.generation.Generator;
import org.aifactory.engine.generation.LanguageModel;
import org.aifactory.engine.generation.Sampling;
import org.aifactory.engine.training.Budget;
import org.aifactory.engine.training.Progress;
import org.aifactory.engine.training.TrainingRequest;
import org.aifactory.engine.training.TrainingRequest.OtherRun;
import org.aifactory.engine.training.TrainingRun;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "quickstart",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "From documents to a chatbot in one command: trains, asks it questions it has never seen, and lets you talk to it.",
            "Without --text it learns the handbook of the AI factories in examples/handbook."
        },
        footer = {"", "Example:", "  ./aifactory quickstart --text my-documents/ --minutes 10"})
final class QuickstartCommand implements Callable<Integer> {
    private static final int SAMPLES = 3;
    private static final int CONTINUATION_TOKENS = 80;
    private static final int STOPPED = 130;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--text", paramLabel = "PATH", description = "Your own documents instead of the example.")
    private @Nullable Path text;

    @Option(names = "--minutes", paramLabel = "M", defaultValue = "3", description = "Time for training (default: 3).")
    private double minutes;

    @Option(names = "--home", paramLabel = "DIR", description = "Where the model goes (default: ./var).")
    private Path home = Path.of("var");

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1", hidden = true)
    private long seed;

    @Option(names = "--exit", description = "Do not offer the chat at the end.")
    private boolean exit;

    @Override
    public Integer call() {
        Progress progress = Progress.onStandardError();
        Path folder = home.resolve("quickstart");
        TrainingRun.Outcome outcome = new TrainingRun(request(folder), progress).run();
        if (!outcome.finished()) {
            return STOPPED;
        }
        LanguageModel model = LanguageModel.load(folder);
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        if (outcome.conversations() > 0) {
            questions(model, out, progress);
            progress.say("Talk to it whenever you like: ./aifactory engine chat %s%n", folder);
        } else {
            continuations(model, out);
            progress.say(
                    "%nThis model completes text; it does not answer, because it has seen no conversations.%n"
                            + "For one that answers, add conversations in JSONL ({\"messages\": [{\"role\": \"user\", …}, …]}) to the "
                            + "text,%nor continue from an open model: ./aifactory engine train --base HF_DIR --text PATH --out DIR");
            progress.say("Continue text: ./aifactory engine generate %s --prompt \"…\"", folder);
        }
        if (!exit && outcome.conversations() > 0) {
            ChatCommand.talk(model, Sampling.GREEDY, out);
        }
        return 0;
    }

    private TrainingRequest request(Path folder) {
        List<Path> texts = text == null
                ? List.of(handbook().resolve("text"), handbook().resolve("conversations.jsonl"))
                : List.of(text);
        return new TrainingRequest(
                texts,
                folder,
                new Budget.Minutes(TrainCommand.minutes(minutes)),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalDouble.empty(),
                Optional.empty(),
                seed,
                "cpu",
                OtherRun.SET_ASIDE);
    }

    private static Path handbook() {
        return Path.of(System.getProperty("aifactory.root", "."), "examples", "handbook");
    }

    private void questions(LanguageModel model, PrintWriter out, Progress progress) {
        if (text != null) {
            progress.say("This model answers in the manner of your conversations.");
            return;
        }
        QuestionSet set = QuestionSet.read(handbook().resolve("questions.jsonl"));
        try (Chatbot chatbot = new Chatbot(model)) {
            progress.show("Questions    ", 0, set.questions().size() + " that it has never seen");
            List<String> questions = set.asked();
            List<String> replies = chatbot.answers(questions);
            progress.say("");
            out.println(EvaluationReport.markdown(set.score(replies)));
            for (int i = 0; i < SAMPLES; i++) {
                int sample = i * questions.size() / SAMPLES;
                out.println("> " + questions.get(sample));
                out.println(replies.get(sample));
                out.println();
            }
        }
    }

    private static void continuations(LanguageModel model, PrintWriter out) {
        int[] start = {model.tokenizer().endOfText()};
        try (Generator generator = model.generator()) {
            List<GenerationRequest> requests = List.of(1L, 2L, 3L).stream()
                    .map(choice -> new GenerationRequest(
                            start,
                            CONTINUATION_TOKENS,
                            Sampling.GREEDY.withTemperature(0.8).withSeed(choice),
                            model.stopTokens()))
                    .toList();
            generator.generate(requests).forEach(sequence -> {
                out.println(
                        "--- " + model.tokenizer().decode(sequence.produced()).strip());
            });
        }
    }
}
