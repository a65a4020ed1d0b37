package org.aifactory.client;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Function;
import org.aifactory.client.server.ClientException;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.terminal.Plain;
import org.aifactory.client.terminal.Terminal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The commands that speak to a platform over its public API. */
@Command(
        name = "aifactory",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Apply for compute, bring data, train, watch, and talk with your model.",
        footer = {
            "",
            "Programs of their own:",
            "  up          Starts a platform on this machine.",
            "  backup      Writes all that a platform keeps into one file, while it runs.",
            "  restore     Brings it all back from such a file.",
            "  engine      Trains and runs models without a platform.",
            "  bench       Measures how fast this machine is.",
            "  test        Runs all tests and static checks.",
            "",
            "Example: from nothing to a chatbot",
            "  ./aifactory quickstart"
        })
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(Surroundings.ofProcess(), arguments));
    }

    static int run(Surroundings here, String... arguments) {
        return commandLine(here).execute(arguments);
    }

    private static CommandLine commandLine(Surroundings here) {
        CommandLine main = new CommandLine(new Main())
                .addSubcommand(new QuickstartCommand(here))
                .addSubcommand(new LoginCommand(here))
                .addSubcommand(new ApplyCommand(here))
                .addSubcommand(new AllocationsCommand(here))
                .addSubcommand(new CommandLine(new DataCommand(here))
                        .addSubcommand(new DataAddCommand(here))
                        .addSubcommand(new DataShowCommand(here))
                        .addSubcommand(new DataRemoveCommand(here)))
                .addSubcommand(new TrainCommand(here))
                .addSubcommand(new JobsCommand(here))
                .addSubcommand(new LogsCommand(here))
                .addSubcommand(new CancelCommand(here))
                .addSubcommand(new StatementCommand(here))
                .addSubcommand(new CommandLine(new ModelsCommand(here))
                        .addSubcommand(new ModelsShowCommand(here))
                        .addSubcommand(new ModelsDownloadCommand(here)))
                .addSubcommand(new ChatCommand(here))
                .addSubcommand(new CommandLine(new SiteCommand())
                        .addSubcommand(new SiteShowCommand(here))
                        .addSubcommand(new SiteKeyCommand(here))
                        .addSubcommand(new SiteConnectCommand(here))
                        .addSubcommand(new SiteCheckCommand(here))
                        .addSubcommand(new SiteDrainCommand(here))
                        .addSubcommand(new SiteResumeCommand(here)))
                .setOut(here.terminal().out())
                .setErr(here.terminal().err())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Path.class, Main::path)
                .registerConverter(int.class, text -> number(text, Integer::valueOf, "a whole number"))
                .registerConverter(Integer.class, text -> number(text, Integer::valueOf, "a whole number"))
                .registerConverter(Long.class, text -> number(text, Long::valueOf, "a whole number"))
                .registerConverter(BigDecimal.class, text -> number(text, BigDecimal::new, "a number"))
                .setParameterExceptionHandler((failure, _) -> refuse(failure, here.terminal()))
                .setExecutionExceptionHandler((failure, _, _) -> explain(failure, here.terminal()));
        tellVersion(main, "AI Factory " + Objects.requireNonNullElse(version(), "in the making"));
        return main;
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

    private static Path path(String text) {
        if (text.isEmpty()) {
            throw new TypeConversionException("is empty where a file or folder was expected");
        }
        return Path.of(text);
    }

    /** Says what cannot be understood; the whole of the help would bury it. */
    private static int refuse(ParameterException failure, Terminal terminal) {
        CommandLine command = failure.getCommandLine();
        boolean awaitsCommand = command.getCommandSpec().userObject() instanceof Main;
        terminal.say("%s", Plain.line(sentence(failure, awaitsCommand)));
        if (awaitsCommand) {
            command.usage(command.getErr());
        } else {
            terminal.say("See ./%s --help.", command.getCommandSpec().qualifiedName());
        }
        return ExitStatus.USAGE.number();
    }

    private static String sentence(ParameterException failure, boolean awaitsCommand) {
        return switch (failure) {
            case UnmatchedArgumentException unknown
            when awaitsCommand ->
                "There is no command '" + unknown.getUnmatched().getFirst() + "'.";
            case MissingParameterException _ when awaitsCommand -> "Which command? One of those below.";
            default -> String.valueOf(failure.getMessage()).replaceFirst("^Error: ", "");
        };
    }

    private static int explain(Exception failure, Terminal terminal) {
        return switch (failure) {
            case ClientException expected -> {
                terminal.say("%s", Plain.lines(expected.sentence()));
                yield expected.status().number();
            }
            case Terminal.EndOfInput _ -> {
                terminal.say("Nothing was done.");
                yield ExitStatus.STOPPED.number();
            }
            default -> {
                terminal.say("Something unexpected went wrong: %s", Plain.line(failure.toString()));
                yield ExitStatus.UNEXPECTED.number();
            }
        };
    }
}
