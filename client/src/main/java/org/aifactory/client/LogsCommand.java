package org.aifactory.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.aifactory.client.server.ExitStatus;
import org.aifactory.client.server.Server;
import org.aifactory.client.terminal.Plain;
import org.aifactory.client.terminal.Words;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "logs",
        description = "Shows what a run prints. Of a long log it shows the end; --all shows everything.",
        footer = {"", "Examples:", "  ./aifactory logs -f", "  ./aifactory logs 3f1c22d0 --all > run.log"})
final class LogsCommand extends ServerCommand {
    private static final int SHOWN_BYTES = 1 << 20;
    private static final int PART_BYTES = 1 << 20;
    private static final Duration LOOKS_EVERY = Duration.ofMillis(700);

    @Parameters(
            arity = "0..1",
            paramLabel = "RUN",
            description = "Its id, the beginning of it, or its name (default: the newest).")
    private @Nullable String word;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on showing as the run prints, until it ends; Ctrl-C ends the showing, not the run.")
    private boolean follow;

    @Option(names = "--all", description = "From the beginning, however long the log is.")
    private boolean all;

    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private ByteBuffer undecoded = ByteBuffer.allocate(0);

    LogsCommand(Surroundings here) {
        super(here);
    }

    @Override
    ExitStatus run(Server server) {
        if (asJson()) {
            throw usage("A log is text and has no JSON; leave --json out.");
        }
        String id = Runs.findOrNewest(server, word).raw("id");
        if (!follow) {
            showAll(server, id, begin(server, id));
            return ExitStatus.DONE;
        }
        try (Leaving _ = new Leaving(terminal(), id, "logs -f %s")) {
            follow(server, id);
        }
        return ExitStatus.DONE;
    }

    private void follow(Server server, String id) {
        long next = begin(server, id);
        for (boolean ended = false; !ended; ) {
            // Asked before the rest, so that what is shown last is the end.
            ended = Runs.hasEnded(server.get("/api/runs/" + id));
            next = showAll(server, id, next);
            if (!ended) {
                Server.pause(LOOKS_EVERY);
            }
        }
    }

    private long showAll(Server server, String id, long begin) {
        long next = begin;
        for (long from = -1; next != from; ) {
            from = next;
            next = show(server, id, from);
        }
        return next;
    }

    /** Where to begin, so that the end of a long log is seen. */
    private long begin(Server server, String id) {
        if (all) {
            return 0;
        }
        try (Server.Body head = server.body(path(id, 0, 1))) {
            long size = head.headers().firstValueAsLong("X-Log-Size").orElse(0);
            if (size <= SHOWN_BYTES) {
                return 0;
            }
            terminal().say("… %s before this; --all shows them.", Words.bytes(size - SHOWN_BYTES));
            return size - SHOWN_BYTES;
        } catch (IOException broken) {
            throw server.unreachable(broken);
        }
    }

    /** @return where the part after it begins; the same where there is nothing more yet */
    private long show(Server server, String id, long from) {
        try (Server.Body part = server.body(path(id, from, PART_BYTES))) {
            byte[] bytes = part.bytes();
            print(bytes);
            return part.headers().firstValueAsLong("X-Log-Next").orElse(from + bytes.length);
        } catch (IOException broken) {
            throw server.unreachable(broken);
        }
    }

    private static String path(String id, long from, int most) {
        return "/api/runs/" + id + "/log?from=" + from + "&most=" + most;
    }

    /** A character may begin in one part and end in the next. */
    private void print(byte[] bytes) {
        ByteBuffer all = ByteBuffer.allocate(undecoded.remaining() + bytes.length)
                .put(undecoded)
                .put(bytes)
                .flip();
        CharBuffer text = CharBuffer.allocate(all.remaining() + 1);
        decoder.decode(all, text, false);
        undecoded = all;
        terminal().printPart(Plain.lines(text.flip().toString()));
    }
}
