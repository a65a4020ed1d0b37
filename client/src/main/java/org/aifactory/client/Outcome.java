package org.aifactory.client;

import java.util.Optional;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import org.aifactory.client.terminal.Words;

/** How a run ended, told to whoever watched it. */
final class Outcome {
    private Outcome() {}

    static ExitStatus tell(ServerCommand command, Server server, Reply run) {
        boolean good = run.text("state").equals("SUCCEEDED");
        if (!command.printed(run)) {
            String id = Words.shortId(run.text("id"));
            command.print("Run " + id + " " + Words.state(run.text("state"))
                    + Watch.why(run).replaceFirst("\\.$", "") + "; " + Watch.burned(run) + ".");
            if (good) {
                model(server, run)
                        .ifPresent(model -> command.terminal()
                                .say("Its model is %s; talk with it: ./aifactory chat %s", model, model));
            } else {
                command.terminal().say("What it printed: ./aifactory logs %s", id);
            }
        }
        return good ? ExitStatus.DONE : ExitStatus.RUN_FAILED;
    }

    /** It is registered a moment after the run has ended. */
    private static Optional<String> model(Server server, Reply run) {
        if (!run.text("recipe").equalsIgnoreCase("chatbot")
                && !run.text("recipe").equalsIgnoreCase("finetune")) {
            return Optional.empty();
        }
        for (int look = 0; look < 20; look++) {
            Optional<String> model = server.all("/api/models").stream()
                    .filter(each -> each.raw("run").equals(run.raw("id")))
                    .map(each -> each.text("slug"))
                    .findFirst();
            if (model.isPresent()) {
                return model;
            }
            Server.pause(java.time.Duration.ofMillis(500));
        }
        return Optional.empty();
    }
}
