package org.aifactory.engine.server;

import java.util.BitSet;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** An answer as server-sent events (WHATWG HTML, section 9.2), each a chunk of OpenAI's form. */
final class EventStream {
    private static final String COMMENT = ": waiting\n\n";
    private static final String DONE = "data: [DONE]\n\n";

    private final Ask ask;
    private final Format format;
    private final Exchange exchange;
    private final BitSet opened = new BitSet();
    private boolean hasBegun;

    EventStream(Ask ask, Format format, Exchange exchange) {
        this.ask = ask;
        this.format = format;
        this.exchange = exchange;
    }

    /** Whether the client has got something. */
    boolean hasBegun() {
        return hasBegun;
    }

    /** Sends what is new; where nothing is, a comment, which clients pass over, shows that the answer is still coming. */
    void send(List<Answer.Piece> pieces) {
        begin();
        StringBuilder events = new StringBuilder();
        for (Answer.Piece piece : pieces) {
            if (!opened.get(piece.choice())) {
                opened.set(piece.choice());
                format.opening(piece.choice()).forEach(chunk -> append(events, chunk));
            }
            format.chunks(piece).forEach(chunk -> append(events, chunk));
        }
        exchange.write(pieces.isEmpty() ? COMMENT : events.toString());
    }

    private void begin() {
        if (!hasBegun) {
            hasBegun = true;
            exchange.beginEvents();
        }
    }

    private void append(StringBuilder events, ObjectNode chunk) {
        if (ask.withUsage()) {
            chunk.putNull("usage");
        }
        appendEvent(events, chunk);
    }

    private static void appendEvent(StringBuilder events, ObjectNode json) {
        events.append("data: ").append(Json.text(json)).append("\n\n");
    }

    /** Ends the stream with the reason why it cannot go on. */
    void fail(ApiError failure) {
        StringBuilder events = new StringBuilder();
        appendEvent(events, failure.json());
        exchange.end(events.toString());
    }

    /** Ends the stream. */
    void end(int completionTokens) {
        StringBuilder events = new StringBuilder();
        if (ask.withUsage()) {
            ObjectNode last = format.empty();
            Format.putUsage(last, ask.promptTokens(), completionTokens);
            appendEvent(events, last);
        }
        exchange.end(events + DONE);
    }
}
