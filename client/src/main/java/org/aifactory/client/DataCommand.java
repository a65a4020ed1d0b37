package org.aifactory.client;

import java.util.List;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import org.aifactory.client.terminal.Table;
import org.aifactory.client.terminal.Words;
import picocli.CommandLine.Command;

@Command(
        name = "data",
        description = "Lists datasets, the newest first. To bring data: ./aifactory data add PATH.",
        footer = {"", "Example:", "  ./aifactory data"})
final class DataCommand extends ServerCommand {

    DataCommand(Surroundings here) {
        super(here);
    }

    @Override
    ExitStatus run(Server server) {
        Reply datasets = server.get("/api/datasets?most=1000");
        if (printed(datasets)) {
            return ExitStatus.DONE;
        }
        if (datasets.isEmpty()) {
            terminal().say("There are no datasets yet; bring one with ./aifactory data add PATH.");
            return ExitStatus.DONE;
        }
        Table table = new Table("ID", "NAME", ">VERSION", ">FILES", ">SIZE", ">TEXTS", ">TALKS", "LICENCE", "MADE");
        for (Reply dataset : datasets.list()) {
            List<Reply> versions = Datasets.versions(server, dataset);
            Reply newest = versions.isEmpty() ? Reply.NOTHING : versions.getFirst();
            table.row(
                    Words.shortId(dataset.text("id")),
                    dataset.text("name"),
                    versions.isEmpty() ? "none" : newest.text("number"),
                    newest.text("files"),
                    versions.isEmpty() ? "" : Words.bytes(newest.number("bytes")),
                    newest.get("documents").text("texts"),
                    newest.get("documents").text("conversations"),
                    dataset.text("licence"),
                    Words.time(versions.isEmpty() ? dataset.time("made") : newest.time("made")));
        }
        print(table.lines());
        return ExitStatus.DONE;
    }
}
