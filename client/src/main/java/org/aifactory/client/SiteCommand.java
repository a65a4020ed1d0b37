package org.aifactory.client;

import java.util.concurrent.Callable;
import org.aifactory.client.server.ExitStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What operators do with the machines of their factory. */
@Command(
        name = "site",
        mixinStandardHelpOptions = true,
        description = "For operators: the machines of a factory.",
        footer = {"", "Example:", "  ./aifactory site check leonardo"})
final class SiteCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitStatus.USAGE.number();
    }
}
