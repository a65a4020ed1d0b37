package org.aifactory.client;

import java.util.Locale;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import org.aifactory.client.terminal.Table;
import org.aifactory.client.terminal.Words;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "jobs",
        description = "Lists runs, the newest first, or tells all of one.",
        footer = {"", "Examples:", "  ./aifactory jobs", "  ./aifactory jobs 3f1c22d0 --watch"})
final class JobsCommand extends ServerCommand {

    @Parameters(arity = "0..1", paramLabel = "RUN", description = "Its id, the beginning of it, or its name.")
    private @Nullable String word;

    @Option(names = "--watch", description = "Follow it until it ends (without RUN: the newest).")
    private boolean watch;

    JobsCommand(Surroundings here) {
        super(here);
    }

    @Override
    ExitStatus run(Server server) {
        if (watch) {
            Reply run = Runs.findOrNewest(server, word);
            return Outcome.tell(this, server, new Watch(server, terminal(), run.raw("id")).untilEndOrInterrupted());
        }
        if (word != null) {
            Reply run = server.get("/api/runs/" + Runs.find(server, word).raw("id"));
            if (!printed(run)) {
                tell(run);
            }
            return ExitStatus.DONE;
        }
        Reply runs = server.get("/api/runs");
        if (!printed(runs)) {
            list(runs);
        }
        return ExitStatus.DONE;
    }

    private void list(Reply runs) {
        if (runs.isEmpty()) {
            terminal().say("There are no runs yet; begin one with ./aifactory train --data NAME.");
            return;
        }
        Table table = new Table("ID", "NAME", "RECIPE", "STATE", "SUBMITTED", "STARTED", "ENDED", ">SECONDS");
        for (Reply run : runs.list()) {
            table.row(
                    Words.shortId(run.text("id")),
                    run.text("name"),
                    Words.state(run.text("recipe")),
                    Words.state(run.text("state")),
                    Words.time(run.time("submitted")),
                    Words.time(run.time("started")),
                    Words.time(run.time("ended")),
                    String.format(Locale.ROOT, "%,d", run.get("budget").number("used")));
        }
        print(table.lines());
    }

    private void tell(Reply run) {
        print(run.text("name") + "  (" + run.text("id") + ")");
        print("  " + Words.state(run.text("state")) + Watch.why(run));
        Reply resources = run.get("resources");
        print("  recipe " + Words.state(run.text("recipe")) + ", project " + run.text("project") + ", "
                + several(resources)
                + Words.count(resources.number("cores"), "core", "cores") + ", "
                + Words.count(resources.number("gpus"), "GPU", "GPUs") + ", "
                + Words.bytes(resources.number("memoryBytes")) + " for at most "
                + Words.duration(resources.number("wallSeconds")));
        print("  submitted " + Words.time(run.time("submitted")) + ", started " + Words.time(run.time("started"))
                + ", ended " + Words.time(run.time("ended")));
        run.time("forecastEnd").ifPresent(end -> print("  will end by " + Words.time(end)));
        print("  " + Watch.burned(run));
        for (Reply attempt : run.list("attempts")) {
            print("  attempt " + attempt.text("number") + ": "
                    + (attempt.has("state") ? Words.state(attempt.text("state")) : "under way")
                    + (attempt.has("seconds") ? ", " + attempt.text("seconds") + " s" : "")
                    + ", charged " + attempt.text("charged")
                    + (attempt.number("borneBySite") > 0 ? ", borne by the site " + attempt.text("borneBySite") : ""));
        }
    }

    private static String several(Reply resources) {
        long nodes = resources.has("nodes") ? resources.number("nodes") : 1;
        return nodes == 1 ? "" : nodes + " nodes, each with ";
    }
}
