package org.aifactory.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Server;
import org.aifactory.client.terminal.Plain;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = "Shows a model's card: what it was made from and how, and how good it is.",
        footer = {"", "Example:", "  ./aifactory models show handbook"})
final class ModelsShowCommand extends ServerCommand {

    @Parameters(paramLabel = "MODEL", description = "Its id, the beginning of it, or its name.")
    private String word = "";

    ModelsShowCommand(Surroundings here) {
        super(here);
    }

    @Override
    ExitStatus run(Server server) {
        String path = "/api/models/" + ModelsCommand.find(server, word).raw("id");
        if (asJson()) {
            print(server.get(path));
            return ExitStatus.DONE;
        }
        try (Server.Body card = server.body(path + "/card")) {
            terminal()
                    .print(Plain.lines(new String(card.bytes(), StandardCharsets.UTF_8))
                            .stripTrailing());
        } catch (IOException broken) {
            throw server.unreachable(broken);
        }
        return ExitStatus.DONE;
    }
}
