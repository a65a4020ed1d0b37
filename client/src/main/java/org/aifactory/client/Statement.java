package org.aifactory.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.aifactory.client.server.ClientException;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import org.aifactory.client.terminal.Table;
import org.aifactory.client.terminal.Words;

/**
 * What an allocation was given and what it paid for, as the platform tells it.
 *
 * @param entries all lines, the oldest first, in however many pieces they came
 */
record Statement(Reply reply, List<Reply> entries) {

    static Statement of(Server server, String allocation) {
        String path = "/api/allocations/" + allocation + "/statement";
        Reply latest = server.get(path);
        List<List<Reply>> pieces = new ArrayList<>(List.of(latest.list("lines")));
        for (Reply piece = latest; piece.has("earlier"); ) {
            piece = server.get(path + "?before=" + piece.number("earlier"));
            pieces.add(piece.list("lines"));
        }
        return new Statement(
                latest, pieces.reversed().stream().flatMap(List::stream).toList());
    }

    List<String> lines() {
        Table table = new Table("WHEN", "WHAT", "RUN", ">SECONDS", ">× UNITS", ">AMOUNT", ">BALANCE");
        for (Reply line : entries) {
            table.row(
                    Words.time(line.time("at")),
                    line.has("name")
                            ? line.text("name") + " (" + Words.state(line.text("state")) + ")"
                            : line.text("text"),
                    Words.shortId(line.text("run")),
                    line.has("seconds") ? number(line.number("seconds")) : "",
                    line.has("units") ? number(line.number("units")) : "",
                    number(line.number("amount")),
                    number(line.number("balance")));
        }
        for (Reply held : reply.list("holds")) {
            table.row(
                    "",
                    held.text("name") + " (held until it ends)",
                    Words.shortId(held.text("run")),
                    "",
                    "",
                    "(" + number(held.number("amount")) + ")",
                    "");
        }
        List<String> lines = new ArrayList<>(table.lines());
        lines.add("In " + Words.unit(reply.text("unit")) + ": granted " + number(reply.number("granted")) + " = held "
                + number(reply.number("held")) + " + spent " + number(reply.number("spent")) + " + free "
                + number(reply.number("free")));
        lines.add("Spent in hours: " + Hours.inAllUnits(reply.fields("spentHours"))
                + (reply.has("spentCents") ? ", which cost " + Hours.euro(reply.number("spentCents")) : ""));
        return lines;
    }

    /**
     * Does the sums again.
     *
     * @throws ClientException where they come out differently, which would be a mistake of the platform
     */
    void check() {
        long spent = 0;
        for (Reply line : entries) {
            if (line.has("seconds")) {
                long used = line.number("seconds") * line.number("units");
                long charged = -line.number("amount");
                spent += charged;
                require(
                        used == charged + line.number("borneBySite"),
                        "Run " + line.text("run") + " used " + used + " and was charged " + charged + ".");
            }
        }
        require(
                spent == reply.number("spent"),
                "The runs were charged " + spent + " in all, and " + reply.number("spent") + " are said to be spent.");
        require(
                reply.number("granted") == reply.number("held") + reply.number("spent") + reply.number("free"),
                "What was granted is not what is held, spent and free.");
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new ClientException(ExitStatus.UNEXPECTED, "The statement's seconds do not match. " + sentence);
        }
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
