package org.aifactory.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = "Tells whether a machine answers and since when, whom that meets, and what is free on it.",
        footer = {"", "Example:", "  ./aifactory site show leonardo"})
final class SiteShowCommand extends ServerCommand {

    @Parameters(paramLabel = "NAME", description = "The machine, as it stands in its page's address.")
    private String machine = "";

    SiteShowCommand(Surroundings here) {
        super(here);
    }

    @Override
    ExitStatus run(Server server) {
        String path = "/api/machines/" + Server.encoded(machine);
        Reply health = server.get(path + "/health");
        if (!printed(health)) {
            print(lines(server.get(path), health));
        }
        return !health.has("answers") || health.flag("answers") ? ExitStatus.DONE : ExitStatus.REFUSED;
    }

    static List<String> lines(Reply machine, Reply health) {
        List<String> lines = new ArrayList<>();
        lines.add(machine.text("name") + " " + answers(machine, health)
                + (health.flag("open") ? "" : ", and is drained") + ".");
        if (health.has("said")) {
            lines.add(health.text("said"));
        }
        Reply use = health.get("use");
        if (!use.isEmpty()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "Runs: %d go on, %d wait; organisations: %d.",
                    use.number("running"),
                    use.number("waiting"),
                    use.number("organisations")));
        }
        for (Reply partition : machine.list("partitions")) {
            lines.add(free(partition));
        }
        return lines;
    }

    private static String answers(Reply machine, Reply health) {
        if (!machine.flag("connected")) {
            return "is not connected";
        }
        if (!health.has("answers")) {
            return "has not been looked at yet";
        }
        return (health.flag("answers") ? "answers since " : "does not answer since ") + health.raw("since");
    }

    private static String free(Reply partition) {
        Reply now = partition.get("now");
        String words = now.isEmpty()
                ? "nobody can say what is free"
                : String.format(
                        Locale.ROOT,
                        "%d of %d cores and %d of %d GPUs are free, %d wait",
                        now.number("freeCores"),
                        now.number("cores"),
                        now.number("freeGpus"),
                        now.number("gpus"),
                        now.number("queued"));
        return String.format(Locale.ROOT, "%-24s %s", partition.raw("slug"), words);
    }
}
