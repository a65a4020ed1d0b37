package org.aifactory.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "check",
        description = {
            "Examines a machine as a run would meet it: asks its Slurm, runs one tiny job there, and says of each thing that is not well"
                    + " what to do. Takes a minute at most.",
            "The exit status is 0 where runs would work."
        },
        footer = {"", "Example:", "  ./aifactory site check leonardo"})
final class SiteCheckCommand extends ServerCommand {

    @Parameters(paramLabel = "NAME", description = "The machine, as it stands in its page's address.")
    private String machine = "";

    SiteCheckCommand(Surroundings here) {
        super(here);
    }

    @Override
    ExitStatus run(Server server) {
        Reply findings = server.post("/api/machines/" + Server.encoded(machine) + "/check", Map.of());
        if (!printed(findings)) {
            print(lines(findings));
        }
        return isWell(findings) ? ExitStatus.DONE : ExitStatus.REFUSED;
    }

    static List<String> lines(Reply findings) {
        List<String> lines = new ArrayList<>();
        for (Reply finding : findings.list()) {
            String mark = switch (finding.raw("outcome")) {
                case "WELL" -> "well";
                case "WARNING" -> "note";
                default -> "FAILED";
            };
            lines.add(String.format(
                    Locale.ROOT,
                    "%-7s %-13s %s",
                    mark,
                    finding.raw("subject").toLowerCase(Locale.ROOT),
                    finding.text("words")));
        }
        return lines;
    }

    static boolean isWell(Reply findings) {
        return findings.list().stream()
                .noneMatch(finding -> finding.raw("outcome").equals("FAILED"));
    }
}
