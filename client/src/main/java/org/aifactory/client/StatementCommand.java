package org.aifactory.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Server;
import org.aifactory.client.terminal.Plain;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "statement",
        description = "Shows what was taken from an allocation, to the second.",
        footer = {"", "Examples:", "  ./aifactory statement", "  ./aifactory statement 3f1c22d0 --csv > statement.csv"})
final class StatementCommand extends ServerCommand {

    @Parameters(
            arity = "0..1",
            paramLabel = "ALLOCATION",
            description = "Its id, the beginning of it, or its project (default: the only one).")
    private @Nullable String word;

    @Option(names = "--csv", description = "As comma-separated values, for a spreadsheet.")
    private boolean csv;

    StatementCommand(Surroundings here) {
        super(here);
    }

    @Override
    ExitStatus run(Server server) {
        String id = AllocationsCommand.chosen(server, word, "name one with ./aifactory statement ID")
                .raw("id");
        if (csv) {
            try (Server.Body body = server.body("/api/allocations/" + id + "/statement.csv")) {
                terminal().printPart(Plain.lines(new String(body.bytes(), StandardCharsets.UTF_8)));
            } catch (IOException broken) {
                throw server.unreachable(broken);
            }
            return ExitStatus.DONE;
        }
        Statement statement = Statement.of(server, id);
        if (!printed(statement.reply())) {
            print(statement.lines());
        }
        return ExitStatus.DONE;
    }
}
