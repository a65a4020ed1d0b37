package org.aifactory.client;

import java.util.Map;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "drain",
        description = "Lets a machine take no new runs; those that it has go on.",
        footer = {"", "Example:", "  ./aifactory site drain leonardo"})
final class SiteDrainCommand extends ServerCommand {

    @Parameters(paramLabel = "NAME", description = "The machine, as it stands in its page's address.")
    private String machine = "";

    SiteDrainCommand(Surroundings here) {
        super(here);
    }

    @Override
    ExitStatus run(Server server) {
        Reply now = server.put("/api/machines/" + Server.encoded(machine) + "/open", Map.of("open", false));
        if (!printed(now)) {
            terminal().say("%s takes no new runs; those that it has go on.", now.text("name"));
        }
        return ExitStatus.DONE;
    }
}
