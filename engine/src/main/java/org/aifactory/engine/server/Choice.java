package org.aifactory.engine.server;

import java.util.List;
import org.aifactory.engine.generation.FinishReason;
import org.aifactory.engine.generation.GenerationRequest;
import org.aifactory.engine.tokenizer.StreamingDecoder;

/** One sequence of an answer: tokens come in, whole characters that are no stop string go out. */
final class Choice {
    private final Answer answer;
    private final int index;
    private final GenerationRequest request;
    private final StreamingDecoder decoder;
    private final StopStrings stops;
    private int tokens;

    Choice(Answer answer, int index, GenerationRequest request, StreamingDecoder decoder, List<String> stops) {
        this.answer = answer;
        this.index = index;
        this.request = request;
        this.decoder = decoder;
        this.stops = new StopStrings(stops);
    }

    Answer answer() {
        return answer;
    }

    GenerationRequest request() {
        return request;
    }

    /**
     * The next token.
     *
     * @return whether there should be more of them
     */
    boolean accept(int token) {
        tokens++;
        answer.add(index, stops.accept(decoder.accept(token)));
        return !stops.found();
    }

    /** Tokens accepted so far. */
    int tokens() {
        return tokens;
    }

    /** The end, after which nothing comes. */
    void finish(FinishReason reason) {
        String rest = stops.found() ? "" : stops.accept(decoder.flush()) + stops.flush();
        answer.finish(index, rest, stops.found() ? FinishReason.STOP : reason);
    }
}
