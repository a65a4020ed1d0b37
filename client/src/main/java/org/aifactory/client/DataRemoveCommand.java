package org.aifactory.client;

import org.aifactory.client.server.ClientException;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import org.aifactory.client.terminal.Words;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "remove",
        description = "Removes a dataset with all its versions, for good.",
        footer = {"", "Example:", "  ./aifactory data remove handbook --yes"})
final class DataRemoveCommand extends ServerCommand {

    @Parameters(paramLabel = "DATASET", description = "Its name or id.")
    private String word = "";

    @Option(names = "--yes", description = "Do not ask whether this is meant.")
    private boolean yes;

    DataRemoveCommand(Surroundings here) {
        super(here);
    }

    @Override
    ExitStatus run(Server server) {
        Reply dataset = Datasets.find(server, word);
        int versions = Datasets.versions(server, dataset).size();
        if (!yes) {
            confirm(dataset, versions);
        }
        server.delete("/api/datasets/" + dataset.raw("id") + "?confirm=" + Server.encoded(dataset.raw("name")));
        terminal()
                .say(
                        "Removed the dataset %s with %s.",
                        dataset.text("name"), Words.count(versions, "version", "versions"));
        return ExitStatus.DONE;
    }

    private void confirm(Reply dataset, int versions) {
        if (!mayAsk()) {
            throw usage("This cannot be undone; say --yes to remove the dataset " + dataset.text("name") + ".");
        }
        String answer = terminal()
                .ask(String.format(
                        "This removes the dataset with %s for good. Its name, to go on",
                        Words.count(versions, "version", "versions")));
        if (!answer.equals(dataset.text("name"))) {
            throw new ClientException(ExitStatus.STOPPED, "That is not its name; nothing was removed.");
        }
    }
}
