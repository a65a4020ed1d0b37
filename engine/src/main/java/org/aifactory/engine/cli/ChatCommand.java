package org.aifactory.engine.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.aifactory.engine.chat.Message;
import org.aifactory.engine.generation.Chatbot;
import org.aifactory.engine.generation.LanguageModel;
import org.aifactory.engine.generation.Sampling;
import org.aifactory.engine.training.Progress;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "chat",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Talks with a model. /reset begins anew, /quit or the end of the input ends.",
        footer = {"", "Example:", "  ./aifactory engine chat my-model"})
final class ChatCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Folder of a model.")
    private Path folder = Path.of("");

    @Mixin
    private SamplingOptions options = new SamplingOptions();

    @Override
    public Integer call() {
        talk(
                LanguageModel.load(folder),
                options.sampling(),
                Objects.requireNonNull(spec).commandLine().getOut());
        return 0;
    }

    /** Reads questions from standard input until it ends. */
    static void talk(LanguageModel model, Sampling sampling, PrintWriter out) {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        List<Message> conversation = new ArrayList<>();
        try (Chatbot chatbot = new Chatbot(model)) {
            tell("Ask something; /reset begins anew, /quit ends.\n");
            while (true) {
                tell("> ");
                String line = input.readLine();
                if (line == null || line.strip().equals("/quit")) {
                    tell("\n");
                    return;
                }
                switch (line.strip()) {
                    case "" -> System.err.println("Ask something; /reset begins anew, /quit ends.");
                    case "/help" -> System.err.println("/reset begins anew, /quit ends.");
                    case "/reset" -> conversation.clear();
                    default -> answer(chatbot, conversation, line, sampling, out);
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** What helps a person would be noise where a program asks. */
    private static void tell(String words) {
        if (Progress.standardErrorIsTerminal()) {
            System.err.print(words);
            System.err.flush();
        }
    }

    /** A question that cannot be answered, such as one too long, does not end the conversation. */
    private static void answer(
            Chatbot chatbot, List<Message> conversation, String question, Sampling sampling, PrintWriter out) {
        conversation.add(Message.user(question));
        try {
            String reply = chatbot.reply(conversation, sampling, piece -> {
                out.print(piece);
                out.flush();
            });
            out.println();
            conversation.add(Message.assistant(reply));
        } catch (EngineException refused) {
            if (refused.kind() != Kind.INPUT) {
                throw refused;
            }
            conversation.removeLast();
            System.err.println(refused.getMessage());
        }
    }
}
