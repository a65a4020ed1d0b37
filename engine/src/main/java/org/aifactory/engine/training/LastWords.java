package org.aifactory.engine.training;

import java.util.Locale;
import org.aifactory.engine.EngineException;
import org.aifactory.engine.EngineException.Kind;
import org.jspecify.annotations.Nullable;

/**
 * With what the first process of a group ends the work of all, so that all end alike.
 *
 * @param kind of its failure, with a sentence; null where there was none
 * @param words {@code finished} or {@code stopped}, or the sentence
 */
record LastWords(@Nullable Kind kind, String words) {
    static final LastWords FINISHED = new LastWords(null, "finished");
    static final LastWords STOPPED = new LastWords(null, "stopped");

    static LastWords of(EngineException failure) {
        return new LastWords(failure.kind(), String.valueOf(failure.getMessage()));
    }

    String written() {
        return kind == null ? words : kind.name().toLowerCase(Locale.ROOT) + ": " + words;
    }

    static LastWords read(String written) {
        for (Kind kind : Kind.values()) {
            String mark = kind.name().toLowerCase(Locale.ROOT) + ": ";
            if (written.startsWith(mark)) {
                return new LastWords(kind, written.substring(mark.length()));
            }
        }
        return new LastWords(null, written);
    }

    /** Whether the run came to its end. */
    boolean finished() {
        return equals(FINISHED);
    }

    /** @throws EngineException where the first process failed */
    void requireNoFailure() {
        if (kind != null) {
            throw new EngineException(kind, "The first process of this training has ended: " + words);
        }
    }
}
