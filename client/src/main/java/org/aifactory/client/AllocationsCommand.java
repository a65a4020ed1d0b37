package org.aifactory.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.aifactory.client.server.ClientException;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import org.aifactory.client.terminal.Table;
import org.aifactory.client.terminal.Words;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

@Command(
        name = "allocations",
        description =
                "Lists the time that was granted: how much, how much of it is held for runs, spent and free, and until when.",
        footer = {"", "Example:", "  ./aifactory allocations"})
final class AllocationsCommand extends ServerCommand {

    AllocationsCommand(Surroundings here) {
        super(here);
    }

    @Override
    ExitStatus run(Server server) {
        Reply allocations = server.get("/api/allocations?most=1000");
        if (printed(allocations)) {
            return ExitStatus.DONE;
        }
        if (allocations.isEmpty()) {
            terminal().say("Nothing has been granted yet; ask for time with ./aifactory apply --hours N.");
            return ExitStatus.DONE;
        }
        print(lines(allocations.list()));
        for (Reply allocation : allocations.list()) {
            for (Reply warning : allocation.list("warnings")) {
                terminal().say("%s: %s", Words.shortId(allocation.text("id")), warning.text("text"));
            }
        }
        return ExitStatus.DONE;
    }

    /** One line for each unit in which a partition counts, and one where nothing is told of its hours. */
    static List<String> lines(List<Reply> allocations) {
        Table table = new Table(
                "ID", "PROJECT", "PARTITION", "STATE", "UNTIL", ">GRANTED", ">HELD", ">SPENT", ">FREE", "UNIT");
        for (Reply allocation : allocations) {
            Reply hours = allocation.get("hours");
            Set<String> granted = hours.fields("granted").keySet();
            Set<String> units = granted.isEmpty() ? Set.of("") : granted;
            boolean first = true;
            for (String unit : units) {
                table.row(
                        first ? Words.shortId(allocation.text("id")) : "",
                        first ? allocation.text("project") : "",
                        first ? allocation.get("partition").text("slug") : "",
                        first ? Words.state(allocation.text("state")) : "",
                        first ? Words.time(allocation.time("until")) : "",
                        Hours.of(hours.get("granted").get(unit)),
                        Hours.of(hours.get("held").get(unit)),
                        Hours.of(hours.get("spent").get(unit)),
                        Hours.of(hours.get("free").get(unit)),
                        Words.unit(unit));
                first = false;
            }
        }
        return table.lines();
    }

    /** The allocation that is named, or the only one that can be used. */
    static Reply chosen(Server server, @Nullable String word) {
        return chosen(server, word, "choose with --allocation ID");
    }

    /** Whether there are several that can be used. */
    static boolean areSeveral(Server server) {
        return active(server.all("/api/allocations")).size() > 1;
    }

    private static List<Reply> active(List<Reply> all) {
        return all.stream()
                .filter(allocation -> allocation.text("state").equals("ACTIVE"))
                .toList();
    }

    /** @param how a person names one of several in the command at hand */
    static Reply chosen(Server server, @Nullable String word, String how) {
        List<Reply> all = server.all("/api/allocations");
        if (word != null) {
            return Pick.one(all, word, "allocation", "project");
        }
        List<Reply> active = active(all);
        if (active.size() == 1) {
            return active.getFirst();
        }
        if (active.isEmpty()) {
            throw new ClientException(
                    ExitStatus.NOT_FOUND,
                    "You have no time on a machine; ask for it with ./aifactory apply --hours N.");
        }
        List<String> lines = new ArrayList<>(List.of("There are several allocations; " + how + ":"));
        lines.addAll(lines(active));
        throw new ClientException(ExitStatus.USAGE, String.join("\n", lines));
    }
}
