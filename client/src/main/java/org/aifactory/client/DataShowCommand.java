package org.aifactory.client;

import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import org.aifactory.client.terminal.Table;
import org.aifactory.client.terminal.Words;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = "Shows the versions of a dataset, or with NAME@NUMBER the files of one.",
        footer = {"", "Examples:", "  ./aifactory data show handbook", "  ./aifactory data show handbook@1"})
final class DataShowCommand extends ServerCommand {

    @Parameters(paramLabel = "DATASET", description = "Its name or id; NAME@NUMBER or ID:CONTENT for one version.")
    private String word = "";

    @Option(names = "--most", paramLabel = "N", description = "How many files to list (default: 1000).")
    private int most = 1000;

    DataShowCommand(Surroundings here) {
        super(here);
    }

    @Override
    ExitStatus run(Server server) {
        if (word.contains(":") || word.matches(".+@\\d+")) {
            files(server, Datasets.version(server, word));
        } else {
            versions(server, Datasets.find(server, word));
        }
        return ExitStatus.DONE;
    }

    private void versions(Server server, Reply dataset) {
        Reply versions = server.get("/api/datasets/" + dataset.raw("id") + "/versions?most=1000");
        if (printed(versions)) {
            return;
        }
        print(dataset.text("name") + "  (" + dataset.text("id") + ", " + dataset.text("licence") + ")");
        if (dataset.has("description") && !dataset.text("description").isEmpty()) {
            print(dataset.lines("description"));
        }
        Table table = new Table(">VERSION", ">FILES", ">SIZE", ">TEXTS", ">TALKS", "MADE", "CONTENT");
        for (Reply version : versions.list()) {
            table.row(
                    version.text("number"),
                    version.text("files"),
                    Words.bytes(version.number("bytes")),
                    version.get("documents").text("texts"),
                    version.get("documents").text("conversations"),
                    Words.time(version.time("made")),
                    Datasets.content(version));
        }
        print(table.lines());
    }

    private void files(Server server, Reply version) {
        String dataset = version.raw("id").substring(0, version.raw("id").indexOf(':'));
        Reply files = server.get(
                "/api/datasets/" + dataset + "/versions/" + Datasets.content(version) + "/files?most=" + most);
        if (printed(files)) {
            return;
        }
        Table table = new Table("FILE", ">SIZE", "REMARK");
        files.list()
                .forEach(file -> table.row(file.text("path"), Words.bytes(file.number("bytes")), file.text("remark")));
        print(table.lines());
        if (files.list().size() < version.number("files")) {
            terminal()
                    .say(
                            "… and %,d more.",
                            version.number("files") - files.list().size());
        }
    }
}
