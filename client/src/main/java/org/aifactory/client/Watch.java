package org.aifactory.client;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.aifactory.client.server.ClientException;
import org.aifactory.client.server.EventStream;
import org.aifactory.client.server.EventStream.Event;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Reply;
import org.aifactory.client.server.Server;
import org.aifactory.client.terminal.Terminal;
import org.aifactory.client.terminal.Words;

/** Follows a run until it ends: its state in words, what it has learned, how much of the budget is used, when it will be done. */
public final class Watch {
    private static final Set<String> PLAIN = Set.of("STARTING", "RUNS");
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration ASKS_EVERY = Duration.ofSeconds(3);
    private static final int MOST_FAILURES = 8;

    private final Server server;
    private final Terminal terminal;
    private final String id;
    private Reply run = Reply.NOTHING;
    private Reply metric = Reply.NOTHING;
    private String told = "";
    private long asked;

    public Watch(Server server, Terminal terminal, String id) {
        this.server = server;
        this.terminal = terminal;
        this.id = id;
    }

    /** The same, with the words that a person needs who ends it by Ctrl-C. */
    public Reply untilEndOrInterrupted() {
        try (Leaving _ = new Leaving(terminal, id, "jobs %s --watch")) {
            return untilEnd();
        } catch (ClientException away) {
            if (away.status() != ExitStatus.UNREACHABLE) {
                throw away;
            }
            throw new ClientException(
                    away.status(),
                    away.sentence()
                            + "\nThe run does not need it to go on. Watch it again, when the platform is back: ./aifactory jobs "
                            + Words.shortId(id) + " --watch",
                    away);
        }
    }

    /**
     * Returns the run when it has ended.
     *
     * @throws ClientException when the platform stays away; the run goes on
     */
    public Reply untilEnd() {
        String lastSeen = "";
        int failures = 0;
        look();
        while (!Runs.hasEnded(run)) {
            try (EventStream events = server.events("/api/runs/" + id + "/events", lastSeen)) {
                for (Optional<Event> event = events.next(); event.isPresent(); event = events.next()) {
                    failures = 0;
                    lastSeen = events.lastId();
                    take(event.get());
                    if (Runs.hasEnded(run)) {
                        break;
                    }
                }
                look();
            } catch (IOException broken) {
                failures = bear(failures, server.unreachable(broken));
            } catch (ClientException away) {
                failures = away.status() == ExitStatus.TOO_MANY ? askInstead(failures) : bear(failures, away);
            }
        }
        terminal.progress().erase();
        return run;
    }

    /** Streams are cut by proxies, and platforms are restarted. */
    private int bear(int failures, ClientException failure) {
        boolean passes = failure.status() == ExitStatus.UNREACHABLE || failure.status() == ExitStatus.SERVER_FAILED;
        if (!passes || failures >= MOST_FAILURES) {
            throw failure;
        }
        if (failures == 1) {
            terminal.say("The platform does not answer; trying again.");
        }
        Server.pause(FIRST_PAUSE.multipliedBy(1L << Math.min(4, failures)));
        return failures + 1;
    }

    /** Who watches in many places at once is told no more in another, and asks from time to time. */
    private int askInstead(int failures) {
        Server.pause(ASKS_EVERY);
        try {
            look();
            return 0;
        } catch (ClientException away) {
            return bear(failures, away);
        }
    }

    private void look() {
        run = server.get("/api/runs/" + id);
        asked = System.nanoTime();
        tell();
    }

    private void take(Event event) {
        Reply data = parsed(event.data());
        switch (event.name()) {
            case "metric" -> metric = data;
            case "sample" -> {
                terminal.say("  “%s”", data.text("text"));
                return;
            }
            case "state", "end" -> {
                if (data.has("state")) {
                    run = data;
                    tell();
                } else {
                    look();
                }
                return;
            }
            default -> {} // A piece of the log, and what is not known.
        }
        if (System.nanoTime() - asked > ASKS_EVERY.toNanos()) {
            look();
        } else {
            draw();
        }
    }

    private static Reply parsed(String data) {
        try {
            return Server.parse(data);
        } catch (tools.jackson.core.JacksonException noJson) {
            return Reply.NOTHING;
        }
    }

    private void tell() {
        String words = Words.state(run.text("state")) + why(run);
        if (!words.equals(told)) {
            told = words;
            terminal.say("%s", words);
        }
        draw();
    }

    /** Why it waits or how it ended, in the server's words; nothing where the state says it all. */
    static String why(Reply run) {
        String words = run.text("words");
        return words.isEmpty() || PLAIN.contains(run.get("reason").text("kind")) ? "" : ": " + words;
    }

    private void draw() {
        if (!run.text("state").equals("RUNNING")) {
            return;
        }
        Reply values = metric.get("values").isEmpty() ? metric : metric.get("values");
        double steps = values.real("steps");
        if (!(steps > 0)) {
            terminal.progress().show("Running", budget());
            return;
        }
        StringBuilder detail = new StringBuilder();
        double left = values.real("secondsLeft");
        if (left >= 0) {
            detail.append(Words.duration(left)).append(" left  ");
        }
        detail.append(String.format(Locale.ROOT, "loss %.3f", values.real("loss")));
        if (values.real("bitsPerByte") > 0) {
            detail.append(String.format(Locale.ROOT, "  %.3f bits per byte held out", values.real("bitsPerByte")));
        }
        detail.append(String.format(Locale.ROOT, "  %,.0f tokens/s  ", values.real("tokensPerSecond")))
                .append(budget());
        terminal.progress().show("Training", metric.real("step") / steps, detail.toString());
    }

    private String budget() {
        return burned(run)
                + run.time("forecastEnd")
                        .map(end -> "  end by " + Words.time(end))
                        .orElse("");
    }

    /** What was taken of the allocation until now, and of how much at most. */
    static String burned(Reply run) {
        Reply budget = run.get("budget");
        return Runs.hasEnded(run)
                ? Words.amount(budget.number("used"), budget.text("unit")) + " charged"
                : String.format(
                        Locale.ROOT,
                        "%,d of %s used",
                        budget.number("used"),
                        Words.amount(budget.number("held"), budget.text("unit")));
    }
}
