package org.aifactory.client;

import java.util.ArrayList;
import java.util.Arrays;
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
        List<String[]> rows = new ArrayList<>();
        for (Reply line : entries) {
            rows.add(row(line));
        }
        for (Reply held : reply.list("holds")) {
            rows.add(new String[] {
                "",
                held.text("name") + " (held until it ends)",
                Words.shortId(held.text("run")),
                "",
                "",
                "(" + number(held.number("amount")) + ")",
                "",
                ""
            });
        }
        Table table = new Table(shown("WHEN", "WHAT", "RUN", ">SECONDS", ">× UNITS", ">AMOUNT", ">BALANCE", ">COST"));
        rows.forEach(row -> table.row(shown(row)));
        List<String> lines = new ArrayList<>(table.lines());
        lines.add("In " + Words.unit(reply.text("unit")) + ": granted " + number(reply.number("granted")) + " = held "
                + number(reply.number("held")) + " + spent " + number(reply.number("spent")) + " + free "
                + number(reply.number("free")));
        lines.add("Spent in hours: " + Hours.inAllUnits(reply.fields("spentHours"))
                + (isPaid() ? ", which costs " + Hours.euro(reply.number("spentCents")) : ""));
        return lines;
    }

    private static String[] row(Reply line) {
        return new String[] {
            Words.time(line.time("at")),
            line.has("name") ? line.text("name") + " (" + Words.state(line.text("state")) + ")" : line.text("text"),
            Words.shortId(line.text("run")),
            line.has("seconds") ? number(line.number("seconds")) : "",
            line.has("units") ? number(line.number("units")) : "",
            number(line.number("amount")),
            number(line.number("balance")),
            line.has("cents") ? Hours.euro(line.number("cents")) : ""
        };
    }

    /** The cost comes last, and only where there is one. */
    private String[] shown(String... cells) {
        return isPaid() ? cells : Arrays.copyOf(cells, cells.length - 1);
    }

    /** Whether it is commercial use. */
    private boolean isPaid() {
        return reply.has("cost");
    }

    /**
     * Does the sums again.
     *
     * @throws ClientException where they come out differently, which would be a mistake of the platform
     */
    void check() {
        long spent = 0;
        long cents = 0;
        for (Reply line : entries) {
            cents += line.number("cents");
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
                cents == reply.number("spentCents"),
                "The runs cost " + cents + " cents in all, and " + reply.number("spentCents")
                        + " are said to be owed.");
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
