package org.aifactory.client;

import java.util.Map;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "resume",
        description = "Lets a machine that was drained take runs again.",
        footer = {"", "Example:", "  ./aifactory site resume leonardo"})
final class SiteResumeCommand extends ServerCommand {

    @Parameters(paramLabel = "NAME", description = "The machine, as it stands in its page's address.")
    private String machine = "";

    SiteResumeCommand(Surroundings here) {
        super(here);
    }

    @Override
    ExitStatus run(Server server) {
        Reply now = server.put("/api/machines/" + Server.encoded(machine) + "/open", Map.of("open", true));
        if (!printed(now)) {
            terminal().say("%s takes runs again.", now.text("name"));
        }
        return ExitStatus.DONE;
    }
}
