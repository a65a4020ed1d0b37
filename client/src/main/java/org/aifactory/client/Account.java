package org.aifactory.client;

import java.util.List;
import java.util.Locale;
import org.aifactory.client.server.ClientException;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import org.aifactory.client.terminal.Table;
import org.aifactory.client.terminal.Terminal;
import org.aifactory.client.terminal.Words;

/** What an allocation has paid for, checked against what its runs say of themselves. */
final class Account {
    private final Reply allocation;
    private final List<Reply> runs;

    Account(Server server, String allocation) {
        this.runs = server.get("/api/runs?allocation=" + allocation + "&most=1000").list();
        this.allocation = server.get("/api/allocations/" + allocation);
    }

    /** @throws ClientException where the seconds do not match, which would be a mistake of the platform */
    void tell(Terminal terminal, Steps steps) {
        Table table = new Table("RUN", "NAME", "WHAT", "STATE", ">SECONDS", ">CORES", ">CHARGED");
        long charged = 0;
        for (Reply run : runs.reversed()) {
            for (Reply attempt : run.list("attempts")) {
                boolean ended = attempt.has("ended");
                table.row(
                        Words.shortId(run.text("id")),
                        run.text("name"),
                        Words.state(run.text("recipe")),
                        Words.state(ended ? attempt.text("state") : run.text("state")),
                        ended ? number(attempt.number("seconds")) : "…",
                        number(run.get("resources").number("cores")),
                        ended ? number(attempt.number("charged")) : "…");
                charged += attempt.number("charged");
                require(attempt);
            }
        }
        terminal.print(table.lines());
        Reply balance = allocation.get("balance");
        steps.say(
                "In core-seconds: granted %s = held %s + spent %s + free %s.",
                number(balance.number("granted")),
                number(balance.number("held")),
                number(balance.number("spent")),
                number(balance.number("free")));
        if (charged != balance.number("spent")) {
            throw mismatch("The runs were charged " + charged + " core-seconds, and the allocation says it spent "
                    + balance.number("spent") + ".");
        }
        steps.say("The seconds match: each run's seconds times its cores are what was charged, and their sum is what was spent.");
    }

    private static void require(Reply attempt) {
        long took = attempt.number("seconds") * attempt.number("cores");
        if (attempt.has("ended") && took != attempt.number("charged") + attempt.number("borneBySite")) {
            throw mismatch("An attempt of " + attempt.number("seconds") + " s on " + attempt.number("cores")
                    + " cores was charged " + attempt.number("charged") + ".");
        }
    }

    private static ClientException mismatch(String sentence) {
        return new ClientException(ExitStatus.UNEXPECTED, "The seconds do not match. " + sentence);
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
