package org.aifactory.engine.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.aifactory.engine.EngineException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.MutuallyExclusiveArgsException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line of AI Factory. Results go to standard output, everything else to standard error. */
@Command(
        name = "aifactory",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Trains chatbots from your own documents.",
        subcommands = EngineCommand.class,
        footer = {
            "",
            "Programs of their own:",
            "  quickstart  From documents to a chatbot, by itself.",
            "  up          Starts the platform.",
            "  bench       Measures how fast this machine trains and answers.",
            "  test        Runs all tests and static checks.",
            "",
            "Example: three minutes until you can talk to a chatbot",
            "  ./aifactory quickstart"
        })
public final class Main {
    private static final int UNEXPECTED = 1;
    private static final int RESOURCE = 5;
    private static final Pattern NO_NATIVE_MEMORY = Pattern.compile("not enough memory|out of memory");

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    private static int run(String[] arguments) {
        try {
            return commandLine().execute(arguments);
        } catch (OutOfMemoryError e) {
            System.err.println("The memory of the Java machine does not suffice (" + e.getMessage()
                    + "); set AIFACTORY_HEAP to more, such as 8g.");
            return RESOURCE;
        } catch (StackOverflowError e) {
            System.err.println("Something unexpected went wrong: what was read is nested too deeply.");
            return UNEXPECTED;
        } catch (LinkageError e) {
            System.err.println("The native libraries of LibTorch cannot be loaded ("
                    + deepest(e).getMessage()
                    + "). They are made for Linux on x86-64; those of the build for GPUs also need CUDA 13 with CUPTI, cuDNN 9 and "
                    + "NCCL 2 in LD_LIBRARY_PATH.");
            return RESOURCE;
        }
    }

    private static Throwable deepest(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause == null ? failure : deepest(cause);
    }

    /** The whole command tree, ready to execute. */
    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Main())
                .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
                .registerConverter(Path.class, Main::path)
                .registerConverter(int.class, text -> number(text, Integer::valueOf, "a whole number"))
                .registerConverter(Integer.class, text -> number(text, Integer::valueOf, "a whole number"))
                .registerConverter(long.class, text -> number(text, Long::valueOf, "a whole number"))
                .registerConverter(Long.class, text -> number(text, Long::valueOf, "a whole number"))
                .registerConverter(double.class, text -> number(text, Double::valueOf, "a number"))
                .registerConverter(Double.class, text -> number(text, Double::valueOf, "a number"))
                .setExecutionStrategy(Main::execute)
                .setParameterExceptionHandler(Main::refuse)
                .setExecutionExceptionHandler(Main::explain);
        tellVersion(commandLine, "AI Factory " + Objects.requireNonNullElse(version(), "in the making"));
        return commandLine;
    }

    /** A result that could not be written is none, and writers in Java keep that to themselves until they are asked. */
    private static int execute(ParseResult parsed) {
        int status = new RunLast().execute(parsed);
        CommandLine commandLine = parsed.commandSpec().commandLine();
        if (status == 0 && commandLine.getOut().checkError()) {
            commandLine
                    .getErr()
                    .println(
                            "The result could not be written to standard output: the disk is full, or its reader has gone.");
            return RESOURCE;
        }
        return status;
    }

    /** As the build wrote it into the archive; null where classes run without one. */
    private static @Nullable String version() {
        return Main.class.getPackage().getImplementationVersion();
    }

    private static void tellVersion(CommandLine command, String version) {
        command.getCommandSpec().version(version);
        command.getSubcommands().values().forEach(subcommand -> tellVersion(subcommand, version));
    }

    private static <T> T number(String text, Function<String, T> parse, String kind) {
        try {
            return parse.apply(text.strip());
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' is not " + kind + " that can be used");
        }
    }

    /** An empty path would mean the present folder, which nobody who wrote nothing meant. */
    private static Path path(String text) {
        if (text.isEmpty()) {
            throw new TypeConversionException("is empty where a file or folder was expected");
        }
        return Path.of(text);
    }

    /** Says what cannot be understood; the whole of the help would bury it. */
    private static int refuse(ParameterException failure, String... ignored) {
        CommandLine command = failure.getCommandLine();
        PrintWriter messages = command.getErr();
        messages.println(oneLine(sentence(failure, !command.getSubcommands().isEmpty())));
        UnmatchedArgumentException.printSuggestions(failure, messages);
        if (command.getSubcommands().isEmpty()) {
            messages.println("See ./" + command.getCommandSpec().qualifiedName() + " --help.");
        } else {
            command.usage(messages);
        }
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    private static String sentence(ParameterException failure, boolean awaitsCommand) {
        return switch (failure) {
            case UnmatchedArgumentException unknown
            when awaitsCommand ->
                "There is no command '" + unknown.getUnmatched().getFirst() + "'.";
            case MissingParameterException _ when awaitsCommand -> "Which command? One of those below.";
            case MutuallyExclusiveArgsException both ->
                String.valueOf(both.getMessage())
                        .replace("Error: ", "")
                        .replace("are mutually exclusive (specify only one)", "exclude each other; give one of them.");
            default -> String.valueOf(failure.getMessage()).replaceFirst("^Error: ", "");
        };
    }

    private static int explain(Exception failure, CommandLine commandLine, ParseResult ignored) {
        PrintWriter messages = commandLine.getErr();
        if (failure instanceof EngineException expected) {
            messages.println(oneLine(String.valueOf(expected.getMessage())));
            return expected.exitCode();
        }
        // LibTorch's messages go on with its own stack.
        String sentence = failure.toString().lines().findFirst().orElse("");
        if (NO_NATIVE_MEMORY.matcher(sentence).find()) {
            messages.println("The memory of this machine does not suffice (" + oneLine(sentence)
                    + "). Use a smaller model, or end other programs.");
            return RESOURCE;
        }
        messages.println("Something unexpected went wrong: " + oneLine(sentence));
        return UNEXPECTED;
    }

    /** Names of files may hold line ends, and worse, which are not to reach a terminal. */
    private static String oneLine(String message) {
        return message.replaceAll("\\p{Cntrl}+", " ");
    }
}
