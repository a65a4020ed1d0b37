package org.aifactory.engine.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.aifactory.engine.EngineException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/** The command line of AI Factory. Results go to standard output, everything else to standard error. */
@Command(
        name = "aifactory",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Trains chatbots from your own documents.",
        subcommands = {QuickstartCommand.class, EngineCommand.class},
        footer = {
            "",
            "Programs of their own:",
            "  up          Starts the platform.",
            "  test        Runs all tests and static checks."
        })
public final class Main {
    private static final int UNEXPECTED = 1;
    private static final int OUT_OF_MEMORY = 5;

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
            return OUT_OF_MEMORY;
        }
    }

    /** The whole command tree, ready to execute. */
    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
                .setExecutionExceptionHandler(Main::explain);
    }

    private static int explain(Exception failure, CommandLine commandLine, ParseResult ignored) {
        if (failure instanceof EngineException expected) {
            commandLine.getErr().println(expected.getMessage());
            return expected.exitCode();
        }
        commandLine.getErr().println("Something unexpected went wrong: " + failure);
        return UNEXPECTED;
    }
}
