package org.aifactory.client;

import java.util.Map;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "key",
        description = {
            "Makes a pair of keys by which a login node will let the platform in, and prints the public half, a line for"
                    + " ~/.ssh/authorized_keys there. The private half is shown to nobody.",
            "Connect the machine then. One that is connected keeps its key until it is connected again."
        },
        footer = {"", "Example:", "  ./aifactory site key leonardo"})
final class SiteKeyCommand extends ServerCommand {

    @Parameters(paramLabel = "NAME", description = "The machine, as it stands in its page's address.")
    private String machine = "";

    SiteKeyCommand(Surroundings here) {
        super(here);
    }

    @Override
    ExitStatus run(Server server) {
        Reply key = server.post("/api/machines/" + Server.encoded(machine) + "/key", Map.of());
        if (!printed(key)) {
            print(key.text("publicKey"));
        }
        return ExitStatus.DONE;
    }
}
