package org.aifactory.client;

import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
import org.aifactory.client.server.ClientException;
import org.aifactory.client.server.Credentials;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import org.aifactory.client.terminal.Terminal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A command that asks a platform something. */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
abstract class ServerCommand implements Callable<Integer> {
    private final Surroundings here;

    @Option(names = "--json", description = "Print what the server answered as JSON.")
    private boolean json;

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "The platform (default: that of the last login, else http://127.0.0.1:8080).")
    private @Nullable String serverName;

    ServerCommand(Surroundings here) {
        this.here = here;
    }

    abstract ExitStatus run(Server server);

    @Override
    public final Integer call() {
        return run(connect()).number();
    }

    private Server connect() {
        Credentials credentials = here.credentials();
        URI address = credentials.server(serverName);
        return new Server(address, credentials.token(address), credentials.isOfVariable());
    }

    Terminal terminal() {
        return here.terminal();
    }

    Credentials credentials() {
        return here.credentials();
    }

    boolean asJson() {
        return json;
    }

    /** Prints the answer where it was asked for, so that people need not be told. */
    boolean printed(Reply answer) {
        if (json) {
            print(answer);
        }
        return json;
    }

    void print(Reply answer) {
        terminal().print(org.aifactory.client.terminal.Plain.json(Server.pretty(answer)));
    }

    void print(List<String> lines) {
        terminal().print(lines);
    }

    void print(String line) {
        terminal().print(line);
    }

    /** Somebody to ask is there, and did not ask for JSON, which is for programs. */
    boolean mayAsk() {
        return terminal().isInteractive() && !json;
    }

    /** What was given, else the person's answer. */
    String needed(@Nullable String given, String option, String question) {
        if (given != null && !given.isBlank()) {
            return given.strip();
        }
        if (mayAsk()) {
            return terminal().ask(question);
        }
        throw new ClientException(
                ExitStatus.USAGE, option + " is missing, and there is no terminal on which to ask for it.");
    }

    ClientException usage(String sentence) {
        return new ClientException(ExitStatus.USAGE, sentence);
    }
}
