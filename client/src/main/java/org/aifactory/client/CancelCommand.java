package org.aifactory.client;

import java.util.Map;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import org.aifactory.client.terminal.Words;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "cancel",
        description =
                "Ends a run. What it used until then is charged, and the rest of what was held for it is free again.",
        footer = {"", "Example:", "  ./aifactory cancel 3f1c22d0"})
final class CancelCommand extends ServerCommand {

    @Parameters(paramLabel = "RUN", description = "Its id, the beginning of it, or its name.")
    private String word = "";

    CancelCommand(Surroundings here) {
        super(here);
    }

    @Override
    ExitStatus run(Server server) {
        String id = Runs.find(server, word).raw("id");
        boolean over = Runs.hasEnded(server.get("/api/runs/" + id));
        server.post("/api/runs/" + id + "/cancel", Map.of());
        Reply run = server.get("/api/runs/" + id);
        if (!printed(run)) {
            terminal().say(sentence(over, Runs.hasEnded(run)), Words.shortId(id), Words.state(run.text("state")));
        }
        return ExitStatus.DONE;
    }

    private static String sentence(boolean before, boolean now) {
        if (before) {
            return "Run %s had ended before: %s.";
        }
        return now ? "Run %s has ended: %s." : "Run %s is being ended; it is still %s.";
    }
}
