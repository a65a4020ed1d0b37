package org.aifactory.client;

import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import org.aifactory.client.terminal.Table;
import org.aifactory.client.terminal.Words;
import picocli.CommandLine.Command;

@Command(
        name = "models",
        description = "Lists the models that you may use, the newest first.",
        footer = {"", "Example:", "  ./aifactory models"})
final class ModelsCommand extends ServerCommand {

    ModelsCommand(Surroundings here) {
        super(here);
    }

    @Override
    ExitStatus run(Server server) {
        Reply models = server.get("/api/models?most=1000");
        if (printed(models)) {
            return ExitStatus.DONE;
        }
        if (models.isEmpty()) {
            terminal().say("There are no models yet; train one with ./aifactory train --data NAME.");
            return ExitStatus.DONE;
        }
        Table table = new Table("ID", "MODEL", "NAME", ">PARAMETERS", ">SIZE", "LICENCE", "VISIBILITY", "REGISTERED");
        for (Reply model : models.list()) {
            table.row(
                    Words.shortId(model.text("id")),
                    model.text("slug"),
                    model.text("name"),
                    Words.about(model.number("parameters")),
                    Words.bytes(model.number("bytes")),
                    model.text("licence"),
                    Words.state(model.text("visibility")),
                    Words.time(model.time("registered")));
        }
        print(table.lines());
        return ExitStatus.DONE;
    }

    static Reply find(Server server, String word) {
        return Pick.one(server.all("/api/models"), word, "model", "slug", "name");
    }
}
